package io.crankfire.testkit.http2;

import io.crankfire.testkit.Header;
import io.crankfire.testkit.Request;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The head of a request as it came. Immutable.
///
/// @param stream its identifier
/// @param connection the connection's number, from 1
/// @param number its number on the connection, from 1
/// @param fields all of them in their order, pseudo-header fields first
/// @param last whether no body follows
/// @param arrivedNanos when its head was complete, by [System#nanoTime()]
/// @param tls what was agreed on, if the connection is encrypted
public record Http2Request(
    int stream,
    long connection,
    int number,
    List<Header> fields,
    boolean last,
    long arrivedNanos,
    Request.@Nullable TlsInfo tls) {

  public Http2Request {
    fields = List.copyOf(fields);
  }

  /// The value of a field, of several the first; null if there is none.
  public @Nullable String header(String name) {
    for (Header field : fields) {
      if (field.is(name)) {
        return field.value();
      }
    }
    return null;
  }

  private String pseudo(String name) {
    return Objects.requireNonNullElse(header(name), "");
  }

  public String method() {
    return pseudo(":method");
  }

  /// The path with the query; empty of a CONNECT.
  public String target() {
    return pseudo(":path");
  }

  /// The path without the query.
  public String path() {
    String target = target();
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  public String scheme() {
    return pseudo(":scheme");
  }

  public String authority() {
    return pseudo(":authority");
  }

  /// What an extended CONNECT asks for (RFC 8441 §4); empty of all others.
  public String protocol() {
    return pseudo(":protocol");
  }
}
