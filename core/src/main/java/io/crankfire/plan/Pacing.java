package io.crankfire.plan;

/// How exactly an event loop keeps its schedule, and what that may cost.
public enum Pacing {
  /// Milliseconds: sleeps to the next whole one. Cheapest.
  ECONOMICAL,
  /// Some ten microseconds: sleeps by a timer with that resolution where the platform has one.
  DEFAULT,
  /// A few microseconds: sleeps until shortly before an arrival, then polls. Costs the most.
  PRECISE
}
