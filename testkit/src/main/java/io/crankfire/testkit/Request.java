package io.crankfire.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A complete request as it arrived. Immutable; [#body()] is not copied and not to be changed.
public final class Request {
  private final Head head;
  private final RequestReader.Body body;
  private final long arrivedNanos;
  private final long connection;
  private final int number;
  private final @Nullable TlsInfo tls;

  Request(
      Head head,
      RequestReader.Body body,
      long arrivedNanos,
      long connection,
      int number,
      @Nullable TlsInfo tls) {
    this.head = head;
    this.body = body;
    this.arrivedNanos = arrivedNanos;
    this.connection = connection;
    this.number = number;
    this.tls = tls;
  }

  /// What the handshake agreed on; `serverName` (SNI), `alpn` and `clientName` (subject of the
  /// client's certificate) are empty when there was none.
  public record TlsInfo(
      String protocol, String cipher, String serverName, String alpn, String clientName) {}

  public String method() {
    return head.method();
  }

  /// The target exactly as it stood in the request line.
  public String target() {
    return head.target();
  }

  /// The target without scheme, authority and query.
  public String path() {
    return head.path();
  }

  /// What follows the first `?`, undecoded; empty when there is none.
  public String query() {
    int mark = head.target().indexOf('?');
    return mark < 0 ? "" : head.target().substring(mark + 1);
  }

  /// `HTTP/1.1` or `HTTP/1.0`.
  public String version() {
    return head.version();
  }

  public List<Header> headers() {
    return head.headers();
  }

  /// The first header of that name, or null.
  public @Nullable String header(String name) {
    for (Header header : head.headers()) {
      if (header.is(name)) {
        return header.value();
      }
    }
    return null;
  }

  /// Request line and headers as they came, one character a byte, the empty line included.
  public String rawHead() {
    return head.raw();
  }

  /// The body, at most [ServerSetup#bodyLimit()] bytes of it; empty when neither behaviour nor
  /// recording asked for it.
  public byte[] body() {
    return body.kept;
  }

  /// [#body()] as UTF-8 text.
  public String bodyText() {
    return new String(body.kept, UTF_8);
  }

  /// The whole length of the body in bytes, kept or not, without chunk framing.
  public long bodyLength() {
    return body.length;
  }

  /// When the last byte of the request had been read, by [System#nanoTime()].
  public long arrivedNanos() {
    return arrivedNanos;
  }

  /// The connection's number, from 1 in the order of acceptance.
  public long connection() {
    return connection;
  }

  /// Which request of its connection this is, from 1.
  public int number() {
    return number;
  }

  /// The TLS connection's data, or null on a plain one.
  public @Nullable TlsInfo tls() {
    return tls;
  }

  Head head() {
    return head;
  }

  @Override
  public String toString() {
    return method() + " " + target();
  }
}
