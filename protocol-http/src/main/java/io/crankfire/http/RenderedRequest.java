package io.crankfire.http;

import io.crankfire.net.Connection;
import io.crankfire.plan.Target;
import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A request as it was rendered for a session's exchange, in buffers that are used again for the
/// next. Stays as it is until that exchange has ended. Confined to its worker's event loop.
final class RenderedRequest implements Outgoing {

  private static final byte[] CLOSE = "Connection: close\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] KEEP_ALIVE =
      "Connection: keep-alive\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  /// Head and body.
  final ByteSink out = new ByteSink(512);

  /// The body before it has its place.
  final ByteSink body = new ByteSink(0);

  /// Where the empty line begins.
  int headEnd;

  int bodySize;

  /// Where the cookies of the jar begin and end; the same if there are none.
  int jarFrom;

  int jarTo;

  /// Where the credential's value begins and ends; the same if there is none.
  int credentialFrom;

  int credentialTo;

  private @Nullable RequestTemplate template;
  private @Nullable Url freeUrl;
  private @Nullable Target freeTarget;
  private int targetFrom;
  private int targetTo;
  private int pathTo;

  /// What stands before the empty line about the connection's future: one of the constants.
  private byte[] announced = NOTHING;

  private boolean complete;

  /// Is rendered from its beginning.
  void begin(RequestTemplate from) {
    template = from;
    freeUrl = null;
    freeTarget = null;
    out.clear();
    targetFrom = from.method.length() + 1;
    targetTo = targetFrom;
    pathTo = targetFrom;
    jarFrom = 0;
    jarTo = 0;
    credentialFrom = 0;
    credentialTo = 0;
    bodySize = 0;
    announced = NOTHING;
    complete = false;
  }

  /// Is rendered to its end.
  void ends() {
    complete = true;
  }

  /// Whether it is what `from` was rendered to, and can be sent.
  @SuppressWarnings("ReferenceEquality") // that template and no other
  boolean isOf(RequestTemplate from) {
    return complete && template == from;
  }

  /// Puts another credential in the place of the one it was rendered with.
  void credential(byte[] value) {
    int before = credentialTo - credentialFrom;
    int size = out.size();
    int shift = value.length - before;
    if (shift > 0) {
      out.reserve(shift);
    }
    byte[] b = out.array();
    System.arraycopy(b, credentialTo, b, credentialTo + shift, size - credentialTo);
    System.arraycopy(value, 0, b, credentialFrom, value.length);
    out.truncate(size + shift);
    if (jarFrom >= credentialTo) {
      jarFrom += shift;
      jarTo += shift;
    }
    headEnd += shift;
    credentialTo += shift;
  }

  private RequestTemplate template() {
    return Objects.requireNonNull(template, "not rendered");
  }

  /// Goes to an origin that varies.
  void freely(Url url) {
    freeUrl = url;
    freeTarget = url.target(template().unixSocket);
  }

  /// Its origin; of one that varies the whole URL.
  Url base() {
    return freeUrl == null ? template().origin : freeUrl;
  }

  Target target() {
    return freeTarget == null ? template().target : freeTarget;
  }

  /// The request target has been written; takes dots out of its path if that is to be done.
  ///
  /// @return null: it is never at fault
  @Nullable String targetEnds() {
    findTarget();
    if (template().dots && hasDots()) {
      removeDots();
      findTarget();
    }
    return null;
  }

  private void findTarget() {
    byte[] b = out.array();
    targetTo = out.size();
    int at = targetFrom;
    while (at < targetTo && b[at] != '?') {
      at++;
    }
    pathTo = at;
  }

  private boolean hasDots() {
    byte[] b = out.array();
    for (int i = targetFrom; i + 1 < pathTo; i++) {
      if (b[i] == '/' && b[i + 1] == '.') {
        return true;
      }
    }
    return false;
  }

  /// RFC 3986 §5.2.4, in place: what is written never overtakes what is read.
  private void removeDots() {
    byte[] b = out.array();
    int to = targetFrom;
    int at = targetFrom;
    while (at < pathTo) {
      int end = at + 1;
      while (end < pathTo && b[end] != '/') {
        end++;
      }
      int length = end - at - 1;
      boolean one = length == 1 && b[at + 1] == '.';
      boolean two = length == 2 && b[at + 1] == '.' && b[at + 2] == '.';
      if (two) {
        to = parent(b, to);
      }
      if (!one && !two) {
        System.arraycopy(b, at, b, to, end - at);
        to += end - at;
      } else if (end == pathTo) {
        b[to++] = '/';
      }
      at = end;
    }
    System.arraycopy(b, pathTo, b, to, targetTo - pathTo);
    out.truncate(to + targetTo - pathTo);
  }

