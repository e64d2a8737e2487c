package io.crankfire.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.grpc.GrpcSpecimen;
import io.crankfire.testkit.grpc.GrpcSpecimens;
import io.crankfire.testkit.grpc.GrpcTestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way in which the scripted server of gRPC answers: its status, its words, no hang, no rule
/// broken by us, and an answer to the next call.
class GrpcFaultsTest {

  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    Files.writeString(folder.resolve("testkit.proto"), GrpcTestServer.PROTO);
  }

  static List<GrpcSpecimen> specimens() {
    return GrpcSpecimens.all();
  }

  private static Call call(GrpcTestServer server, String method, String timeout) {
    Map<String, String> step = new HashMap<>();
    step.put("target", server.target());
    step.put("grpc.proto_file", folder.resolve("testkit.proto").toString());
    step.put("grpc.service", "Echo");
    step.put("grpc.method", method);
    step.put("grpc.message", "{\"text\": \"hello\"}");
    step.put("grpc.timeout", timeout);
    return Rig.compile(new GrpcProtocol(), step);
  }

  @ParameterizedTest
  @MethodSource("specimens")
  void itsStatusIs(GrpcSpecimen specimen) {
    // Each on one of the loops, which differ in nothing that is looked at here.
    List<Transport> transports = Rig.transports();
    Transport transport =
        transports.get(Math.floorMod(specimen.name().hashCode(), transports.size()));
    try (GrpcTestServer server = specimen.serve(ServerSetup.plain())) {
      try (Rig rig = new Rig(transport, new GrpcProtocol(), Connections.DEFAULT)) {
        Call good = call(server, "Unary", "10s");
        if (specimen.timesOut()) { // none of it for connecting
          assertThat(rig.prepare(good)).isEqualTo(Outcome.OK);
        }
        String method = specimen.streams() ? "OddStream" : "Odd";
        Flight.Ending ending = rig.run(call(server, method, specimen.timesOut() ? "100ms" : "10s"));
        assertThat(ending.bucket()).as("%s", ending).isIn(specimen.outcomes());
        assertThat(ending.isOrdered()).as("%s", ending).isTrue();
        assertThat(ending.detail() == null).as("%s", ending).isEqualTo(ending.outcome().isOk());
        assertThat(String.valueOf(ending.detail())).contains(specimen.says());
        Flight.Ending next = rig.run(good);
        assertThat(next.bucket()).as("the next: %s", next).isEqualTo("OK");
      }
      assertThat(server.http2().await(counts -> counts.open() == 0).openStreams()).isZero();
      assertThat(server.violations()).isEmpty();
      assertThat(server.failures()).isEmpty();
    }
  }
}
