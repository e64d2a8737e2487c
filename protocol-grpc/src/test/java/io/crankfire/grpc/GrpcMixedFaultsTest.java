package io.crankfire.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.contract.Footprint;
import io.crankfire.testkit.contract.Medley;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.grpc.GrpcSpecimen;
import io.crankfire.testkit.grpc.GrpcSpecimens;
import io.crankfire.testkit.grpc.GrpcTestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All ways in which calls of gRPC end, and good answers in between, taken at random by 64 sessions
/// at full speed: every status is the one it has alone, and nothing is left behind.
///
/// Each call has a connection of its own first; then all sessions share them, but for the calls
/// whose server ends the connection, since they would end their neighbours, too.
///
/// The system property `crankfire.faults.seconds` says for how long (2, all of it together, after
/// each of them has come once), `crankfire.faults.seed` in which order.
class GrpcMixedFaultsTest {

  private static final System.Logger LOG = System.getLogger(GrpcMixedFaultsTest.class.getName());
  private static final Set<String> END_CONNECTIONS = Set.of("end-cut", "end-torn");

  private static final List<GrpcSpecimen> SPECIMENS = GrpcSpecimens.all();
  private static final GrpcProtocol GRPC = new GrpcProtocol();

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("io.crankfire.testkit.contract.Rig#transports")
  void nothingIsMistakenAndNothingIsLeftBehind(Transport transport) throws IOException {
    Files.writeString(folder.resolve("specimens.proto"), proto());
    long millis = 1_000L * Integer.getInteger("crankfire.faults.seconds", 2);
    long each = millis / Rig.transports().size() / 2;
    long seed = Long.getLong("crankfire.faults.seed", 11);
    try (GrpcTestServer server = GrpcTestServer.start()) {
      Map<String, Medley.Part> parts = parts(server);
      List<Medley.Part> alone = mixed(server, parts);
      parts.keySet().removeAll(END_CONNECTIONS);
      List<Medley.Part> together = mixed(server, parts);
      // What is made once is made now.
      play(transport, own(), rig -> Medley.once(rig, alone, seed));
      play(transport, Connections.DEFAULT, rig -> Medley.once(rig, together, seed));
      settle(server);
      Footprint before = Footprint.now();
      play(transport, own(), rig -> Medley.playWithoutGrowth(rig, alone, each, seed));
      play(
          transport,
          Connections.DEFAULT,
          rig -> Medley.playWithoutGrowth(rig, together, each, seed));
      settle(server);
      before.awaitAgain();
    }
  }

  /// The testkit's service with a method of each specimen.
  private static String proto() {
    StringBuilder methods = new StringBuilder();
    for (GrpcSpecimen specimen : SPECIMENS) {
      String answer = specimen.streams() ? "stream Text" : "Text";
      methods.append("rpc %s(Text) returns (%s);\n".formatted(method(specimen), answer));
    }
    return GrpcTestServer.PROTO.replace("service Echo {", "service Echo {\n" + methods);
  }

  private static String method(GrpcSpecimen specimen) {
    return "Odd_" + specimen.name().replaceAll("[^0-9A-Za-z]", "_");
  }

  private static Connections own() {
    Connections usual = Connections.DEFAULT;
    return new Connections(
        usual.limit(),
        usual.keepAlive(),
        1,
        usual.connectTimeout(),
        usual.resolve(),
        usual.proxy(),
        usual.sourceAddress(),
        usual.tls());
  }

  /// By the names of the specimens.
  private Map<String, Medley.Part> parts(GrpcTestServer server) {
    Map<String, Medley.Part> parts = new LinkedHashMap<>();
    for (GrpcSpecimen specimen : SPECIMENS) {
      server.on(GrpcTestServer.ECHO + method(specimen), specimen.behavior());
      Call call = call(server, method(specimen), specimen.timesOut());
      parts.put(specimen.name(), new Medley.Part(call, specimen.outcomes(), specimen.says()));
    }
    return parts;
  }

  /// With as many good ones.
  private List<Medley.Part> mixed(GrpcTestServer server, Map<String, Medley.Part> parts) {
    List<Medley.Part> all = new ArrayList<>(parts.values());
    Medley.Part good = new Medley.Part(call(server, "Unary", false), Set.of("OK"));
    all.addAll(Collections.nCopies(all.size(), good));
    return all;
  }

  private static void play(
      Transport transport, Connections connections, Function<Rig, Medley> play) {
    try (Rig rig = new Rig(transport, GRPC, connections)) {
      Medley medley = play.apply(rig);
      LOG.log(
          System.Logger.Level.DEBUG,
          "{0}: {1} calls, {2} connections, {3} sent again: {4}",
          transport,
          medley.begun(),
          rig.metrics().connectionsOpened,
          rig.metrics().resent,
          medley.counts());
      assertThat(medley.mistaken()).isEmpty();
    }
  }

  /// Nothing is left at the server, and no rule was broken.
  private static void settle(GrpcTestServer server) {
    assertThat(server.http2().await(now -> now.open() == 0).openStreams()).isZero();
    assertThat(server.violations()).isEmpty();
    assertThat(server.failures()).isEmpty();
  }

  private Call call(GrpcTestServer server, String method, boolean timesOut) {
    return Rig.compile(
        GRPC,
        Map.of(
            "name",
            method,
            "target",
            server.target(),
            "grpc.proto_file",
            folder.resolve("specimens.proto").toString(),
            "grpc.service",
            "Echo",
            "grpc.method",
            method,
            "grpc.message",
            "{\"text\": \"hello\"}",
            "grpc.timeout",
            timesOut ? Medley.SHORT_TIMEOUT : Medley.LONG_TIMEOUT));
  }
}
