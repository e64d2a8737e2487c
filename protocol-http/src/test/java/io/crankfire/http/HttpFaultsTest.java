package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.Faults;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Oddities;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.Specimen;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.tls.TlsSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/// Every way in which the scripted server answers, and the one outcome of each: `specimens.csv`
/// says which, and whether the connection is kept for the next exchange.
class HttpFaultsTest {

  private static final Map<String, Specimen> SPECIMENS = new TreeMap<>();
  private static HttpTestServer plain;
  private static HttpTestServer secure;

  @BeforeAll
  static void start() {
    plain = HttpTestServer.start();
    secure = HttpTestServer.start(ServerSetup.plain().with(TlsSetup.server()));
    Stream.concat(Faults.all().stream(), Oddities.all().stream())
        .forEach(specimen -> {
          SPECIMENS.put(specimen.name(), specimen);
          plain.on("/" + specimen.name(), specimen.behavior());
          secure.on("/" + specimen.name(), specimen.behavior());
        });
  }

  @AfterAll
  static void stop() {
    for (HttpTestServer server : List.of(plain, secure)) {
      assertThat(server.await(counts -> counts.open() == 0).violations()).isZero();
      assertThat(server.failures()).isEmpty();
      server.close();
    }
  }

  @Test
  void theTableNamesThemAll() throws IOException {
    Path table = Path.of("src/test/resources/io/crankfire/http/specimens.csv");
    List<String> named =
        Files.readAllLines(table).stream().skip(1).map(line -> line.split(",", -1)[0]).toList();
    assertThat(new TreeSet<>(named)).isEqualTo(SPECIMENS.keySet()).hasSameSizeAs(named);
  }

  @ParameterizedTest(name = "{0}: {1}, {2}")
  @CsvFileSource(resources = "/io/crankfire/http/specimens.csv", numLinesToSkip = 1)
  void itsOutcomeIs(String name, String outcome, String connection) {
    List<Transport> transports = Rig.transports();
    check(plain, transports.getFirst(), true, name, outcome, connection);
    check(plain, transports.getLast(), true, name, outcome, connection);
    check(plain, transports.getLast(), false, name, outcome, "closed");
    check(secure, transports.getLast(), true, name, outcome, connection);
  }

  private static void check(
      HttpTestServer server,
      Transport transport,
      boolean keepAlive,
      String name,
      String outcome,
      String connection) {
    Specimen specimen = SPECIMENS.get(name);
    HttpProtocol http = new HttpProtocol();
    Connections options = new Ways().keepAlive(keepAlive).connections();
    try (Rig rig = new Rig(transport, http, options)) {
      String timeout = outcome.equals(Outcome.TIMEOUT.bucket()) ? "100ms" : "10s";
      Call good = Rig.compile(http, Map.of("target", server.url("/").toString()));
      Call call =
          Rig.compile(
              http,
              Map.of(
                  "target", server.url("/" + name).toString(),
                  "method", specimen.method(),
                  "timeout", timeout));
      String where = transport + (keepAlive ? "" : ", a connection each") + ", " + server.url();
      if (keepAlive && outcome.equals(Outcome.TIMEOUT.bucket())) { // none of it for connecting
        assertThat(rig.prepare(good)).as(where).isEqualTo(Outcome.OK);
      }
      Flight.Ending ending = rig.run(call);
      assertThat(ending.bucket()).as("%s: %s", where, ending).isEqualTo(outcome);
      assertThat(ending.isOrdered()).as("%s: %s", where, ending).isTrue();
      boolean ok = ending.outcome().isOk();
      assertThat(ok).isEqualTo(outcome.matches("[123]\\d\\d"));
      assertThat(ending.detail() == null).as("%s", ending).isEqualTo(ok);
      Flight.Ending next = rig.run(good);
      assertThat(next.bucket()).as("%s, the next: %s", where, next).isEqualTo("200");
      long opened = rig.metrics().connectionsOpened;
      assertThat(opened).as("%s: connections", where).isEqualTo(connection.equals("kept") ? 1 : 2);
    }
  }
}
