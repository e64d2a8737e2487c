package io.crankfire.run;

import io.crankfire.bind.ConductBinder;
import io.crankfire.bind.FeedersBinder;
import io.crankfire.bind.LoadPatternsBinder;
import io.crankfire.bind.LoadPatternsBinder.Timeline;
import io.crankfire.bind.ThresholdsBinder;
import io.crankfire.bind.WorkloadBinder;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Arrivals.Spacing;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Phase;
import io.crankfire.plan.Threshold;
import io.crankfire.plan.Transport;
import io.crankfire.plan.Workload;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.protocol.Protocol;
import io.crankfire.verdict.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes a plan of a configuration, whether it came from a file or from flags, and finds all that
/// is wrong with it. Defaults are decided here and nowhere else.
public final class PlanBinder {

  /// Sessions at the most when their number is left to the need.
  public static final int DEFAULT_MAX_CONCURRENCY = 10_000;

  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

  /// The keys of the whole run that endpoints inherit, beside those of their protocols.
  private static final List<String> STEP_KEYS = List.of("name", "protocol", "target", "timeout");

  private static final List<String> RUN_KEYS =
      List.of(
          "concurrency",
          "max_concurrency",
          "rate",
          "duration",
          "total",
          "forever",
          "graceful_shutdown",
          "arrival",
          "arrival_model",
          "seed",
          "workers",
          "transport",
          "pacing",
          CredentialBinder.KEY);

  private final Map<String, Protocol> protocols;
  private final CredentialBinder credentials;
  private final long freshSeed;

  /// @param protocols by their names
  /// @param credentials makes them of `auth` blocks
  /// @param freshSeed the seed of a run that names none
  public PlanBinder(Map<String, Protocol> protocols, CredentialBinder credentials, long freshSeed) {
    this.protocols = protocols;
    this.credentials = credentials;
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
    Duration duration = fields.duration("duration", Duration.ZERO);
    long asked = fields.whole("total", 0, 0, Long.MAX_VALUE);
    double rate = rate(fields, problems);
    Duration grace = grace(fields);
    boolean patterned = !fields.list("load_patterns").isEmpty();
    Timeline timeline = patterned ? LoadPatternsBinder.bind(fields, problems) : null;
    Arrivals arrivals = arrivals(fields, rate, duration, timeline);
    List<Phase> phases =
        timeline == null ? List.of() : phases(timeline, duration, fields, problems);
    Sessions sessions =
        timeline != null && timeline.users()
            ? users(fields, timeline, problems)
            : sessions(fields, rate > 0 || patterned, problems);
    int workers = (int) fields.whole("workers", 0, 0, 1024);
    Transport transport = fields.choice("transport", Transport.AUTO);
    Pacing pacing = fields.choice("pacing", Pacing.DEFAULT);
    long seed = fields.whole("seed", freshSeed, Long.MIN_VALUE, Long.MAX_VALUE);
    var connections = new ConnectionsBinder(fields, problems).bind();
    WorkloadBinder binder =
        new WorkloadBinder(fields, protocols, credentials, connections, problems);
    Workload workload = binder.bind();
    List<Threshold> thresholds =
        fields.has("thresholds")
            ? ThresholdsBinder.bind(
                fields,
                workload == null || (patterned && timeline == null)
                    ? null
                    : Labels.of(workload, phases),
                problems)
            : List.of();
    long total = WorkloadBinder.limited(asked, binder.names());
    boolean ends = patterned || !duration.isZero() || total > 0;
    requireEnd(fields, ends, run.position(), problems);
    if (workload == null || !problems.isEmpty()) {
      return null;
    }
    return new LoadPlan(
        workload,
        arrivals,
        phases,
        sessions.limit,
        sessions.growing,
        duration,
        total,
        grace,
        thresholds,
        workers,
        transport,
        pacing,
        connections,
        seed);
  }

  private List<String> knownKeys() {
    List<String> known = new ArrayList<>(STEP_KEYS);
    known.addAll(RUN_KEYS);
    known.addAll(ConnectionsBinder.KEYS);
    known.addAll(WorkloadBinder.KEYS);
    known.addAll(LoadPatternsBinder.KEYS);
    known.addAll(ConductBinder.KEYS);
    known.addAll(FeedersBinder.KEYS);
    known.addAll(ThresholdsBinder.KEYS);
    for (Protocol protocol : protocols.values()) {
      known.addAll(protocol.keys());
    }
    return known;
  }

