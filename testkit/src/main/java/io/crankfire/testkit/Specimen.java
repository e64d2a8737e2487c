package io.crankfire.testkit;

import java.util.Objects;

/// One named way of answering, and what a correct client owes it.
///
/// @param name short, unique, fit for a path: `reset-in-body`
/// @param method the request method it is an answer to
/// @param expect what a correct client makes of it
/// @param behavior the answer; to be used for one request after the other on any connection
public record Specimen(String name, String method, Expect expect, Behavior behavior) {

  public Specimen {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(expect, "expect");
    Objects.requireNonNull(behavior, "behavior");
  }

  static Specimen get(String name, Expect expect, Behavior behavior) {
    return new Specimen(name, "GET", expect, behavior);
  }

  /// What a correct client makes of an answer.
  public enum Expect {
    /// A complete response.
    RESPONSE,
    /// A failed exchange, at once or as soon as a limit of the client's is passed.
    FAILURE,
    /// A failed exchange at the client's own deadline: the server says nothing that would end it.
    TIMEOUT,
    /// A response or a failure: the standards leave it to the client. Never a hang.
    EITHER
  }

  @Override
  public String toString() {
    return name;
  }
}
