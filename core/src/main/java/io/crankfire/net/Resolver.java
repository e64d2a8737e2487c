package io.crankfire.net;

/// Finds the addresses of names off the event loops, and remembers them. Safe for all threads.
public final class Resolver implements AutoCloseable {
  @Override
  public void close() {}
}
