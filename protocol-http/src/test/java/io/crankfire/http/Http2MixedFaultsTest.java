package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Footprint;
import io.crankfire.testkit.contract.Medley;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.http2.Http2Faults;
import io.crankfire.testkit.http2.Http2FieldFaults;
import io.crankfire.testkit.http2.Http2Oddities;
import io.crankfire.testkit.http2.Http2Setup;
import io.crankfire.testkit.http2.Http2Specimen;
import io.crankfire.testkit.http2.Http2TestServer;
import io.crankfire.testkit.tls.TlsSetup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All faults and oddities of HTTP/2 and good answers in between, plain and over TLS, taken at
/// random by 64 sessions at full speed: every outcome is the one it has alone, and nothing is left
/// behind.
///
/// Many of them end their connection, or leave it in a state that the next one would meet, so that
/// each exchange has a connection of its own. Those that concern their stream alone are played a
/// second time, all sessions over one connection, where none may disturb another.
///
/// The system property `crankfire.faults.seconds` says for how long (2, all of it together, after
/// each of them has come once), `crankfire.faults.seed` in which order.
class Http2MixedFaultsTest {

  private static final System.Logger LOG = System.getLogger(Http2MixedFaultsTest.class.getName());

  private static final HttpProtocol HTTP = new HttpProtocol();

  /// Who shares a connection.
  private enum Sharing {
    NOBODY,
    EVERYBODY;

    Connections connections() {
      return (this == NOBODY ? new Ways().maxRequests(1) : new Ways()).connections();
    }

    List<Http2Specimen> specimens() {
      return this == NOBODY
          ? Stream.concat(Http2Faults.all().stream(), Http2Oddities.all().stream()).toList()
          : ofTheirStreams();
    }
  }

  /// Whose connection is as good afterwards as it was before, and at every moment in between.
  private static List<Http2Specimen> ofTheirStreams() {
    return Stream.of(
            Http2Faults.resets(),
            Http2Faults.stops(),
            Http2FieldFaults.heads(),
            Http2FieldFaults.lengths(),
            Http2FieldFaults.sequences(),
            Http2Oddities.frames(),
            Http2Oddities.responses())
        .flatMap(List::stream)
        .filter(specimen -> specimen.setup().equals(Http2Setup.usual()))
        .filter(specimen -> !specimen.spoilsConnection())
        // Frames of others would come between its bytes.
        .filter(specimen -> !specimen.name().equals("odd-byte-by-byte"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.testkit.contract.Rig#transports")
  void nothingIsMistakenAndNothingIsLeftBehind(Transport transport) {
    long millis = 1_000L * Integer.getInteger("crankfire.faults.seconds", 2);
    long each = millis / Rig.transports().size() / Sharing.values().length;
    long seed = Long.getLong("crankfire.faults.seed", 11);
    Map<List<?>, Http2TestServer> servers = new LinkedHashMap<>();
    try {
      Map<Sharing, List<Medley.Part>> parts = new EnumMap<>(Sharing.class);
      for (Sharing sharing : Sharing.values()) {
        parts.put(sharing, parts(sharing, servers));
      }
      // What is made once is made now.
      parts.forEach(
          (sharing, some) -> play(transport, sharing, rig -> Medley.once(rig, some, seed)));
      settle(servers.values());
      Footprint before = Footprint.now();
      parts.forEach((sharing, some) ->
          play(transport, sharing, rig -> Medley.playWithoutGrowth(rig, some, each, seed)));
      settle(servers.values());
      before.awaitAgain();
    } finally {
      servers.values().forEach(Http2TestServer::close);
    }
  }

  private static void play(Transport transport, Sharing sharing, Function<Rig, Medley> play) {
    try (Rig rig = new Rig(transport, HTTP, sharing.connections())) {
      Medley medley = play.apply(rig);
      LOG.log(
          System.Logger.Level.DEBUG,
          "{0}, {1}: {2} exchanges, {3} connections, {4} sent again: {5}",
          transport,
          sharing,
          medley.begun(),
          rig.metrics().connectionsOpened,
          rig.metrics().resent,
          medley.counts());
      assertThat(medley.mistaken()).isEmpty();
    }
  }

  /// Nothing is left at the servers, and no rule was broken.
  private static void settle(Collection<Http2TestServer> servers) {
    for (Http2TestServer server : servers) {
      assertThat(server.await(now -> now.open() == 0).openStreams()).isZero();
      assertThat(server.violations()).isEmpty();
      assertThat(server.failures()).isEmpty();
    }
  }

  /// As many good answers as others; a handshake costs more than ten exchanges, so there are few of
  /// those, and where each exchange has one, for every fourth specimen.
  private static List<Medley.Part> parts(Sharing sharing, Map<List<?>, Http2TestServer> servers) {
    List<Medley.Part> all = new ArrayList<>();
    for (boolean tls : List.of(true, false)) {
      List<Medley.Part> some = new ArrayList<>();
      for (Http2Specimen specimen : sharing.specimens()) {
        boolean usual = specimen.setup().equals(Http2Setup.usual());
        boolean cheap = sharing == Sharing.EVERYBODY || specimen.name().hashCode() % 4 == 0;
        if (!tls || (usual && cheap)) {
          Http2TestServer server =
              servers.computeIfAbsent(
                  List.of(tls, specimen.setup()), _ -> start(tls, specimen.setup()));
          server.on("/" + specimen.name(), specimen.behavior());
          some.add(part(server, specimen));
        }
      }
      Http2TestServer server =
          servers.computeIfAbsent(
              List.of(tls, Http2Setup.usual()), _ -> start(tls, Http2Setup.usual()));
      some.addAll(Collections.nCopies(some.size(), good(server)));
      all.addAll(Collections.nCopies(tls ? 1 : 8, some).stream().flatMap(List::stream).toList());
    }
    return all;
  }

  private static Http2TestServer start(boolean tls, Http2Setup setup) {
    ServerSetup plain = ServerSetup.plain();
    return Http2TestServer.start(
        tls ? plain.with(TlsSetup.server().selecting("h2")) : plain, setup);
  }

  private static Medley.Part good(Http2TestServer server) {
    return new Medley.Part(Rig.compile(HTTP, step(server, "good", false)), Set.of("200"));
  }

  private static Medley.Part part(Http2TestServer server, Http2Specimen specimen) {
    Map<String, String> step = step(server, specimen.name(), specimen.timesOut());
    if (specimen.bodyBytes() > 0) {
      step.put("method", "POST");
      step.put("body", "b".repeat(specimen.bodyBytes()));
    }
    Set<String> outcomes = new HashSet<>(specimen.outcomes());
    if (specimen.name().equals("stop-window-of-0")) {
      outcomes.add("200"); // a short body goes before the settings of a new connection are here
    }
    return new Medley.Part(Rig.compile(HTTP, step), outcomes);
  }

  private static Map<String, String> step(Http2TestServer server, String path, boolean timesOut) {
    Map<String, String> step = new HashMap<>();
    boolean secure = server.url().getScheme().equals("https");
    step.put("name", server.url().getScheme() + " " + path);
    step.put("target", server.url("/" + path).toString());
    step.put("http_version", secure ? "2" : "2-prior-knowledge");
    step.put("timeout", timesOut ? Medley.SHORT_TIMEOUT : Medley.LONG_TIMEOUT);
    return step;
  }
}
