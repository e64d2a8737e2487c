package io.crankfire.net;

/// A stream of bytes each way, on one event loop. Confined to that loop.
public abstract class Connection {

  /// Sends bytes: as many as the kernel takes now, the rest as soon as it takes more, in order.
  ///
  /// The array may be changed by the caller only after [#pending()] has become 0, except that bytes
  /// sent before this method returned are no longer needed; so constant arrays need no copy.
  /// Writing to a closed connection does nothing.
  public abstract void write(byte[] bytes, int offset, int length);

  /// How many bytes of earlier writes the kernel has not taken yet.
  public abstract long pending();

  /// Closes at once; whatever is pending is dropped. Idempotent.
  public abstract void close();

  /// Whether it is open: made and neither closed nor broken.
  public abstract boolean isOpen();

  /// Who hears of it from now on.
  public abstract void handler(ConnectionHandler handler);

  /// The protocol that TLS negotiated by ALPN, or the empty string.
  public String applicationProtocol() {
    return "";
  }
}
