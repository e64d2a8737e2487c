package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.Clock;
import io.crankfire.plan.Call;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Credential;
import io.crankfire.template.Extractor;
import io.crankfire.template.Names;
import io.crankfire.template.Response;
import io.crankfire.template.Retry;
import io.crankfire.template.Variables;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Names, and one session that knows values for them, for tests of templated requests. Confined to
/// the test's thread.
final class Visit {

  final Names names = new Names();
  private final String[] variables;
  private @Nullable Variables known;

  /// @param variables the names that placeholders can mean
  Visit(String... variables) {
    this.variables = variables;
    for (String variable : variables) {
      names.variable(variable);
    }
  }

  /// Compiles a step from keys and values.
  Call call(String... keysAndValues) {
    return call(Conduct.PLAIN, keysAndValues);
  }

  /// Compiles a step with something around it.
  Call call(Conduct conduct, String... keysAndValues) {
    return Rig.compile(new HttpProtocol(), step(keysAndValues), names, conduct);
  }

  static Map<String, String> step(String... keysAndValues) {
    Map<String, String> step = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      step.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return step;
  }

  /// Sets variables, in the order of their names; null for none.
  Visit with(@Nullable String... values) {
    Variables session = session();
    session.clear();
    for (int i = 0; i < values.length; i++) {
      String value = values[i];
      if (value != null) {
        session.set(names.slot(variables[i]), value.getBytes(StandardCharsets.UTF_8));
      }
    }
    return this;
  }

  /// The session's variables.
  Variables session() {
    Variables variablesNow = known;
    if (variablesNow == null) {
      variablesNow = fresh();
      known = variablesNow;
    }
    return variablesNow;
  }

  /// Another session's variables.
  Variables fresh() {
    return new Variables(names, 0, Clock::epochMillis);
  }

  /// What a session knows by that name.
  @Nullable String value(String name) {
    byte[] value = session().get(names.slot(name));
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  /// One exchange of a new connection state but with this session's variables.
  Flight.Ending run(Rig rig, Call call) {
    return rig.flight(session()).send(call).await();
  }

  /// A conduct that looks at responses.
  static Conduct looking(List<Extractor> extractors, List<Check> checks, int captureLimit) {
    return new Conduct(extractors, checks, Retry.NONE, null, captureLimit);
  }

  /// A conduct with a credential.
  static Conduct proving(Credential credential) {
    return new Conduct(List.of(), List.of(), Retry.NONE, credential, 0);
  }

  /// Takes something out of every response.
  Extractor extractor(
      String variable, boolean needsBody, Function<Response, @Nullable String> what) {
    int slot = names.variable(variable);
    return new Extractor() {
      @Override
      public int slot() {
        return slot;
      }

      @Override
      public boolean onError() {
        return true;
      }

      @Override
      public boolean needsBody() {
        return needsBody;
      }

      @Override
      public byte @Nullable [] extract(Response response) {
        String value = what.apply(response);
        return value == null ? null : value.getBytes(StandardCharsets.UTF_8);
      }
    };
  }

  /// Takes the whole body.
  Extractor body(String variable) {
    return extractor(variable, true, Visit::text);
  }

  /// The kept body as text, one character a byte.
  static String text(Response response) {
    return new String(response.body(), 0, response.bodyLength(), StandardCharsets.ISO_8859_1);
  }

  /// A condition.
  static Check check(String name, boolean needsBody, Predicate<Response> condition) {
    return new Check() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public boolean needsBody() {
        return needsBody;
      }

      @Override
      public boolean holds(Response response) {
        return condition.test(response);
      }
    };
  }

  /// A credential whose value can be changed.
  static final class Secret implements Credential {
    private final String header;
    volatile String value;

    Secret(String header, String value) {
      this.header = header;
      this.value = value;
    }

    @Override
    public String header() {
      return header;
    }

    @Override
    public void obtain() {}

    @Override
    public byte[] value() {
      return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean refused(byte[] refused, Runnable renewed) {
      return false;
    }

    @Override
    public void close() {}
  }

  /// Whether an outcome is that of a value that cannot be sent.
  static boolean isBadValue(Flight.Ending ending) {
    return ending.outcome().equals(Outcome.BAD_REQUEST_VALUE) && ending.bytesOut() == 0;
  }
}
