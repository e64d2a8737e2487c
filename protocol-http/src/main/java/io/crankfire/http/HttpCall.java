package io.crankfire.http;

import io.crankfire.plan.Call;
import io.crankfire.plan.Target;
import io.crankfire.template.Conduct;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An HTTP call, compiled. Has a request that is always the same, or else a template of it.
///
/// @param name the label in statistics
/// @param constant what is sent, if that is always the same
/// @param template what is rendered for each exchange, if it is not
/// @param timeout from sent to the last byte of the response, redirects included; zero for ever
/// @param cookies whether the session's cookies go with it
/// @param watched whether anything of a response is kept
/// @param capture how many bytes of a response's body are kept
/// @param version of HTTP, that it goes over
/// @param upgrades whether it asks to switch protocols, and so over a connection of its own
record HttpCall(
    String name,
    @Nullable Request constant,
    @Nullable RequestTemplate template,
    Duration timeout,
    Conduct conduct,
    boolean cookies,
    boolean watched,
    int capture,
    HttpVersion version,
    boolean upgrades)
    implements Call {

  /// One that sends `request` always.
  static HttpCall of(
      String name, Request request, Duration timeout, Conduct conduct, HttpVersion version) {
    return new HttpCall(
        name,
        request,
        null,
        timeout,
        conduct,
        false,
        conduct.looks(),
        capture(conduct),
        version,
        false);
  }

  /// One that renders `template`.
  static HttpCall of(
      String name,
      RequestTemplate template,
      Duration timeout,
      Conduct conduct,
      boolean cookies,
      HttpVersion version) {
    return new HttpCall(
        name,
        null,
        template,
        timeout,
        conduct,
        cookies,
        cookies || conduct.looks(),
        capture(conduct),
        version,
        false);
  }

  /// One whose response is heard as it comes, by a protocol that does all that is done around it.
  static HttpCall ofStream(
      String name,
      RequestTemplate template,
      Duration timeout,
      boolean cookies,
      HttpVersion version,
      boolean upgrades) {
    return new HttpCall(
        name, null, template, timeout, Conduct.PLAIN, cookies, true, 0, version, upgrades);
  }

  private static int capture(Conduct conduct) {
    return conduct.needsBody() ? conduct.captureLimit() : 0;
  }

  /// What is sent always.
  Request request() {
    return Objects.requireNonNull(constant, "it varies");
  }

  @Override
  public String protocol() {
    return HttpProtocol.NAME;
  }

  /// Where it goes; of one whose origin varies, a host that does not exist.
  @Override
  public Target target() {
    return template == null ? request().target() : template.target;
  }

  /// Whether only rendering can tell where it goes.
  boolean isFree() {
    return template != null && template.free != null;
  }
}
