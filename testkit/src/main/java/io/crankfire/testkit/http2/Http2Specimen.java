package io.crankfire.testkit.http2;

import io.crankfire.testkit.ServerSetup;
import java.util.Objects;
import java.util.Set;

/// One named way of answering over HTTP/2, and what a correct client makes of it.
///
/// @param name short, unique, fit for a path
/// @param bodyBytes how long the body of the request has to be; 0 for a GET
/// @param outcomes the buckets in which a correct client may count it: `200`, or the name of a
///   failure; several where the standards leave it to the client
/// @param setup how its server begins connections
/// @param behavior the answer
public record Http2Specimen(
    String name, int bodyBytes, Set<String> outcomes, Http2Setup setup, Http2Behavior behavior) {

  public Http2Specimen {
    Objects.requireNonNull(name, "name");
    outcomes = Set.copyOf(outcomes);
    Objects.requireNonNull(setup, "setup");
    Objects.requireNonNull(behavior, "behavior");
  }

  static Http2Specimen get(String name, String outcome, Http2Behavior behavior) {
    return new Http2Specimen(name, 0, Set.of(outcome), Http2Setup.usual(), behavior);
  }

  /// To a request with so long a body.
  Http2Specimen posting(int bytes) {
    return new Http2Specimen(name, bytes, outcomes, setup, behavior);
  }

  /// Or so.
  Http2Specimen or(String... others) {
    Set<String> more = new java.util.HashSet<>(outcomes);
    more.addAll(Set.of(others));
    return new Http2Specimen(name, bodyBytes, more, setup, behavior);
  }

  /// On connections that begin so.
  Http2Specimen on(Http2Setup newSetup) {
    return new Http2Specimen(name, bodyBytes, outcomes, newSetup, behavior);
  }

  /// Whether only the client's own deadline ends it.
  public boolean timesOut() {
    return outcomes.contains("TIMEOUT");
  }

  /// Whether the connection is left amid a frame or a flood, where the next answer would be lost.
  public boolean spoilsConnection() {
    return name.startsWith("flood-")
        || name.startsWith("stop-in-")
        || name.equals("stop-before-continuation");
  }

  /// A server that answers so at `/specimen` and well everywhere else.
  public Http2TestServer serve(ServerSetup below) {
    return Http2TestServer.start(below, setup).on("/specimen", behavior);
  }

  @Override
  public String toString() {
    return name;
  }
}
