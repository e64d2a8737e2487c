package io.crankfire.plan;

/// Which implementation of the event loop carries the bytes.
public enum Transport {
  /// The best that works here and suits the plan.
  AUTO,
  /// The portable one over the JDK's selector.
  NIO,
  /// The one over Linux's epoll by foreign-function calls.
  EPOLL
}
