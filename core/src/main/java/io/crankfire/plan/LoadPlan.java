package io.crankfire.plan;

import io.crankfire.template.Feeder;
import java.time.Duration;
import java.util.List;

/// A whole run, decided. Immutable.
///
/// @param workload what sessions do
/// @param arrivals when arrivals happen
/// @param phases the named stretches of the run, in order, without gaps; empty for one without name
/// @param sessions sessions at the most, all workers together
/// @param growing whether sessions are made when needed, up to that number, rather than all at once
/// @param duration no arrival begins after it; zero for no limit
/// @param total no arrival after this many; 0 for no limit. Never more than a feeder has records
///   that is to end the run with its last one
/// @param grace how long exchanges under way at the end may go on; zero cancels them at once
/// @param thresholds what the result has to be
/// @param workers event loops; 0 for one per processor
/// @param transport which event loop
/// @param pacing how exactly it keeps the schedule
/// @param connections how connections are made
/// @param seed of everything random
public record LoadPlan(
    Workload workload,
    Arrivals arrivals,
    List<Phase> phases,
    int sessions,
    boolean growing,
    Duration duration,
    long total,
    Duration grace,
    List<Threshold> thresholds,
    int workers,
    Transport transport,
    Pacing pacing,
    Connections connections,
    long seed) {

  /// @throws IllegalArgumentException if a number is out of its range
  public LoadPlan {
    phases = List.copyOf(phases);
    total = withinFeeders(workload, total);
    thresholds = List.copyOf(thresholds);
    if (sessions < 1) {
      throw new IllegalArgumentException("a run has at least one session");
    }
    if (duration.isNegative() || total < 0 || grace.isNegative() || workers < 0) {
      throw new IllegalArgumentException("duration, total, grace and workers are not negative");
    }
  }

  /// A feeder whose records are used once ends the run with its last one.
  private static long withinFeeders(Workload workload, long total) {
    long most = total;
    for (Feeder feeder : workload.names().feeders()) {
      if (feeder.policy() == Feeder.Policy.STOP) {
        int records = feeder.rows().size();
        most = most == 0 ? records : Math.min(most, records);
      }
    }
    return most;
  }

  /// Every call of the run.
  public List<Call> calls() {
    return workload.calls();
  }

  /// How long load is offered: the shorter of the duration and the schedule's own length, in
  /// nanoseconds; 0 when neither ends it.
  public long loadNanos() {
    long limit = duration.isZero() ? Long.MAX_VALUE : duration.toNanos();
    if (arrivals instanceof Arrivals.Open open) {
      limit = Math.min(limit, open.curve().endNanos());
    } else if (arrivals instanceof Arrivals.Closed closed) {
      LoadCurve users = closed.users();
      limit = users == null ? limit : Math.min(limit, users.endNanos());
    }
    return limit == Long.MAX_VALUE ? 0 : limit;
  }
}
