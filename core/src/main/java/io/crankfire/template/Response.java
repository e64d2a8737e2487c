package io.crankfire.template;

import org.jspecify.annotations.Nullable;

/// What extractors and checks may look at. Valid only while they do.
public interface Response {

  /// The status: of HTTP, of gRPC; 0 where the protocol has none.
  int status();

  /// A header's value, of several the first; null if there is none. Names have no case.
  @Nullable String header(String name);

  /// The body as far as it was kept, decompressed, in the first [#bodyLength()] bytes. Not to be
  /// changed.
  byte[] body();

  /// How many bytes of the body were kept.
  int bodyLength();

  /// How long the whole body was, in bytes as received.
  long bodyBytes();

  /// From sent to ended, in nanoseconds.
  long serviceNanos();
}
