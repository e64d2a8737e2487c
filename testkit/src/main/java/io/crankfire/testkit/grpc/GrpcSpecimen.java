package io.crankfire.testkit.grpc;

import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.http2.Http2Setup;
import java.util.Objects;
import java.util.Set;

/// One named way of answering a call, and what a correct client makes of it.
///
/// @param name short, unique, fit for a path
/// @param streams whether it answers `OddStream` instead of `Odd`
/// @param outcomes the names of the statuses in which a correct client may count it, or of failures
///   below gRPC; several where the specification leaves it to the client
/// @param says what the client's words for it have to contain
/// @param behavior the answer
public record GrpcSpecimen(
    String name, boolean streams, Set<String> outcomes, String says, GrpcBehavior behavior) {

  public GrpcSpecimen {
    Objects.requireNonNull(name, "name");
    outcomes = Set.copyOf(outcomes);
    Objects.requireNonNull(says, "says");
    Objects.requireNonNull(behavior, "behavior");
  }

  /// Whether the deadline ends it.
  public boolean timesOut() {
    return outcomes.contains("DEADLINE_EXCEEDED") && name.startsWith("stop");
  }

  /// A server that answers so.
  public GrpcTestServer serve(ServerSetup below) {
    return GrpcTestServer.start(below, Http2Setup.usual())
        .on(GrpcTestServer.ECHO + (streams ? "OddStream" : "Odd"), behavior);
  }

  @Override
  public String toString() {
    return name;
  }
}
