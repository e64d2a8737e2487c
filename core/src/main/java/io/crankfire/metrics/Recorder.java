package io.crankfire.metrics;

/// Where one worker's counts go at the moment. Confined to its worker's event loop.
public final class Recorder {

  private WorkerMetrics current;
  private int phase;

  /// Begins with `first`.
  public Recorder(WorkerMetrics first) {
    current = first;
  }

  /// The interval that is being filled.
  public WorkerMetrics current() {
    return current;
  }

  /// The counts of one call in the interval and the phase of the load that are being filled.
  public CallMetrics call(int index) {
    return current.call(phase, index);
  }

  /// The counts of one call in a phase of the load, in the interval that is being filled.
  public CallMetrics call(int inPhase, int index) {
    return current.call(inPhase, index);
  }

  /// Whether a phase of the load is judged, rather than a warm-up.
  public boolean judges(int inPhase) {
    return current.judges(inPhase);
  }

  /// The load has come to another phase.
  ///
  /// @param next its index in the plan
  public void enter(int next) {
    phase = next;
  }

  /// Goes on with `next` and gives away the interval filled so far.
  public WorkerMetrics swap(WorkerMetrics next) {
    WorkerMetrics filled = current;
    current = next;
    return filled;
  }
}