  private static double rate(Fields fields, Problems problems) {
    double rate = fields.number("rate", 0);
    if (rate <= LoadPatternsBinder.MOST_RPS) {
      return rate;
    }
    problems.add(fields.position("rate"), "must be at most 1000000000, not " + fields.text("rate"));
    return 0;
  }

  /// Zero stands for the default and a negative time for none, as it always was.
  private static Duration grace(Fields fields) {
    Duration asked = fields.signedDuration("graceful_shutdown", DEFAULT_GRACE);
    if (asked.isZero()) {
      return DEFAULT_GRACE;
    }
    return asked.isNegative() ? Duration.ZERO : asked;
  }

  private static Arrivals arrivals(
      Fields fields, double rate, Duration duration, @Nullable Timeline timeline) {
    Spacing spacing =
        fields.node("arrival") instanceof ConfigNode.Mapping
            ? fields.fields("arrival").choice("model", Spacing.UNIFORM)
            : fields.choice(fields.has("arrival") ? "arrival" : "arrival_model", Spacing.UNIFORM);
    if (timeline != null) {
      LoadCurve curve =
          duration.isZero() ? timeline.curve() : timeline.curve().cutAt(duration.toNanos());
      return timeline.users() ? new Arrivals.Closed(curve) : new Arrivals.Open(curve, spacing);
    }
    return rate > 0
        ? new Arrivals.Open(LoadCurve.constant(rate, duration), spacing)
        : new Arrivals.Closed();
  }

  /// The phases up to the duration.
  private static List<Phase> phases(
      Timeline timeline, Duration duration, Fields fields, Problems problems) {
    if (fields.has("rate")) {
      problems.warn(
          fields.position("rate"), "rate is not used: load_patterns say what arrives when");
    }
    long end = duration.isZero() ? Long.MAX_VALUE : duration.toNanos();
    List<Phase> phases = new ArrayList<>();
    for (Phase phase : timeline.phases()) {
      if (phase.fromNanos() < end) {
        phases.add(
            new Phase(
                phase.name(), phase.fromNanos(), Math.min(phase.toNanos(), end), phase.warmup()));
      } else {
        problems.warn(
            fields.position("duration"),
            "the run ends before the phase \"" + phase.name() + "\" begins");
      }
    }
    return phases;
  }

  private record Sessions(int limit, boolean growing) {}

  private static Sessions sessions(Fields fields, boolean open, Problems problems) {
    int most = fields.count("max_concurrency", DEFAULT_MAX_CONCURRENCY, 1);
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
    if (asked != null && !asked.matches("[-+]?\\d+")) {
      problems.add(
          fields.position("concurrency"),
          "\"%s\" is neither a whole number nor auto".formatted(asked));
      return new Sessions(1, false);
    }
    return new Sessions(fields.count("concurrency", 1, 1), false);
  }

  /// As many sessions as there are users at the most.
  private static Sessions users(Fields fields, Timeline timeline, Problems problems) {
    for (String key : List.of("concurrency", "max_concurrency")) {
      if (fields.has(key)) {
        problems.add(
            fields.position(key),
            "the users patterns say how many sessions there are: give one or the other");
      }
    }
    double most = 1;
    for (LoadCurve.Piece piece : timeline.curve().pieces()) {
      most = Math.max(most, Math.max(piece.fromRate(), piece.toRate()));
    }
    return new Sessions((int) Math.ceil(most), false);
  }

  private static void requireEnd(Fields fields, boolean ends, Position run, Problems problems) {
    boolean forever = fields.flag("forever", false);
    if (ends && forever) {
      problems.add(fields.position("forever"), "the run has an end: leave out one or the other");
    } else if (!ends && !forever && !isFaulty(problems, "duration", "total", fields)) {
      problems.add(
          run,
          run.line() > 0
              ? "the run has no end: give duration, total or load_patterns, or forever: true"
              : "the run has no end: give --duration or --total, or --forever");
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
}
