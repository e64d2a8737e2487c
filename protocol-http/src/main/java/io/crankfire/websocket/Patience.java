package io.crankfire.websocket;

import io.crankfire.net.Loop;
import io.crankfire.net.Timer;
import org.jspecify.annotations.Nullable;

/// How long a session waits for what it waits for. Confined to its event loop.
final class Patience {

  /*
   * The timer is armed once and looks, when it runs, how far the time has been moved since: a message costs no
   * change of the loop's timers.
   */

  private static final long NEVER = Long.MAX_VALUE;

  private final Loop loop;
  private final Runnable over;
  private @Nullable Timer timer;
  private long timerAt;
  private long deadline = NEVER;

  /// @param over what is done when it is over
  Patience(Loop loop, Runnable over) {
    this.loop = loop;
    this.over = over;
  }

  /// From now on something is awaited for so long, and nothing else.
  ///
  /// @param nanos 0 for ever
  void begin(long nanos) {
    if (nanos == 0) {
      deadline = NEVER;
      return;
    }
    deadline = loop.now() + nanos;
    Timer mine = timer;
    if (mine == null) {
      mine = new Timer(this::look);
      timer = mine;
    }
    if (!mine.armed() || timerAt > deadline) {
      timerAt = deadline;
      loop.arm(mine, deadline);
    }
  }

  /// Nothing is awaited any more.
  void end() {
    deadline = NEVER;
  }

  private void look() {
    Timer mine = timer;
    if (deadline == NEVER || mine == null) {
      return;
    }
    if (deadline > loop.now()) {
      timerAt = deadline;
      loop.arm(mine, deadline);
    } else {
      deadline = NEVER;
      over.run();
    }
  }
}
