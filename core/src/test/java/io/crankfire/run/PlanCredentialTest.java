package io.crankfire.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.Conduct;
import io.crankfire.template.Credential;
import io.crankfire.template.Variables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlanCredentialTest {

  private final Problems problems = new Problems();

  @Test
  void anAuthBlockBecomesTheCallsCredential() {
    Credential credential = new Key();
    List<Connections> asked = new ArrayList<>();
    LoadPlan plan =
        bind(
            (_, inherited, connections, _) -> {
              assertThat(inherited).isNull();
              asked.add(connections);
              return credential;
            },
            "total",
            "5",
            "connect_timeout",
            "3s",
            "auth",
            "given");

    assertThat(problems.all()).isEmpty();
    assertThat(Objects.requireNonNull(plan).calls().getFirst().conduct().credential())
        .isSameAs(credential);
    assertThat(asked).containsExactly(plan.connections());
  }

  @Test
  void withoutABlockNobodyIsAsked() {
    LoadPlan plan =
        bind(
            (_, _, _, _) -> {
              throw new AssertionError("asked");
            },
            "total",
            "5");

    assertThat(Objects.requireNonNull(plan).calls().getFirst().conduct().credential()).isNull();
  }

  @Test
  void whereThereIsNoAuthenticationABlockIsAFault() {
    assertThat(bind(CredentialBinder.NONE, "total", "5", "auth", "given")).isNull();
    assertThat(problems.all())
        .extracting(Problems.Problem::toString)
        .containsExactly("auth: authentication is not installed");
  }

  private @Nullable LoadPlan bind(CredentialBinder credentials, String... keysAndValues) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    entries.put("target", new ConfigNode.Scalar("http://host/", Position.flag("target")));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      String key = keysAndValues[i];
      entries.put(key, new ConfigNode.Scalar(keysAndValues[i + 1], Position.flag(key)));
    }
    return new PlanBinder(Map.of("http", new Keeper()), credentials, 1)
        .bind(new ConfigNode.Mapping(entries, Position.flag("")), problems);
  }

  private record Key() implements Credential {
    @Override
    public String header() {
      return "X-Key";
    }

    @Override
    public void obtain() {}

    @Override
    public byte[] value() {
      return new byte[] {1};
    }

    @Override
    public boolean refused(byte[] value, Runnable renewed) {
      return false;
    }

    @Override
    public void close() {}
  }

  private record KeptCall(Conduct conduct) implements Call {
    @Override
    public String name() {
      return "call";
    }

    @Override
    public String protocol() {
      return "http";
    }

    @Override
    public Target target() {
      return new Target("http", "host", 80, null);
    }

    @Override
    public Duration timeout() {
      return Duration.ZERO;
    }
  }

  /// Compiles everything and sends nothing.
  private static final class Keeper implements Protocol {
    @Override
    public String name() {
      return "http";
    }

    @Override
    public Call compile(ConfigNode.Mapping step, Compiling compiling) {
      new Fields(step, compiling.problems()).text("target");
      return new KeptCall(compiling.conduct());
    }

    @Override
    public List<String> keys() {
      return List.of();
    }

    @Override
    public String preview(Call call, Variables variables) {
      return call.name();
    }

    @Override
    public Requester open(WorkerContext worker) {
      throw new UnsupportedOperationException();
    }
  }
}
