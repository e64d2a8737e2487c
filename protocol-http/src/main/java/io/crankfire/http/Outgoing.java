package io.crankfire.http;

import io.crankfire.net.Connection;
import org.jspecify.annotations.Nullable;

/// A request that can be sent, and sent again.
sealed interface Outgoing permits Request, RenderedRequest {

  /// Sends it.
  ///
  /// @param closing whether to say that no request follows over this connection (RFC 9112 §9.6)
  /// @return how many bytes it has
  int write(Connection wire, boolean closing);

  /// Sends it over HTTP/2.
  void write(Http2Transaction stream);

  /// How many redirects are followed; 0 takes a redirect for the answer.
  int maxRedirects();

  /// Whether the response has no body whatever its head says.
  boolean head();

  /// Where it goes.
  Url url();

  /// The request that a redirect asks for (RFC 9110 §15.4): 303, and by old custom 301 and 302,
  /// turn all but GET and HEAD into a GET without a body; 307 and 308 repeat the request.
  /// Credentials do not go to another origin.
  ///
  /// @param jar whose cookies go with it, or null
  /// @param epochMillis the time of day
  /// @throws IllegalArgumentException if the location leads nowhere we can go
  Request redirected(int status, String location, @Nullable CookieJar jar, long epochMillis);
}
