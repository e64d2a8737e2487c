package io.crankfire.bench;

import java.util.OptionalLong;

/// A server that counts what reaches it, so that all generators are judged by the same book.
interface Server extends AutoCloseable {

  /// A short name for tables.
  String name();

  String url();

  long pid();

  /// Requests answered so far.
  long requests();

  /// When the first request came, on the clock of `System.nanoTime()`; empty before it.
  OptionalLong firstNanos();

  /// Requests within the first second after the first.
  long requestsInFirstSecond();

  @Override
  void close();

  /// Starts a fresh server, with all counts at zero.
  @FunctionalInterface
  interface Starter {
    Server start() throws Exception;
  }
}
