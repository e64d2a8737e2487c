package io.crankfire.metrics;

/// Where one worker's counts go at the moment. Confined to its worker's event loop.
public final class Recorder {

  private WorkerMetrics current;

  /// Begins with `first`.
  public Recorder(WorkerMetrics first) {
    current = first;
  }

  /// The interval that is being filled.
  public WorkerMetrics current() {
    return current;
  }

  /// The counts of one call in the interval that is being filled.
  public CallMetrics call(int index) {
    return current.calls[index];
  }

  /// Goes on with `next` and gives away the interval filled so far.
  public WorkerMetrics swap(WorkerMetrics next) {
    WorkerMetrics filled = current;
    current = next;
    return filled;
  }
}
