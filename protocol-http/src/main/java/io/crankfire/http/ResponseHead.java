package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import org.jspecify.annotations.Nullable;

/// The head of a response, valid until its session sends the next request. Confined to its worker's
/// event loop.
public final class ResponseHead {

  private final HttpResponse response;
  private Outcome outcome = Outcome.OK;

  ResponseHead(HttpResponse response) {
    this.response = response;
  }

  void outcome(Outcome now) {
    outcome = now;
  }

  /// The status code: 101, or 200 and above.
  public int status() {
    return response.status();
  }

  /// What the status means for HTTP itself, counted under its number: below 400 a success.
  public Outcome outcome() {
    return outcome;
  }

  /// A field's value, of several the first; null if there is none. Names have no case.
  public @Nullable String header(String name) {
    return response.header(name);
  }
}
