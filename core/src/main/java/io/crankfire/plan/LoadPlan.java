package io.crankfire.plan;

import java.time.Duration;
import java.util.List;

/// A whole run, decided. Immutable.
///
/// @param calls every call of the run; statistics are kept per call
/// @param scenario what each arrival does
/// @param arrivals when arrivals happen
/// @param sessions sessions at the most, all workers together
/// @param growing whether sessions are made when needed, up to that number, rather than all at once
/// @param duration no arrival begins after it; zero for no limit
/// @param total no arrival after this many; 0 for no limit
/// @param grace how long exchanges under way at the end may go on; zero cancels them at once
/// @param workers event loops; 0 for one per processor
/// @param transport which event loop
/// @param pacing how exactly it keeps the schedule
/// @param connections how connections are made
/// @param seed of everything random
public record LoadPlan(
    List<Call> calls,
    Scenario scenario,
    Arrivals arrivals,
    int sessions,
    boolean growing,
    Duration duration,
    long total,
    Duration grace,
    int workers,
    Transport transport,
    Pacing pacing,
    Connections connections,
    long seed) {

  /// @throws IllegalArgumentException if a number is out of its range or a step names no call
  public LoadPlan {
    calls = List.copyOf(calls);
    if (sessions < 1) {
      throw new IllegalArgumentException("a run has at least one session");
    }
    if (duration.isNegative() || total < 0 || grace.isNegative() || workers < 0) {
      throw new IllegalArgumentException("duration, total, grace and workers are not negative");
    }
    for (int step : scenario.steps()) {
      if (step < 0 || step >= calls.size()) {
        throw new IllegalArgumentException("step " + step + " of " + scenario.name());
      }
    }
  }

  /// How long load is offered: the shorter of the duration and the schedule's own length, in
  /// nanoseconds; 0 when neither ends it.
  public long loadNanos() {
    long limit = duration.isZero() ? Long.MAX_VALUE : duration.toNanos();
    if (arrivals instanceof Arrivals.Open open) {
      limit = Math.min(limit, open.curve().endNanos());
    }
    return limit == Long.MAX_VALUE ? 0 : limit;
  }
}
