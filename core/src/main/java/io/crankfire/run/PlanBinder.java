package io.crankfire.run;

import io.crankfire.bind.DataBinder;
import io.crankfire.bind.LoadPatternsBinder;
import io.crankfire.bind.LoadPatternsBinder.Timeline;
import io.crankfire.bind.ThresholdsBinder;
import io.crankfire.bind.WorkloadBinder;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Durations;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.metrics.Measure;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Arrivals.Spacing;
import io.crankfire.plan.Connections;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Phase;
import io.crankfire.plan.Threshold;
import io.crankfire.plan.Transport;
import io.crankfire.plan.Workload;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.protocol.Inquiry;
import io.crankfire.protocol.Protocol;
import io.crankfire.template.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Makes a plan of a configuration, whether it came from a file or from flags, and finds all that
/// is wrong with it. Defaults are decided here and nowhere else.
public final class PlanBinder {

  private final Map<String, Protocol> protocols;
  private final CredentialBinder credentials;
  private final long freshSeed;
  private final UnaryOperator<@Nullable String> environment;
  private boolean asking;
  private List<String> failures = List.of();

  /// Without an environment.
  ///
  /// @param protocols by their names
  /// @param credentials makes them of `auth` blocks
  /// @param freshSeed the seed of a run that names none
  public PlanBinder(Map<String, Protocol> protocols, CredentialBinder credentials, long freshSeed) {
    this(protocols, credentials, freshSeed, _ -> null);
  }

  /// @param protocols by their names
  /// @param credentials makes them of `auth` blocks
  /// @param freshSeed the seed of a run that names none
  /// @param environment what `$env(NAME)` in a placeholder means
  public PlanBinder(
      Map<String, Protocol> protocols,
      CredentialBinder credentials,
      long freshSeed,
      UnaryOperator<@Nullable String> environment) {
    this.protocols = protocols;
    this.credentials = credentials;
    this.freshSeed = freshSeed;
    this.environment = environment;
  }

  /// Lets calls ask their targets, such as for their schema, while they are compiled. Without it
  /// nothing is sent.
  public PlanBinder asking() {
    asking = true;
    return this;
  }

  /// Why targets could not be asked when a plan was made: then there is none, though nothing need
  /// be wrong with the configuration.
  public List<String> failures() {
    return failures;
  }

  /// How a configuration wants connections to be made.
  ///
  /// @param problems takes all faults
  public static Connections connections(ConfigNode.Mapping run, Problems problems) {
    return new ConnectionsBinder(new Fields(run, problems), problems).bind();
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
    long asked = fields.whole(ConfigKeys.TOTAL);
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
    int workers = fields.count(ConfigKeys.WORKERS);
    Transport transport = fields.choice(ConfigKeys.TRANSPORT, Transport.class);
    Pacing pacing = fields.choice(ConfigKeys.PACING, Pacing.class);
    long seed = fields.whole("seed", freshSeed, Long.MIN_VALUE, Long.MAX_VALUE);
    var connections = new ConnectionsBinder(fields, problems).bind();
    WorkloadBinder binder;
    Workload workload;
    try (Inquiry inquiry = new Inquiry(connections, asking)) {
      binder =
          new WorkloadBinder(
              fields, protocols, credentials, inquiry, new Names(environment), problems);
      workload = binder.bind();
      failures = inquiry.failures();
    }
    if (!sessions.growing) {
      Position said = fields.position(fields.has("concurrency") ? "concurrency" : "load_patterns");
      WorkloadBinder.requireDistinct(sessions.limit, said, binder.names(), problems);
    }
    List<Threshold> thresholds =
        fields.has("thresholds")
            ? ThresholdsBinder.bind(
                fields,
                patterned && timeline == null ? null : workload,
                phases,
                measures(),
                problems)
            : List.of();
    long total = WorkloadBinder.limited(asked, binder.names());
    boolean ends = patterned || !duration.isZero() || total > 0;
    requireEnd(fields, ends, run.position(), problems);
    if (workload == null || !problems.isEmpty() || !failures.isEmpty()) {
      return null;
    }
    return new LoadPlan(
        workload,
        arrivals,
        phases,
        sessions.growing ? WorkloadBinder.distinct(sessions.limit, binder.names()) : sessions.limit,
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

  private List<Measure> measures() {
    List<Measure> measures = new ArrayList<>();
    for (Protocol protocol : protocols.values()) {
      measures.addAll(protocol.measures());
    }
    return measures;
  }

  private List<String> knownKeys() {
    List<String> known = new ArrayList<>(ConfigKeys.REQUEST.names());
    known.addAll(ConfigKeys.LOAD.names());
    known.addAll(ConfigKeys.CONNECTIONS.names());
    known.addAll(ConfigKeys.OUTPUT.names());
    known.addAll(WorkloadBinder.KEYS);
    known.addAll(LoadPatternsBinder.KEYS);
    known.addAll(DataBinder.ENDPOINT_KEYS);
    known.addAll(DataBinder.RUN_KEYS);
    known.addAll(ThresholdsBinder.KEYS);
    known.add(CredentialBinder.KEY);
    for (Protocol protocol : protocols.values()) {
      known.addAll(protocol.keys());
    }
    return known;
  }

  private static double rate(Fields fields, Problems problems) {
    double rate = fields.number(ConfigKeys.RATE);
    if (rate <= LoadPatternsBinder.MOST_RPS) {
      return rate;
    }
    problems.add(fields.position("rate"), "must be at most 1000000000, not " + fields.text("rate"));
    return 0;
  }

  /// Zero stands for the default and a negative time for none, as it always was.
  private static Duration grace(Fields fields) {
    Duration asked = fields.signedDuration(ConfigKeys.GRACEFUL_SHUTDOWN);
    if (asked.isZero()) {
      return Durations.parse(ConfigKeys.GRACEFUL_SHUTDOWN.otherwise());
    }
    return asked.isNegative() ? Duration.ZERO : asked;
  }

  private static Arrivals arrivals(
      Fields fields, double rate, Duration duration, @Nullable Timeline timeline) {
    String key = fields.has("arrival") ? "arrival" : "arrival_model";
    Spacing spacing =
        fields.node(key) instanceof ConfigNode.Mapping
            ? model(fields.fields(key))
            : fields.choice(key, Spacing.UNIFORM);
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
    boolean forever = fields.flag(ConfigKeys.FOREVER);
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
