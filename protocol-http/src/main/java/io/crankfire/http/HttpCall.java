package io.crankfire.http;

import io.crankfire.plan.Call;
import io.crankfire.plan.Target;
import java.time.Duration;

/// An HTTP call, compiled.
///
/// @param name the label in statistics
/// @param request what is sent
/// @param timeout from sent to the last byte of the response, redirects included; zero for ever
/// @param maxRedirects how many redirects are followed; 0 takes a redirect for the answer
record HttpCall(String name, Request request, Duration timeout, int maxRedirects) implements Call {

  @Override
  public String protocol() {
    return HttpProtocol.NAME;
  }

  @Override
  public Target target() {
    return request.target();
  }
}
