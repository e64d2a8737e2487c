package io.crankfire.net;

import java.util.Arrays;
import java.util.List;

/// The implementations of the event loop, for tests of what they have in common.
enum LoopKind {
  NIO,
  EPOLL;

  /// Those that work on this machine.
  static List<LoopKind> available() {
    return Arrays.stream(values()).filter(kind -> kind == NIO || EpollLoop.available()).toList();
  }

  Loop open() {
    return switch (this) {
      case NIO -> new NioLoop(Clock.SYSTEM);
      case EPOLL -> new EpollLoop(Clock.SYSTEM);
    };
  }
}
