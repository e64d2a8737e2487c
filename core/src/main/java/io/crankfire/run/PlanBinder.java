package io.crankfire.run;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Durations;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Arrivals.Spacing;
import io.crankfire.plan.Call;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Transport;
import io.crankfire.plan.Workload;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes a plan of a configuration, whether it came from a file or from flags, and finds all that
/// is wrong with it. Defaults are decided here and nowhere else.
public final class PlanBinder {

  private final Map<String, Protocol> protocols;
  private final long freshSeed;

  /// @param protocols by their names
  /// @param freshSeed the seed of a run that names none
  public PlanBinder(Map<String, Protocol> protocols, long freshSeed) {
    this.protocols = protocols;
    this.freshSeed = freshSeed;
  }

  /// Makes the plan.
  ///
  /// @param run the whole configuration
  /// @param problems takes all faults
  /// @return the plan, or null if there was a fault
  public @Nullable LoadPlan bind(ConfigNode.Mapping run, Problems problems) {
    Fields fields = new Fields(run, problems);
    fields.rejectOthersThan(knownKeys());
    Duration duration = fields.duration(ConfigKeys.DURATION);
    long total = fields.whole(ConfigKeys.TOTAL);
    double rate = fields.number(ConfigKeys.RATE);
    Duration grace = grace(fields);
    Arrivals arrivals = arrivals(fields, rate, duration);
    Sessions sessions = sessions(fields, rate > 0, problems);
    int workers = fields.count(ConfigKeys.WORKERS);
    Transport transport = fields.choice(ConfigKeys.TRANSPORT, Transport.class);
    Pacing pacing = fields.choice(ConfigKeys.PACING, Pacing.class);
    long seed = fields.whole("seed", freshSeed, Long.MIN_VALUE, Long.MAX_VALUE);
    var connections = new ConnectionsBinder(fields, problems).bind();
    requireEnd(fields, duration, total, run.position(), problems);
    Call call = call(fields, run, problems);
    if (call == null || !problems.isEmpty()) {
      return null;
    }
    return new LoadPlan(
        Workload.of(call),
        arrivals,
        List.of(),
        sessions.limit,
        sessions.growing,
        duration,
        total,
        grace,
        List.of(),
        workers,
        transport,
        pacing,
        connections,
        seed);
  }

  private static List<String> knownKeys() {
    List<String> known = new ArrayList<>(ConfigKeys.REQUEST.names());
    known.addAll(ConfigKeys.LOAD.names());
    known.addAll(ConfigKeys.CONNECTIONS.names());
    known.addAll(ConfigKeys.OUTPUT.names());
    return known;
  }

  /// Zero stands for the default and a negative time for none, as it always was.
  private static Duration grace(Fields fields) {
    Duration asked = fields.signedDuration(ConfigKeys.GRACEFUL_SHUTDOWN);
    if (asked.isZero()) {
      return Durations.parse(ConfigKeys.GRACEFUL_SHUTDOWN.otherwise());
    }
    return asked.isNegative() ? Duration.ZERO : asked;
  }

  private static Arrivals arrivals(Fields fields, double rate, Duration duration) {
    String key = fields.has("arrival") ? "arrival" : "arrival_model";
    Spacing spacing =
        fields.node(key) instanceof ConfigNode.Mapping
            ? model(fields.fields(key))
            : fields.choice(key, Spacing.UNIFORM);
    return rate > 0
        ? new Arrivals.Open(LoadCurve.constant(rate, duration), spacing)
        : new Arrivals.Closed();
  }

  private static Spacing model(Fields arrival) {
    arrival.rejectOthersThan(ConfigKeys.ARRIVAL.names());
    return arrival.choice(ConfigKeys.MODEL, Spacing.class);
  }

  private record Sessions(int limit, boolean growing) {}

  private static Sessions sessions(Fields fields, boolean open, Problems problems) {
    int most = fields.count(ConfigKeys.MAX_CONCURRENCY);
    String asked = fields.text("concurrency");
    boolean auto = asked == null ? open : asked.equals("auto");
    if (auto) {
      if (!open) {
        problems.add(
            fields.position("concurrency"),
            "auto lets sessions grow with need, and without a rate there is none: give a rate or a"
                + " number");
      }
      return new Sessions(most, true);
    }
    if (fields.has("max_concurrency")) {
      problems.add(
          fields.position("max_concurrency"),
          asked == null
              ? "limits how far sessions grow with need, and without a rate they do not: give a"
                  + " rate, or a concurrency"
              : "limits how far sessions grow with need, but the concurrency is a fixed number:"
                  + " give one or the other");
    }
    boolean fromFile = fields.position("concurrency").line() > 0;
    if (asked != null && !fromFile && !asked.matches("[-+]?\\d+")) {
      problems.add(
          fields.position("concurrency"),
          "\"%s\" is neither a whole number nor auto".formatted(asked));
      return new Sessions(1, false);
    }
    return new Sessions(fields.count(ConfigKeys.CONCURRENCY), false);
  }

  private static void requireEnd(
      Fields fields, Duration duration, long total, Position run, Problems problems) {
    boolean ends = !duration.isZero() || total > 0;
    boolean forever = fields.flag(ConfigKeys.FOREVER);
    if (ends && forever) {
      problems.add(fields.position("forever"), "the run has an end: leave out one or the other");
    } else if (!ends && !forever && !isFaulty(problems, "duration", "total", fields)) {
      problems.add(run, "the run has no end: give --duration or --total, or --forever");
    }
  }

  /// Whether one of these values was given and rejected: then it was meant to be the end.
  private static boolean isFaulty(Problems problems, String a, String b, Fields fields) {
    List<Position> meant = new ArrayList<>();
    for (String key : List.of(a, b)) {
      if (fields.has(key)) {
        meant.add(fields.position(key));
      }
    }
    return problems.all().stream().anyMatch(problem -> meant.contains(problem.position()));
  }

  private @Nullable Call call(Fields fields, ConfigNode.Mapping run, Problems problems) {
    String asked = fields.text("protocol");
    String name = asked == null ? "http" : asked;
    Protocol protocol = protocols.get(name);
    if (protocol == null) {
      problems.add(
          fields.position("protocol"),
          "protocol %s is not installed%s"
              .formatted(name, Spelling.hint(name, protocols.keySet())));
      return null;
    }
    if (!fields.has("target")) {
      problems.add(run.position(), "a target is needed: give --target URL");
      return null;
    }
    Map<String, ConfigNode> step = new LinkedHashMap<>();
    step.put("timeout", new ConfigNode.Scalar(ConfigKeys.TIMEOUT.otherwise(), run.position()));
    for (String key : ConfigKeys.REQUEST.names()) {
      ConfigNode value = fields.node(key);
      if (value != null) {
        step.put(key, value);
      }
    }
    return protocol.compile(
        new ConfigNode.Mapping(step, run.position()), Compiling.plain(problems));
  }
}
