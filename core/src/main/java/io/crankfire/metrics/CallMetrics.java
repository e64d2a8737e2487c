package io.crankfire.metrics;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What was counted for one call: over an interval by one worker, or over a run by all of them. An
/// exchange that needed several attempts counts once: its response time ends with the last of them,
/// and its service time is the last one's. Confined to one thread at a time.
public final class CallMetrics {

  /// Response times (ended − scheduled) of successes, in nanoseconds.
  public final Histogram responseOk = new Histogram();

  /// Response times of failures.
  public final Histogram responseFailed = new Histogram();

  /// Service times (ended − sent) of successes, in nanoseconds.
  public final Histogram serviceOk = new Histogram();

  /// Service times of failures.
  public final Histogram serviceFailed = new Histogram();

  /// Bytes received, heads and framing included, before decryption's overhead.
  public long bytesIn;

  /// Bytes sent, counted in the same way.
  public long bytesOut;

  /// Exchanges begun.
  public long started;

  /// Attempts beyond the first of their exchange: retries, and requests sent again with a renewed
  /// credential.
  public long repeated;

  /// How often each check held.
  public final CheckCounts checks = new CheckCounts();

  /// Extractors that found nothing.
  public long missedExtractors;

  /// Placeholders that were sent as they are, since nothing had a value for them.
  public long unresolved;

  /// How they ended.
  public final OutcomeCounts outcomes = new OutcomeCounts();

  /// What its protocol measured of its own, by the indexes of the call's measures.
  public final Measures measures;

  private final Map<Phase, Histogram> phases = new EnumMap<>(Phase.class);

  /// Nothing counted yet: a sum, to which calls of all protocols can be added.
  public CallMetrics() {
    this(new Measures());
  }

  /// Nothing counted yet.
  ///
  /// @param measures what the call's protocol measures of its own
  public CallMetrics(List<Measure> measures) {
    this(Measures.of(measures));
  }

  private CallMetrics(Measures measures) {
    this.measures = measures;
    for (Phase phase : Phase.values()) {
      phases.put(phase, new Histogram());
    }
  }

  /// The durations of one phase, in nanoseconds.
  public Histogram phase(Phase phase) {
    return Objects.requireNonNull(phases.get(phase));
  }

  /// The phases that occurred.
  public Map<Phase, Histogram> phases() {
    Map<Phase, Histogram> occurred = new EnumMap<>(Phase.class);
    for (Phase phase : Phase.values()) {
      if (phase(phase).count() > 0) {
        occurred.put(phase, phase(phase));
      }
    }
    return occurred;
  }

  /// Response times of successes and failures together.
  public Histogram responseTime() {
    Histogram all = responseOk.copy();
    all.add(responseFailed);
    return all;
  }

  /// Service times of successes and failures together.
  public Histogram serviceTime() {
    Histogram all = serviceOk.copy();
    all.add(serviceFailed);
    return all;
  }

  /// Requests made: exchanges begun, and every further attempt at them.
  public long attempts() {
    return started + repeated;
  }

  /// Whether nothing was counted. An attempt or an end may be in another interval than the
  /// beginning.
  public boolean isEmpty() {
    if (started != 0 || repeated != 0 || missedExtractors != 0 || unresolved != 0) {
      return false;
    }
    for (Histogram histogram : phases.values()) {
      if (histogram.count() > 0) {
        return false;
      }
    }
    return ok() + failed() + interrupted() == 0 && measures.isEmpty();
  }

  /// Exchanges that succeeded.
  public long ok() {
    return outcomes.total(Outcome.Kind.OK);
  }

  /// Exchanges that failed.
  public long failed() {
    return outcomes.total(Outcome.Kind.FAILED);
  }

  /// Exchanges that we ended ourselves.
  public long interrupted() {
    return outcomes.total(Outcome.Kind.INTERRUPTED);
  }

  /// Adds everything `other` has counted.
  public void add(CallMetrics other) {
    responseOk.add(other.responseOk);
    responseFailed.add(other.responseFailed);
    serviceOk.add(other.serviceOk);
    serviceFailed.add(other.serviceFailed);
    phases.forEach((phase, histogram) -> histogram.add(other.phase(phase)));
    bytesIn += other.bytesIn;
    bytesOut += other.bytesOut;
    started += other.started;
    repeated += other.repeated;
    checks.add(other.checks);
    missedExtractors += other.missedExtractors;
    unresolved += other.unresolved;
    outcomes.add(other.outcomes);
    measures.add(other.measures);
  }

  /// Sets everything to zero and keeps the memory.
  public void clear() {
    responseOk.clear();
    responseFailed.clear();
    serviceOk.clear();
    serviceFailed.clear();
    phases.values().forEach(Histogram::clear);
    bytesIn = 0;
    bytesOut = 0;
    started = 0;
    repeated = 0;
    checks.clear();
    missedExtractors = 0;
    unresolved = 0;
    outcomes.clear();
    measures.clear();
  }
}
