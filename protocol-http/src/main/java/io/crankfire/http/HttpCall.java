package io.crankfire.http;

import io.crankfire.plan.Call;
import io.crankfire.plan.Target;
import io.crankfire.template.Conduct;
import java.time.Duration;

/// An HTTP call, compiled.
///
/// @param name the label in statistics
/// @param request what is sent
/// @param timeout from sent to the last byte of the response, redirects included; zero for ever
/// @param conduct what is done around it
record HttpCall(String name, Request request, Duration timeout, Conduct conduct) implements Call {

  @Override
  public String protocol() {
    return HttpProtocol.NAME;
  }

  @Override
  public Target target() {
    return request.target();
  }
}