  /// Where the last segment of a path that ends at `to` begins, with its slash.
  private int parent(byte[] b, int to) {
    int at = Math.max(targetFrom, to - 1);
    while (at > targetFrom && b[at] != '/') {
      at--;
    }
    return at;
  }

  /// Writes the cookies of a jar that go with it.
  ///
  /// @return whether there was one
  boolean writeCookies(CookieJar jar, byte[] before, long epochMillis) {
    Url url = base();
    return jar.write(
        out, before, url.host(), url.isSecure(), out.array(), targetFrom, pathTo, epochMillis);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // constants
  public int write(Connection wire, boolean last) {
    RequestTemplate from = template();
    byte[] wanted = last ? CLOSE : from.keepAlive ? KEEP_ALIVE : NOTHING;
    if (wanted != announced && !from.ownConnection) {
      announce(wanted);
    }
    wire.write(out.array(), 0, out.size());
    return out.size();
  }

  @Override
  public void write(Http2Transaction stream) {
    boolean secure = target().secure();
    int end = out.size();
    stream.write(out.array(), headEnd, secure, template().secretName, end - bodySize, end);
  }

  /// Adds the compressed fields that ask for a WebSocket over HTTP/2.
  void writeWebSocket(ByteSink block) {
    boolean secure = target().secure();
    ByteSink name = new ByteSink(64);
    FieldBlock.writeWebSocket(block, name, out.array(), headEnd, secure, template().secretName);
  }

  /// Puts a line about the connection's future before the empty line, in the place of the last one.
  private void announce(byte[] line) {
    int shift = line.length - announced.length;
    int size = out.size();
    if (shift > 0) {
      out.reserve(shift);
    }
    byte[] b = out.array();
    int from = headEnd + announced.length;
    System.arraycopy(b, from, b, from + shift, size - from);
    System.arraycopy(line, 0, b, headEnd, line.length);
    out.truncate(size + shift);
    announced = line;
  }

  @Override
  public int maxRedirects() {
    return template().maxRedirects;
  }

  @Override
  public boolean head() {
    return template().method.equals("HEAD");
  }

  @Override
  public Url url() {
    String requestTarget =
        new String(out.array(), targetFrom, targetTo - targetFrom, StandardCharsets.UTF_8);
    return base().withRequestTarget(requestTarget);
  }

  @Override
  public Request redirected(
      int status, String location, @Nullable CookieJar jar, long epochMillis) {
    RequestTemplate from = template();
    byte[] b = out.array();
    byte[] content = Arrays.copyOfRange(b, out.size() - bodySize, out.size());
    String secret = from.credential == null ? null : from.credential.header();
    return new Request(
            from.method,
            url().withUserInfo(null),
            from.unixSocket,
            fields(from),
            content,
            from.maxRedirects,
            secret,
            null)
        .redirected(status, location, jar, epochMillis);
  }

  /// The fields that were configured, as they were rendered.
  private Map<String, String> fields(RequestTemplate from) {
    byte[] b = out.array();
    String head =
        jarTo > jarFrom ? text(b, 0, jarFrom) + text(b, jarTo, headEnd) : text(b, 0, headEnd);
    Map<String, String> fields = new LinkedHashMap<>();
    int at = head.indexOf("\r\n") + 2;
    while (at < head.length()) {
      int end = head.indexOf("\r\n", at);
      int colon = head.indexOf(": ", at);
      String name = head.substring(at, colon);
      boolean ours =
          name.equalsIgnoreCase("Content-Length") || (name.equals("Host") && !from.ownHost);
      if (!ours) {
        fields.put(name, head.substring(colon + 2, end));
      }
      at = end + 2;
    }
    return fields;
  }

  private static String text(byte[] b, int from, int to) {
    return new String(b, from, to - from, StandardCharsets.UTF_8);
  }

  /// All of it, for people.
  String text() {
    return text(out.array(), 0, out.size());
  }
}
