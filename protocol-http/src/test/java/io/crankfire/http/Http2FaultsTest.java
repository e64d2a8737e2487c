package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.http2.Http2Faults;
import io.crankfire.testkit.http2.Http2Oddities;
import io.crankfire.testkit.http2.Http2Setup;
import io.crankfire.testkit.http2.Http2Specimen;
import io.crankfire.testkit.http2.Http2TestServer;
import io.crankfire.testkit.tls.TlsSetup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way in which the scripted server of HTTP/2 answers: its named outcome, no hang, no rule
/// broken by us, and an answer to the next request.
class Http2FaultsTest {

  static Stream<Http2Specimen> specimens() {
    return Stream.concat(Http2Faults.all().stream(), Http2Oddities.all().stream());
  }

  @ParameterizedTest
  @MethodSource("specimens")
  void itsOutcomeIs(Http2Specimen specimen) {
    // One of three ways each, which differ in nothing that is looked at here.
    List<Transport> transports = Rig.transports();
    ServerSetup plain = ServerSetup.plain();
    ServerSetup secure = plain.with(TlsSetup.server().selecting("h2"));
    int way = Math.floorMod(specimen.name().hashCode(), 3);
    check(
        specimen,
        way == 0 ? secure : plain,
        way == 1 ? transports.getFirst() : transports.getLast());
  }

  private static void check(Http2Specimen specimen, ServerSetup below, Transport transport) {
    HttpProtocol http = new HttpProtocol();
    boolean usual = specimen.setup().opening() instanceof Http2Setup.Opening.Settings;
    try (Http2TestServer server = specimen.serve(below)) {
      try (Rig rig = new Rig(transport, http, new Ways().connections())) {
        String version = below.tls() == null ? "2-prior-knowledge" : "2";
        Call good =
            Rig.compile(
                http, Map.of("target", server.url("/").toString(), "http_version", version));
        if (specimen.timesOut() && usual) { // none of it for connecting
          assertThat(rig.prepare(good)).isEqualTo(Outcome.OK);
        }
        Flight.Ending ending = rig.run(Rig.compile(http, step(specimen, server, version)));
        String where = transport + ", " + server.url() + ", " + ending;
        assertThat(ending.bucket()).as(where).isIn(specimen.outcomes());
        assertThat(ending.isOrdered()).as(where).isTrue();
        assertThat(ending.detail() == null).as(where).isEqualTo(ending.outcome().isOk());
        if (!usual) {
          server.beginning(Http2Setup.usual());
        }
        if (!usual || specimen.spoilsConnection()) {
          server.closeAll();
          rig.await(() -> rig.loop().openConnections() == 0);
        }
        Flight.Ending next = rig.run(good);
        assertThat(next.bucket()).as("%s, the next: %s", where, next).isEqualTo("200");
      }
      assertThat(server.await(counts -> counts.open() == 0).openStreams()).isZero();
      assertThat(server.violations()).as("%s", specimen).isEmpty();
      assertThat(server.failures()).isEmpty();
    }
  }

  private static Map<String, String> step(
      Http2Specimen specimen, Http2TestServer server, String version) {
    Map<String, String> step = new HashMap<>();
    step.put("target", server.url("/specimen").toString());
    step.put("http_version", version);
    step.put("timeout", specimen.timesOut() ? "100ms" : "10s");
    if (specimen.bodyBytes() > 0) {
      step.put("method", "POST");
      step.put("body", "b".repeat(specimen.bodyBytes()));
    }
    return step;
  }
}
