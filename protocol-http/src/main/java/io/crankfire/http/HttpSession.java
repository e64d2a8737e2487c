package io.crankfire.http;

import io.crankfire.protocol.Exchange;
import org.jspecify.annotations.Nullable;

/// What HTTP keeps for a session: the request as it was rendered last, the response as far as it is
/// looked at, the cookies. Confined to its worker's event loop.
final class HttpSession {

  final RenderedRequest request = new RenderedRequest();
  final HttpResponse response = new HttpResponse();
  final CookieJar jar = new CookieJar();

  /// Whoever hears the response as it comes, as long as it does; null if nobody does.
  @Nullable HttpStream stream;

  private @Nullable Http2Transaction over2;

  /// That of the exchange's session.
  static HttpSession of(Exchange exchange) {
    return exchange.keepsake(HttpSession.class, HttpSession::new);
  }

  /// Its request over HTTP/2.
  Http2Transaction over2() {
    Http2Transaction known = over2;
    if (known == null) {
      known = new Http2Transaction();
      over2 = known;
    }
    return known;
  }

  /// A piece of the body, without any framing.
  void body(byte[] b, int from, int to) {
    HttpStream listening = stream;
    if (listening == null) {
      response.body(b, from, to);
    } else {
      listening.body(b, from, to);
    }
  }
}
