package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.tls.TlsSetup;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way in which the scripted server answers, and the one outcome of each: `specimens.csv`
/// says which, and whether the connection is kept for the next exchange.
class HttpFaultsTest {

  private static HttpTestServer plain;
  private static HttpTestServer secure;

  @BeforeAll
  static void start() {
    plain = HttpTestServer.start();
    secure = HttpTestServer.start(ServerSetup.plain().with(TlsSetup.server()));
    for (Row row : Row.all()) {
      plain.on("/" + row.specimen().name(), row.specimen().behavior());
      secure.on("/" + row.specimen().name(), row.specimen().behavior());
    }
  }

  @AfterAll
  static void stop() {
    for (HttpTestServer server : List.of(plain, secure)) {
      assertThat(server.await(counts -> counts.open() == 0).violations()).isZero();
      assertThat(server.failures()).isEmpty();
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.http.Row#all")
  void itsOutcomeIs(Row row) {
    List<Transport> transports = Rig.transports();
    check(plain, transports.getFirst(), true, row);
    check(plain, transports.getLast(), true, row);
    check(plain, transports.getLast(), false, row);
    check(secure, transports.getLast(), true, row);
  }

  private static void check(
      HttpTestServer server, Transport transport, boolean keepAlive, Row row) {
    HttpProtocol http = new HttpProtocol();
    Connections options = new Ways().keepAlive(keepAlive).connections();
    try (Rig rig = new Rig(transport, http, options)) {
      Call good = Rig.compile(http, Map.of("target", server.url().toString()));
      Call call =
          Rig.compile(
              http,
              Map.of(
                  "target", server.url("/" + row.specimen().name()).toString(),
                  "method", row.specimen().method(),
                  "timeout", row.timesOut() ? "100ms" : "10s"));
      String where = transport + (keepAlive ? "" : ", a connection each") + ", " + server.url();
      if (keepAlive && row.timesOut()) { // none of it for connecting
        assertThat(rig.prepare(good)).as(where).isEqualTo(Outcome.OK);
      }
      Flight.Ending ending = rig.run(call);
      assertThat(ending.bucket()).as("%s: %s", where, ending).isEqualTo(row.outcome());
      assertThat(ending.isOrdered()).as("%s: %s", where, ending).isTrue();
      boolean ok = ending.outcome().isOk();
      assertThat(ok).isEqualTo(row.outcome().matches("[123]\\d\\d"));
      assertThat(ending.detail() == null).as("%s", ending).isEqualTo(ok);
      Flight.Ending next = rig.run(good);
      assertThat(next.bucket()).as("%s, the next: %s", where, next).isEqualTo("200");
      long opened = rig.metrics().connectionsOpened;
      assertThat(opened).as("%s: connections", where).isEqualTo(row.kept() && keepAlive ? 1 : 2);
    }
  }
}
