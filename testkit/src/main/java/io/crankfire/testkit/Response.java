package io.crankfire.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A well-formed constant response, and the behaviour of giving it. Immutable.
///
/// `Content-Length` is added unless a framing header was given or the status allows no body. To
/// `HEAD` the same head goes out without the body. When the client asked to close, `Connection:
/// close` is added and the connection closed. The constant response is the server's fast path: its
/// bytes are prepared once.
public final class Response implements Behavior {

  /*
   * A response has six wire forms: with body or without (HEAD), and with three endings of the head. Each is built when
   * first wanted; building one twice in a race is harmless.
   */
  private final AtomicReferenceArray<@Nullable ByteBuffer> forms = new AtomicReferenceArray<>(6);
  private final int status;
  private final String reason;
  private final List<Header> headers;
  private final byte[] body;

  private Response(int status, String reason, List<Header> headers, byte[] body) {
    if (status < 100 || status > 999) {
      throw new IllegalArgumentException("status " + status + " has not three digits");
    }
    this.status = status;
    this.reason = Objects.requireNonNull(reason, "reason");
    this.headers = List.copyOf(headers);
    this.body = body;
  }

  /// A response without a body.
  public static Response status(int status) {
    return new Response(status, reason(status), List.of(), new byte[0]);
  }

  /// `200` with a UTF-8 text.
  public static Response text(String text) {
    return bytes(200, "text/plain; charset=utf-8", text.getBytes(UTF_8));
  }

  /// `200` with a JSON text.
  public static Response json(String json) {
    return bytes(200, "application/json", json.getBytes(UTF_8));
  }

  /// Any body; the array is copied.
  public static Response bytes(int status, String contentType, byte[] body) {
    return new Response(
        status, reason(status), List.of(new Header("Content-Type", contentType)), body.clone());
  }

  /// A redirect to a location: relative, absolute, or the own path (a loop).
  public static Response redirect(int status, String location) {
    return status(status).with("Location", location);
  }

  /// This response with one header more.
  public Response with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Response(status, reason, more, body);
  }

  /// This response with a cookie (`name=value; Path=/` and so on) set.
  public Response withCookie(String cookie) {
    return with("Set-Cookie", cookie);
  }

  /// This response with another status and that status's reason.
  public Response withStatus(int newStatus) {
    return new Response(newStatus, reason(newStatus), headers, body);
  }

  public int status() {
    return status;
  }

  /// The response to a GET that keeps the connection, as it goes over the wire, one character a
  /// byte.
  public String wireText() {
    return new String(encode(false, Ending.SILENT), ISO_8859_1);
  }

  @Override
  public void answer(Request request, Wire wire) throws IOException {
    wire.send(this);
  }

  @Override
  public Stage stage() {
    return Stage.WITHOUT_BODY;
  }

  /// The bytes that answer such a request; shared, so to be duplicated before use.
  ByteBuffer prepared(Head head) {
    Ending ending =
        !head.keepAlive() ? Ending.CLOSE : head.isHttp10() ? Ending.KEEP_ALIVE : Ending.SILENT;
    int form = ending.form + (head.isHead() ? 1 : 0);
    ByteBuffer known = forms.get(form);
    if (known == null) {
      byte[] bytes = encode(head.isHead(), ending);
      known = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
      forms.set(form, known);
    }
    return known;
  }

  private byte[] encode(boolean headOnly, Ending ending) {
    StringBuilder head = new StringBuilder(160);
    head.append("HTTP/1.1 ").append(status).append(' ').append(reason).append("\r\n");
    boolean framed = status < 200 || status == 204 || status == 304;
    boolean connection = false;
    for (Header header : headers) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
      framed |= header.is("Content-Length") || header.is("Transfer-Encoding");
      connection |= header.is("Connection");
    }
    if (!framed) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    if (!connection && ending != Ending.SILENT) {
      head.append("Connection: ").append(ending.option()).append("\r\n");
    }
    head.append("\r\n");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(head.length() + body.length);
    bytes.writeBytes(head.toString().getBytes(ISO_8859_1));
    if (!headOnly) {
      bytes.writeBytes(body);
    }
    return bytes.toByteArray();
  }

  private enum Ending {
    SILENT(0),
    CLOSE(2),
    KEEP_ALIVE(4);

    final int form;

    Ending(int form) {
      this.form = form;
    }

    String option() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static String reason(int status) {
    return switch (status) {
      case 100 -> "Continue";
      case 103 -> "Early Hints";
      case 101 -> "Switching Protocols";
      case 200 -> "OK";
      case 201 -> "Created";
      case 204 -> "No Content";
      case 301 -> "Moved Permanently";
      case 302 -> "Found";
      case 303 -> "See Other";
      case 304 -> "Not Modified";
      case 307 -> "Temporary Redirect";
      case 308 -> "Permanent Redirect";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 407 -> "Proxy Authentication Required";
      case 413 -> "Content Too Large";
      case 417 -> "Expectation Failed";
      case 426 -> "Upgrade Required";
      case 429 -> "Too Many Requests";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      default -> "Status " + status;
    };
  }
}
