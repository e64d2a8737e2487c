package io.crankfire.http;

import io.crankfire.plan.Target;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request as it goes over the wire. Immutable.
final class Request {

  private final String method;
  private final Url url;
  private final @Nullable String unixSocket;
  private final Map<String, String> headers;
  private final int bodyLength;
  private final int maxRedirects;
  private final Target target;
  private final byte[] bytes;
  private volatile byte @Nullable [] closingBytes;

  /// @param headers as the user gave them; names are unique but for their case
  /// @param unixSocket to connect to instead of the URL's host, or null
  /// @param maxRedirects how many redirects are followed; 0 takes a redirect for the answer
  Request(
      String method,
      Url url,
      @Nullable String unixSocket,
      Map<String, String> headers,
      byte[] body,
      int maxRedirects) {
    this.method = method;
    this.url = url;
    this.unixSocket = unixSocket;
    this.headers = headers;
    bodyLength = body.length;
    this.maxRedirects = maxRedirects;
    target = url.target(unixSocket);
    bytes = encode(false, body);
  }

  private byte[] encode(boolean closing, byte[] body) {
    StringBuilder head = new StringBuilder(256);
    head.append(method).append(' ').append(url.requestTarget()).append(" HTTP/1.1\r\n");
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Host", url.hostHeader());
    fields.put("User-Agent", "crankfire");
    fields.put("Accept", "*/*");
    if (body.length > 0
        || method.equals("POST")
        || method.equals("PUT")
        || method.equals("PATCH")) {
      fields.put("Content-Length", Integer.toString(body.length));
    }
    if (closing) {
      fields.put("Connection", "close");
    }
    headers.forEach((name, value) -> {
      fields.keySet().removeIf(name::equalsIgnoreCase);
      fields.put(name, value);
    });
    fields.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("\r\n");
    byte[] start = head.toString().getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    return all;
  }

  /// All bytes, head and body. Not to be changed.
  byte[] bytes() {
    return bytes;
  }

  /// The same, saying that no request follows over this connection (RFC 9112 §9.6), unless the user
  /// said otherwise. Made when first wanted.
  byte[] closingBytes() {
    byte[] known = closingBytes;
    if (known == null) {
      known = encode(true, body());
      closingBytes = known;
    }
    return known;
  }

  private byte[] body() {
    return Arrays.copyOfRange(bytes, bytes.length - bodyLength, bytes.length);
  }

  Target target() {
    return target;
  }

  /// How many redirects are followed; 0 takes a redirect for the answer.
  int maxRedirects() {
    return maxRedirects;
  }

  Url url() {
    return url;
  }

  /// Whether the response has no body whatever its head says.
  boolean head() {
    return method.equals("HEAD");
  }

  /// The request that a redirect asks for (RFC 9110 §15.4): 303, and by old custom 301 and 302,
  /// turn all but GET and HEAD into a GET without a body; 307 and 308 repeat the request.
  /// Credentials do not go to another origin.
  ///
  /// @throws IllegalArgumentException if the location leads nowhere we can go
  Request redirected(int status, String location) {
    Url to = url.resolve(location);
    boolean repeat = status == 307 || status == 308 || method.equals("GET") || head();
    Map<String, String> kept = new LinkedHashMap<>();
    headers.forEach((name, value) -> {
      String lower = name.toLowerCase(Locale.ROOT);
      boolean secret =
          lower.equals("authorization")
              || lower.equals("cookie")
              || lower.equals("proxy-authorization")
              || lower.equals("host");
      boolean aboutBody = lower.startsWith("content-");
      if ((!secret || to.sameOrigin(url)) && (repeat || !aboutBody)) {
        kept.put(name, value);
      }
    });
    return new Request(
        repeat ? method : "GET",
        to,
        to.sameOrigin(url) ? unixSocket : null,
        kept,
        repeat ? body() : new byte[0],
        maxRedirects);
  }

  @Override
  public String toString() {
    return method + " " + url;
  }
}
