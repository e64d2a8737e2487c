package io.crankfire.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.grpc.GrpcTestServer;
import io.crankfire.testkit.peer.NodeGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The requester and Node's library `@grpc/grpc-js`, where that is installed.
class NodeGrpcTest {

  @TempDir private Path folder;
  private int number;

  private Call call(NodeGrpc node, String method, String... more) {
    Map<String, String> step = new HashMap<>();
    step.put("target", node.target());
    step.put("grpc.proto_file", folder.resolve("testkit.proto").toString());
    step.put("grpc.service", "Echo");
    step.put("grpc.method", method);
    step.put("grpc.message", "{\"text\": \"hello from afar\"}");
    for (int i = 0; i < more.length; i += 2) {
      step.put(more[i], more[i + 1]);
    }
    return Rig.compile(new GrpcProtocol(), step);
  }

  @Test
  void everyKindOfCall() throws IOException {
    Files.writeString(folder.resolve("testkit.proto"), GrpcTestServer.PROTO);
    Optional<NodeGrpc> started = NodeGrpc.start();
    assumeTrue(started.isPresent(), "Node or its library @grpc/grpc-js is not installed");
    try (NodeGrpc node = started.get()) {
      for (Transport transport : Rig.transports()) {
        number = 0;
        try (Rig rig = new Rig(transport, new GrpcProtocol(), Connections.DEFAULT)) {
          expect(rig, call(node, "Unary"), "OK", 1);
          expect(rig, call(node, "Unary", "grpc.compression", "gzip"), "OK", 1);
          String large = "{\"text\": \"%s\"}".formatted("l".repeat(3_000_000));
          expect(rig, call(node, "Unary", "grpc.message", large), "OK", 1);
          expect(rig, call(node, "ServerStream"), "OK", 100);
          expect(rig, call(node, "ClientStream", "grpc.message_count", "50"), "OK", 1);
          expect(rig, call(node, "BidiStream", "grpc.message_count", "50"), "OK", 50);
          expect(rig, call(node, "OddStream"), "UNIMPLEMENTED", 0);
          Call late = call(node, "Odd", "grpc.timeout", "100ms");
          expect(rig, late, "DEADLINE_EXCEEDED", 0);
          expect(rig, call(node, "Unary"), "OK", 1);
          assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
          manyAtOnce(rig, call(node, "Unary"));
        }
      }
    }
  }

  private void expect(Rig rig, Call call, String bucket, long messages) {
    Flight.Ending ending = rig.run(call);
    assertThat(ending.bucket()).as("%s", ending).isEqualTo(bucket);
    assertThat(ending.isOrdered()).as("%s", ending).isTrue();
    // calls are numbered as they are first sent
    long received = rig.metrics().calls[number].measures.total(GrpcMeasures.RECEIVED);
    assertThat(received).as("messages").isEqualTo(messages);
    number++;
  }

  private static void manyAtOnce(Rig rig, Call call) {
    List<Flight> flights = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      flights.add(rig.flight().send(call));
    }
    rig.await(() -> flights.stream().noneMatch(Flight::underWay));
    for (Flight flight : flights) {
      assertThat(flight.endings().getFirst().bucket()).isEqualTo("OK");
    }
  }
}
