package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Footprint;
import io.crankfire.testkit.contract.Medley;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.tls.TlsSetup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All faults and oddities and good answers in between, plain and over TLS, taken at random by 64
/// sessions at full speed: every outcome is the one it has alone, and nothing is left behind.
///
/// The system property `crankfire.faults.seconds` says for how long (3, all event loops together),
/// `crankfire.faults.seed` in which order.
class MixedFaultsTest {

  private static final System.Logger LOG = System.getLogger(MixedFaultsTest.class.getName());
  private static final int WARM_UP_MILLIS = 300;

  private static final HttpProtocol HTTP = new HttpProtocol();

  @ParameterizedTest
  @MethodSource("io.crankfire.testkit.contract.Rig#transports")
  void nothingIsMistakenAndNothingIsLeftBehind(Transport transport) {
    long millis = 1_000L * Integer.getInteger("crankfire.faults.seconds", 3);
    long seed = Long.getLong("crankfire.faults.seed", 11);
    run(transport, WARM_UP_MILLIS, seed); // what is made once is made now
    Footprint before = Footprint.now();
    run(transport, millis / Rig.transports().size(), seed);
    before.awaitAgain();
  }

  private static void run(Transport transport, long millis, long seed) {
    ServerSetup secure = ServerSetup.plain().with(TlsSetup.server());
    try (HttpTestServer plain = HttpTestServer.start();
        HttpTestServer tls = HttpTestServer.start(secure)) {
      List<Medley.Part> all = new ArrayList<>();
      for (HttpTestServer server : List.of(tls, plain)) {
        List<Medley.Part> some = new ArrayList<>();
        for (Row row : Row.all()) {
          server.on("/" + row.specimen().name(), row.specimen().behavior());
          some.add(part(server, row.specimen().name(), row.specimen().method(), row.outcome()));
        }
        some.addAll(Collections.nCopies(some.size(), part(server, "good", "GET", "200")));
        // A handshake costs more than ten exchanges: few of those.
        int times = all.isEmpty() ? 1 : 8;
        all.addAll(Collections.nCopies(times, some).stream().flatMap(List::stream).toList());
      }
      long sent;
      try (Rig rig = new Rig(transport, HTTP, new Ways().connections())) {
        Medley medley = Medley.playWithoutGrowth(rig, all, millis, seed);
        sent = medley.begun();
        LOG.log(
            System.Logger.Level.DEBUG,
            "{0}: {1} exchanges in {2} ms, {3} connections, {4} sent again: {5}",
            transport,
            sent,
            millis,
            rig.metrics().connectionsOpened,
            rig.metrics().resent,
            medley.counts());
        assertThat(medley.mistaken()).isEmpty();
        sent += rig.metrics().resent;
      }
      long received = 0;
      for (HttpTestServer server : List.of(plain, tls)) {
        received += server.await(now -> now.open() == 0).received();
        assertThat(server.violations()).isEmpty();
        assertThat(server.failures()).isEmpty();
      }
      // What crossed a close, or never got a connection, the servers have not seen.
      assertThat(received).as("the servers' own count").isBetween(sent * 9 / 10, sent);
    }
  }

  private static Medley.Part part(
      HttpTestServer server, String path, String method, String outcome) {
    Call call =
        Rig.compile(
            HTTP,
            Map.of(
                "name",
                server.url().getScheme() + " " + path,
                "target",
                server.url("/" + path).toString(),
                "method",
                method,
                "timeout",
                outcome.equals("TIMEOUT") ? Medley.SHORT_TIMEOUT : Medley.LONG_TIMEOUT));
    return new Medley.Part(call, Set.of(outcome));
  }
}
