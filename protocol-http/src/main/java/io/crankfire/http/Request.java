package io.crankfire.http;

import io.crankfire.net.Connection;
import io.crankfire.plan.Target;
import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request as it goes over the wire, always the same. Immutable.
final class Request implements Outgoing {

  private final String method;
  private final Url url;
  private final @Nullable String unixSocket;
  private final Map<String, String> headers;
  private final int bodyLength;
  private final int maxRedirects;
  private final @Nullable String secret;
  private final @Nullable String cookies;
  private final Target target;
  private final byte[] bytes;
  private volatile byte @Nullable [] closingBytes;
  private volatile byte @Nullable [] fieldBlock;

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
    this(method, url, unixSocket, headers, body, maxRedirects, null, null);
  }

  /// @param secret the name of a header that carries a credential, besides those that always do
  /// @param cookies those of a jar, sent after those of the headers
  Request(
      String method,
      Url url,
      @Nullable String unixSocket,
      Map<String, String> headers,
      byte[] body,
      int maxRedirects,
      @Nullable String secret,
      @Nullable String cookies) {
    this.method = method;
    this.url = url;
    this.unixSocket = unixSocket;
    this.headers = headers;
    bodyLength = body.length;
    this.maxRedirects = maxRedirects;
    this.secret = secret;
    this.cookies = cookies;
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
    if (body.length > 0 || expectsBody(method)) {
      fields.put("Content-Length", Integer.toString(body.length));
    }
    if (closing) {
      fields.put("Connection", "close");
    }
    headers.forEach((name, value) -> {
      fields.keySet().removeIf(name::equalsIgnoreCase);
      fields.put(name, value);
    });
    if (cookies != null) {
      addCookies(fields, cookies);
    }
    fields.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("\r\n");
    byte[] start = head.toString().getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    return all;
  }

  private static void addCookies(Map<String, String> fields, String cookies) {
    String field = "Cookie";
    for (String name : fields.keySet()) {
      field = name.equalsIgnoreCase("Cookie") ? name : field;
    }
    fields.merge(field, cookies, (configured, more) -> configured + "; " + more);
  }

  /// Whether a request of that method tells the length of its body even if it has none.
  static boolean expectsBody(String method) {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }

  @Override
  public int write(Connection wire, boolean closing) {
    byte[] all = closing ? closingBytes() : bytes;
    wire.write(all, 0, all.length);
    return all.length;
  }

  @Override
  public void write(Http2Transaction stream) {
    stream.write(fieldBlock(), bytes, bytes.length - bodyLength, bytes.length);
  }

  /// The head for HTTP/2, the same for every connection. Made when first wanted.
  byte[] fieldBlock() {
    byte[] known = fieldBlock;
    if (known == null) {
      ByteSink out = new ByteSink(128);
      byte[] name =
          secret == null
              ? new byte[0]
              : secret.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
      int end = bytes.length - bodyLength - 2;
      FieldBlock.write(out, new ByteSink(64), bytes, end, target.secure(), name);
      known = out.toBytes();
      fieldBlock = known;
    }
    return known;
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

  @Override
  public int maxRedirects() {
    return maxRedirects;
  }

  @Override
  public Url url() {
    return url;
  }

  @Override
  public boolean head() {
    return method.equals("HEAD");
  }

  @Override
  public Request redirected(
      int status, String location, @Nullable CookieJar jar, long epochMillis) {
    Url to = url.resolve(location);
    boolean repeat = status == 307 || status == 308 || method.equals("GET") || head();
    Map<String, String> kept = new LinkedHashMap<>();
    headers.forEach((name, value) -> {
      boolean aboutBody = name.toLowerCase(Locale.ROOT).startsWith("content-");
      if ((!isSecret(name) || to.sameOrigin(url)) && (repeat || !aboutBody)) {
        kept.put(name, value);
      }
    });
    return new Request(
        repeat ? method : "GET",
        to,
        to.sameOrigin(url) ? unixSocket : null,
        kept,
        repeat ? body() : new byte[0],
        maxRedirects,
        secret,
        jar == null ? null : jar.header(to, epochMillis));
  }

  /// Whether a header is meant for one origin only.
  private boolean isSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("authorization")
        || lower.equals("cookie")
        || lower.equals("proxy-authorization")
        || lower.equals("host")
        || name.equalsIgnoreCase(secret);
  }

  @Override
  public String toString() {
    return method + " " + url;
  }
}
