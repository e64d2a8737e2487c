package io.crankfire.http;

import io.crankfire.protocol.Exchange;

/// What HTTP keeps for a session: the request as it was rendered last, the response as far as it is
/// looked at, the cookies. Confined to its worker's event loop.
final class HttpSession {

  final RenderedRequest request = new RenderedRequest();
  final HttpResponse response = new HttpResponse();
  final CookieJar jar = new CookieJar();

  /// That of the exchange's session.
  static HttpSession of(Exchange exchange) {
    if (exchange.keepsake instanceof HttpSession known) {
      return known;
    }
    HttpSession made = new HttpSession();
    exchange.keepsake = made;
    return made;
  }
}
