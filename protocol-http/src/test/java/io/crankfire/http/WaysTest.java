package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import io.crankfire.plan.Call;
import io.crankfire.plan.Proxy;
import io.crankfire.plan.TlsOptions;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.DeadEnds;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.ProxyTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.tls.TestCertificates;
import io.crankfire.testkit.tls.TlsSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The ways to a server: addresses, unix sockets, proxies, TLS, and how each fails.
class WaysTest {

  private static final HttpProtocol HTTP = new HttpProtocol();

  static List<Transport> transports() {
    return Rig.transports();
  }

  private static Call call(String url, String... keysAndValues) {
    Map<String, String> step = new HashMap<>();
    step.put("target", url);
    step.put("timeout", "10s");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      step.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Rig.compile(HTTP, step);
  }

  /// Two exchanges over new connections; both end alike.
  private static Flight.Ending run(Transport transport, Ways ways, Call call) {
    try (Rig rig = new Rig(transport, HTTP, ways.connections())) {
      Flight.Ending first = rig.run(call);
      Flight.Ending second = rig.run(call);
      assertThat(second.bucket()).isEqualTo(first.bucket());
      assertThat(first.isOrdered()).as("%s", first).isTrue();
      return first;
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void ipv6(Transport transport) {
    try (HttpTestServer server = HttpTestServer.start(ServerSetup.plain().ipv6())) {
      server.recordRequests(1);
      assertThat(run(transport, new Ways(), call(server.url().toString())).bucket())
          .isEqualTo("200");
      assertThat(server.requests().getFirst().header("Host")).isEqualTo("[::1]:" + server.port());
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void unixSocket(Transport transport, @TempDir Path folder) {
    Path socket = folder.resolve("s");
    try (HttpTestServer server = HttpTestServer.start(ServerSetup.plain().unix(socket))) {
      server.recordRequests(1).on("/from", Response.redirect(302, "/to"));
      Call call = call("http://name.example/from", "unix", socket.toString());
      assertThat(run(transport, new Ways(), call).bucket()).isEqualTo("200");
      assertThat(server.requests().getFirst().header("Host")).isEqualTo("name.example");
      assertThat(server.received("/to")).isEqualTo(2);
    }
    Call gone = call("http://localhost/", "unix", socket.toString());
    Outcome outcome = run(transport, new Ways(), gone).outcome();
    assertThat(outcome).isIn(Outcome.CONNECT_FAILED, Outcome.CONNECT_REFUSED);
    for (String path : List.of("/" + "x".repeat(200), "", "\0")) {
      Call bad = call("http://localhost:1/", "unix", path);
      assertThat(run(transport, new Ways(), bad).outcome().kind()).isEqualTo(Outcome.Kind.FAILED);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void resolve(Transport transport) {
    try (HttpTestServer server = HttpTestServer.start();
        DeadEnds refusing = DeadEnds.refusing()) {
      server.recordRequests(1);
      String authority = "some.example:" + server.port();
      Ways ways = new Ways().resolve(authority, "127.0.0.1");
      assertThat(run(transport, ways, call("http://" + authority + "/")).bucket()).isEqualTo("200");
      assertThat(server.requests().getFirst().header("Host")).isEqualTo(authority);
      // Of two addresses, one of which refuses, the other is used.
      ways = new Ways().resolve(authority, "::1", "127.0.0.1");
      assertThat(run(transport, ways, call("http://" + authority + "/")).bucket()).isEqualTo("200");
      ways = new Ways().resolve("some.example:" + refusing.port(), "127.0.0.1");
      Call refused = call("http://some.example:" + refusing.port() + "/");
      assertThat(run(transport, ways, refused).outcome()).isEqualTo(Outcome.CONNECT_REFUSED);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void nobodyThere(Transport transport) {
    try (DeadEnds refusing = DeadEnds.refusing();
        DeadEnds silent = DeadEnds.silent()) {
      Call refused = call("http://127.0.0.1:" + refusing.port() + "/");
      Flight.Ending ending = run(transport, new Ways(), refused);
      assertThat(ending.outcome()).isEqualTo(Outcome.CONNECT_REFUSED);
      assertThat(ending.detail()).contains("127.0.0.1:" + refusing.port());
      Ways hasty = new Ways().connectTimeout(Duration.ofMillis(50));
      Call unanswered = call("http://127.0.0.1:" + silent.port() + "/");
      assertThat(run(transport, hasty, unanswered).outcome()).isEqualTo(Outcome.CONNECT_TIMEOUT);
      Call unknown = call("http://nobody.invalid/");
      ending = run(transport, new Ways(), unknown);
      assertThat(ending.outcome()).isEqualTo(Outcome.DNS_FAILED);
      assertThat(ending.detail()).contains("nobody.invalid");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void throughAProxy(Transport transport) {
    ServerSetup tls =
        ServerSetup.plain().with(TlsSetup.of(TestCertificates.serverFor("a.example")));
    try (HttpTestServer plain = HttpTestServer.start();
        HttpTestServer secure = HttpTestServer.start(tls);
        ProxyTestServer proxy = ProxyTestServer.start()) {
      proxy.requireBasic("user", "pass");
      proxy.resolve("a.example:80", plain.address()).resolve("a.example:443", secure.address());
      Ways ways = new Ways().proxy(new Proxy("127.0.0.1", proxy.port(), "user:pass"));
      for (String url : List.of("http://a.example/", "https://a.example/", plain.url() + "")) {
        Flight.Ending ending = run(transport, ways, call(url));
        assertThat(ending.bucket()).as("%s: %s", url, ending).isEqualTo("200");
      }
      assertThat(proxy.tunnelsOpened()).isEqualTo(3);
      assertThat(proxy.violations()).isEmpty();
      plain.on("/cut", Script.begin().cut());
      assertThat(run(transport, ways, call("http://a.example/cut")).outcome())
          .isEqualTo(Outcome.CONNECTION_CLOSED);
      Ways unknown = new Ways().proxy(new Proxy("127.0.0.1", proxy.port(), null));
      Flight.Ending ending = run(transport, unknown, call("http://a.example/"));
      assertThat(ending.outcome()).isEqualTo(Outcome.CONNECT_FAILED);
      assertThat(ending.detail()).contains("407");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aProxyThatMisbehaves(Transport transport) {
    try (HttpTestServer plain = HttpTestServer.start();
        ProxyTestServer proxy = ProxyTestServer.start()) {
      Ways ways =
          new Ways()
              .proxy(new Proxy("127.0.0.1", proxy.port(), null))
              .connectTimeout(Duration.ofMillis(100));
      Map<Behavior, Outcome> refusals = new HashMap<>();
      refusals.put(Response.status(403), Outcome.CONNECT_FAILED);
      refusals.put(Script.begin().send("nonsense\r\n\r\n").cut(), Outcome.CONNECT_FAILED);
      refusals.put(Script.begin().cut(), Outcome.CONNECT_FAILED);
      refusals.put(Script.begin().reset(), Outcome.CONNECT_FAILED);
      refusals.put(Script.begin().forever("X: y\r\n"), Outcome.CONNECT_FAILED);
      refusals.put(Script.begin().stall(), Outcome.CONNECT_TIMEOUT);
      refusals.forEach((behavior, outcome) -> {
        proxy.refuse(behavior);
        assertThat(run(transport, ways, call(plain.url().toString())).outcome()).isEqualTo(outcome);
      });
      assertThat(plain.counts().accepted()).isZero();
    }
  }

  // TLS.

  private static Flight.Ending secure(Transport transport, Ways ways, TlsSetup setup) {
    try (HttpTestServer server = HttpTestServer.start(ServerSetup.plain().with(setup))) {
      Flight.Ending ending = run(transport, ways, call(server.url("/").toString()));
      server.await(counts -> counts.open() == 0);
      return ending;
    }
  }

  private static void assertRefused(Flight.Ending ending, String why) {
    assertThat(ending.outcome()).as("%s", ending).isEqualTo(Outcome.TLS_FAILED);
    assertThat(ending.detail()).containsIgnoringCase(why);
    assertThat(ending.bytesOut()).isZero();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void tlsIsVerified(Transport transport) {
    Ways ways = new Ways();
    assertThat(secure(transport, ways, TlsSetup.server()).bucket()).isEqualTo("200");
    for (String version : List.of("TLSv1.2", "TLSv1.3")) {
      assertThat(secure(transport, ways, TlsSetup.server().only(version)).bucket())
          .isEqualTo("200");
    }
    assertThat(secure(transport, ways, TlsSetup.server().selecting()).bucket()).isEqualTo("200");
    assertRefused(
        secure(transport, ways, TlsSetup.of(TestCertificates.untrusted())), "certificate");
    assertRefused(secure(transport, ways, TlsSetup.of(TestCertificates.expired())), "expired");
    assertRefused(secure(transport, ways, TlsSetup.of(TestCertificates.wrongHost())), "127.0.0.1");
    TlsOptions insecure = new TlsOptions(null, null, null, null, true, null, List.of());
    for (var identity :
        List.of(
            TestCertificates.untrusted(),
            TestCertificates.expired(),
            TestCertificates.wrongHost())) {
      assertThat(secure(transport, ways.tls(insecure), TlsSetup.of(identity)).bucket())
          .isEqualTo("200");
    }
    TlsOptions platform = TlsOptions.DEFAULT;
    assertThat(secure(transport, ways.tls(platform), TlsSetup.server()).outcome())
        .isEqualTo(Outcome.TLS_FAILED);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aClientCertificateIsShownWhenAskedFor(Transport transport) {
    TlsSetup asking = TlsSetup.server().requiringClientCertificate();
    Ways known = new Ways().client(TestCertificates.client());
    for (String version : List.of("TLSv1.2", "TLSv1.3")) {
      assertThat(secure(transport, known, asking.only(version)).bucket()).isEqualTo("200");
      // In TLS 1.3 the server's refusal comes after the client has begun to send.
      Flight.Ending refused = secure(transport, new Ways(), asking.only(version));
      assertThat(refused.outcome()).as("%s: %s", version, refused).isEqualTo(Outcome.TLS_FAILED);
    }
  }

  @ParameterizedTest
  @EnumSource(value = TlsSetup.HandshakeFault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void aHandshakeThatFailsIsAnOutcome(TlsSetup.HandshakeFault fault) {
    boolean stall = fault == TlsSetup.HandshakeFault.STALL;
    Ways ways = stall ? new Ways().connectTimeout(Duration.ofMillis(100)) : new Ways();
    for (Transport transport : Rig.transports()) {
      Flight.Ending ending = secure(transport, ways, TlsSetup.server().failing(fault));
      assertThat(ending.outcome())
          .as("%s", ending)
          .isEqualTo(stall ? Outcome.CONNECT_TIMEOUT : Outcome.TLS_FAILED);
      assertThat(ending.detail()).isNotBlank();
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void plainHttpToATlsPortIsAFailure(Transport transport) {
    try (HttpTestServer server =
        HttpTestServer.start(ServerSetup.plain().with(TlsSetup.server()))) {
      Call plain = call("http://127.0.0.1:" + server.port() + "/");
      assertThat(run(transport, new Ways(), plain).outcome())
          .isIn(Outcome.PROTOCOL_ERROR, Outcome.CONNECTION_CLOSED, Outcome.CONNECTION_RESET);
    }
  }

  /// Only an announced end is the end of a body without a length (RFC 8446 §6.1).
  @ParameterizedTest
  @MethodSource("transports")
  void aTruncatedStreamIsNotComplete(Transport transport) {
    TlsSetup truncating = TlsSetup.server().truncating();
    try (HttpTestServer server = HttpTestServer.start(ServerSetup.plain().with(truncating))) {
      server.on("/close", Script.begin().send("HTTP/1.1 200 OK\r\n\r\nok").close());
      server.on(
          "/length", Script.begin().send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").close());
      assertThat(run(transport, new Ways(), call(server.url("/close") + "")).outcome())
          .isEqualTo(Outcome.CONNECTION_CLOSED);
      assertThat(run(transport, new Ways(), call(server.url("/length") + "")).bucket())
          .isEqualTo("200");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void thePhasesOfEveryConnectionAreCounted(Transport transport) {
    try (HttpTestServer server = HttpTestServer.start(ServerSetup.plain().with(TlsSetup.server()));
        Rig rig = new Rig(transport, HTTP, new Ways().keepAlive(false).connections())) {
      Call call = call("https://localhost:" + server.port() + "/");
      for (int i = 0; i < 3; i++) {
        assertThat(rig.run(call).bucket()).isEqualTo("200");
      }
      CallMetrics metrics = rig.metrics().calls[0];
      assertThat(metrics.phase(Phase.DNS).count()).isPositive();
      assertThat(metrics.phase(Phase.CONNECT).count()).isEqualTo(3);
      assertThat(metrics.phase(Phase.TLS).count()).isEqualTo(3);
    }
  }
}
