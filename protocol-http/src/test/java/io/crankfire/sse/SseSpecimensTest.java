package io.crankfire.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.plan.Call;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import io.crankfire.template.Response;
import io.crankfire.template.Retry;
import io.crankfire.testkit.sse.SseSpecimen;
import io.crankfire.testkit.sse.SseSpecimens;
import io.crankfire.testkit.sse.SseTestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every stream that the testkit knows, over a socket: as many events as the rules make of it, and
/// the data of the last one.
class SseSpecimensTest {

  static Stream<SseSpecimen> texts() {
    return SseSpecimens.texts().stream();
  }

  /// Writes down the body that it is shown.
  private record Seen(List<String> bodies) implements Check {
    @Override
    public String name() {
      return "seen";
    }

    @Override
    public boolean needsBody() {
      return true;
    }

    @Override
    public boolean holds(Response response) {
      bodies.add(new String(response.body(), 0, response.bodyLength(), StandardCharsets.UTF_8));
      return true;
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void isReadAsTheRulesSay(SseSpecimen specimen) {
    Seen seen = new Seen(new ArrayList<>());
    Conduct conduct = new Conduct(List.of(), List.of(seen), Retry.NONE, null, 1 << 20);
    try (SseTestServer server = SseTestServer.start();
        SseRig sse = new SseRig()) {
      server.otherwise(specimen.behavior());
      Call call = sse.call(new Names(), conduct, "/", "", "target", server.url("/").toString());

      assertThat(sse.rig.run(call).bucket()).isEqualTo("200");
      assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(specimen.events().size());
      String last = specimen.events().isEmpty() ? "" : specimen.events().getLast().data();
      assertThat(seen.bodies)
          .extracting(SseSpecimensTest::replacedOnce)
          .containsExactly(replacedOnce(last));
    }
  }

  /// How many replacements stand for bytes that are no UTF-8 depends on who decodes; the bytes are
  /// the same.
  private static String replacedOnce(String text) {
    return text.replaceAll("\uFFFD+", "\uFFFD");
  }
}
