package io.crankfire.grpc;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Connections;
import io.crankfire.testkit.contract.Deed;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.contract.ProtocolContract;
import io.crankfire.testkit.grpc.GrpcTestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// The contract, by gRPC over TCP.
class GrpcContractTest extends ProtocolContract {

  @TempDir private Path folder;
  private Path schema = Path.of("");

  @BeforeEach
  void write() throws IOException {
    schema = Files.writeString(folder.resolve("deeds.proto"), GrpcPeer.PROTO);
  }

  @Override
  protected Peer peer() {
    return new GrpcPeer(GrpcTestServer.start(), schema, Map.of());
  }

  /// One stream at a time on each connection, as of those that the contract counts.
  @Override
  protected Connections connections(int limit, boolean keepAlive, int maxRequests) {
    return super.connections(limit, keepAlive, maxRequests).withMaxStreams(1);
  }

  /// gRPC has words of its own for what is late or too large. Where a write finds the connection
  /// reset, the kernel tells the reader of no more than an end.
  @Override
  protected boolean explains(Deed deed, Outcome outcome) {
    Outcome meant =
        switch (outcome.bucket()) {
          case "DEADLINE_EXCEEDED" -> Outcome.TIMEOUT;
          case "RESOURCE_EXHAUSTED" -> Outcome.TOO_LARGE;
          default -> outcome;
        };
    boolean ended = deed == Deed.RESETS && outcome.equals(Outcome.CONNECTION_CLOSED);
    return ended || super.explains(deed, meant);
  }
}
