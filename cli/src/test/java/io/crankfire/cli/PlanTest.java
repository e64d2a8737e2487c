package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.plan.LoadPlan;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.run.PlanBinder;
import io.crankfire.testkit.HttpTestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What `crankfire plan` says.
class PlanTest {

  private final Screen screen = new Screen();

  @Test
  void nothingIsSent() {
    try (HttpTestServer server = HttpTestServer.start()) {
      assertThat(screen.run("plan", "--target", server.url().toString(), "-r10", "-d1s"))
          .isEqualTo(ExitCode.OK);
      assertThat(server.counts().accepted()).isZero();
    }
    assertThat(screen.err()).isEmpty();
  }

  @Test
  void theSameSeedGivesTheSamePlan() {
    String[] words = {"plan", "--target", "http://h/", "-r10", "-d1s", "--seed", "7"};
    Screen again = new Screen();

    assertThat(screen.run(words)).isEqualTo(ExitCode.OK);
    assertThat(again.run(words)).isEqualTo(ExitCode.OK);
    assertThat(again.out()).isEqualTo(screen.out()).contains("Seed:      7");
  }

  @Test
  void secretsAreMasked() {
    screen.run(
        "plan",
        "--target",
        "http://me:hush@h/",
        "-t1",
        "--header",
        "X-Api-Key: hush",
        "--header",
        "Accept: text/plain");

    assertThat(screen.out())
        .doesNotContain("hush")
        .contains("X-Api-Key: ***", "Accept: text/plain");
  }

  @Test
  void asManyRequestsAreShownAsAskedFor() {
    screen.run("plan", "--target", "http://h/", "-t5", "--requests", "9");

    assertThat(screen.out()).contains("Request 5:").doesNotContain("Request 6:");
    assertThat(new Screen().run("plan", "--target", "http://h/", "-t5", "--requests", "x"))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void faultsAreThoseOfARun() {
    assertThat(screen.run("plan", "--target", "http://h/")).isEqualTo(ExitCode.USAGE);
    assertThat(screen.errLines())
        .containsExactly("crankfire: the run has no end: give --duration or --total, or --forever");
  }

  /// After a wanted change, copy the new text into the resource.
  @Test
  void aWholeWorkloadIsShownAsItWasRead() throws IOException {
    ConfigNode config =
        map(
            "load_patterns",
            List.of(
                map(
                    "name",
                    "warm",
                    "type",
                    "ramp",
                    "to_rps",
                    "100",
                    "duration",
                    "10s",
                    "warmup",
                    "true"),
                map(
                    "type",
                    "step",
                    "steps",
                    List.of(
                        map("rps", "100", "duration", "1m30s"),
                        map("rps", "0", "duration", "500ms")))),
            "seed",
            "42",
            "thresholds",
            List.of(text("failed{endpoint:login} < 1%")),
            "endpoints",
            List.of(
                map(
                    "name",
                    "login",
                    "url",
                    "http://h:8080/login",
                    "method",
                    "POST",
                    "body",
                    map("user", "ann"),
                    "timeout",
                    "5s"),
                map("name", "list", "url", "https://h/list?n=1"),
                map("name", "out", "url", "http://h:8080/out")),
            "scenarios",
            List.of(
                map(
                    "name",
                    "buy",
                    "weight",
                    "3",
                    "steps",
                    List.of(
                        text("login"),
                        map("endpoint", "list", "repeat", "2", "think_time", "1s..3s"))),
                map("name", "leave", "steps", List.of(text("out")))));
    Problems problems = new Problems();
    LoadPlan plan =
        new PlanBinder(Parts.SHIPPED.protocols(), CredentialBinder.NONE, 1)
            .bind((ConfigNode.Mapping) config, problems);
    assertThat(problems.all()).isEmpty();

    String shown =
        PlanText.render(Objects.requireNonNull(plan), Parts.SHIPPED.protocols(), 5, () -> 0);

    try (var golden = Objects.requireNonNull(getClass().getResourceAsStream("plan.txt"))) {
      assertThat(shown).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static ConfigNode.Scalar text(String text) {
    return new ConfigNode.Scalar(text, Position.flag("test"));
  }

  private static ConfigNode map(Object... keysAndValues) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.put((String) keysAndValues[i], node(keysAndValues[i + 1]));
    }
    return new ConfigNode.Mapping(entries, Position.flag("test"));
  }

  private static ConfigNode node(Object value) {
    if (value instanceof ConfigNode node) {
      return node;
    }
    if (value instanceof List<?> list) {
      List<ConfigNode> items = new ArrayList<>();
      list.forEach(item -> items.add(node(item)));
      return new ConfigNode.Sequence(items, Position.flag("test"));
    }
    return text((String) value);
  }
}
