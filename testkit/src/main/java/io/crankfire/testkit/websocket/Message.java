package io.crankfire.testkit.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

/// A whole message of a client, compression undone. Immutable as long as nobody changes the
/// payload.
public final class Message {
  private final boolean text;
  private final byte[] payload;
  private final int number;
  private final long arrivedNanos;

  Message(boolean text, byte[] payload, int number, long arrivedNanos) {
    this.text = text;
    this.payload = payload;
    this.number = number;
    this.arrivedNanos = arrivedNanos;
  }

  /// Whether it is text, not binary.
  public boolean isText() {
    return text;
  }

  /// The bytes themselves, not a copy.
  public byte[] payload() {
    return payload;
  }

  /// The payload as UTF-8.
  public String string() {
    return new String(payload, UTF_8);
  }

  /// Which message of its connection it is, from 1.
  public int number() {
    return number;
  }

  /// When its last byte had been read, by [System#nanoTime()].
  public long arrivedNanos() {
    return arrivedNanos;
  }

  @Override
  public String toString() {
    return text ? string() : payload.length + " bytes";
  }
}
