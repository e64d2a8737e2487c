package io.crankfire.net;

/// A task that an event loop runs at a time: made once, armed and disarmed as often as needed
/// without garbage. Confined to its event loop. See [Loop#arm(Timer, long)].
public final class Timer {

  final Runnable task;
  long at;
  int position = -1;

  /// A timer that is not armed.
  public Timer(Runnable task) {
    this.task = task;
  }

  /// Whether it is going to run.
  public boolean armed() {
    return position >= 0;
  }
}
