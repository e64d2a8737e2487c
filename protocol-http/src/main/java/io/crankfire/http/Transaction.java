package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import io.crankfire.protocol.Exchange;
import org.jspecify.annotations.Nullable;

/// A request under way and what is known of its response, whichever version of HTTP it goes over.
/// Used again for the next. Confined to its event loop.
final class Transaction {

  private static final int SWITCHING_PROTOCOLS = 101;

  /// Null while none is under way.
  @Nullable Exchange exchange;

  @Nullable Outgoing request;

  /// Whoever keeps the response, or hears it as it comes; null if nobody does.
  @Nullable HttpSession watching;

  /// How many redirects it has followed.
  int redirects;

  int status;
  Outcome outcome = Outcome.OK;
  @Nullable String location;

  /// Begins.
  void begin(Exchange next, Outgoing what, int redirectsSoFar) {
    exchange = next;
    request = what;
    watching = ((HttpCall) next.call()).watched() ? HttpSession.of(next) : null;
    redirects = redirectsSoFar;
  }

  /// Has none under way any more.
  void clear() {
    exchange = null;
    request = null;
    watching = null;
  }

  /// Keeps a head if anybody looks at it, and the cookies that it sets.
  ///
  /// @param head the findings about it
  void watch(Head head, byte[] b, int from, int end) {
    HttpSession session = watching;
    Exchange mine = exchange;
    Outgoing what = request;
    boolean interim = head.status() < 200 && head.status() != SWITCHING_PROTOCOLS;
    if (session == null || mine == null || what == null || interim) {
      return;
    }
    HttpCall call = (HttpCall) mine.call();
    session.response.begin(b, from, end, call.capture());
    session.response.found(head.status(), head.coding());
    if (call.cookies() && head.setsCookies()) {
      session.jar.take(b, from, end, what.url(), mine.variables().epochMillis());
    }
  }

  /// The final head is here.
  ///
  /// @return whether it is still under way: whoever hears the response may have given it up
  @SuppressWarnings("ReferenceEquality") // the same exchange
  boolean responded(Head head) {
    status = head.status();
    outcome = head.outcome();
    location = head.location();
    Exchange mine = exchange;
    if (status >= 400 && mine != null) {
      mine.retryAfterNanos = head.retryAfterNanos(mine.variables());
    }
    HttpSession session = watching;
    if (session != null && session.stream != null) {
      Outgoing what = request;
      if (what != null && isFollowed(what, status, location)) {
        watching = null; // nobody wants to hear of a redirect
      } else {
        session.stream.responded(outcome);
        return exchange == mine;
      }
    }
    return true;
  }

  /// A piece of the body; nobody's if its exchange was given up meanwhile.
  void body(byte[] b, int from, int to) {
    HttpSession session = watching;
    if (session != null) {
      session.body(b, from, to);
    }
  }

  /// Whether the response is a redirect that is followed.
  private static boolean isFollowed(Outgoing what, int status, @Nullable String location) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> location != null && what.maxRedirects() > 0;
      default -> false;
    };
  }

  /// The response is here, all of it, and what it came over is free: the exchange ends, or goes to
  /// where it is redirected. The arguments are those that were known of it before.
  static void complete(
      Pool pool,
      Exchange exchange,
      Outgoing request,
      @Nullable HttpSession session,
      int redirects,
      int status,
      @Nullable String location,
      Outcome outcome,
      long now) {
    HttpStream stream = session == null ? null : session.stream;
    if (location != null && isFollowed(request, status, location)) {
      pool.redirect(exchange, request, status, location, redirects);
    } else if (stream != null) {
      stream.completes();
      exchange.end(outcome, now);
    } else if (session != null) {
      HttpResponse response = session.response;
      response.complete(pool.decoder(), now - exchange.sent());
      long number = response.number();
      exchange.end(outcome, response, now);
      response.done(number);
    } else {
      exchange.end(outcome, now);
    }
  }
}
