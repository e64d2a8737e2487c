package io.crankfire.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.ConfigNode.Mapping;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Proxy;
import io.crankfire.plan.Target;
import io.crankfire.plan.Transport;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.Variables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlanBinderTest {

  @TempDir static Path folder;

  @Test
  void aTargetAndAnEndAreEnough() {
    LoadPlan plan = plan("target", "http://host/", "total", "5");

    assertThat(plan.arrivals()).isEqualTo(new Arrivals.Closed());
    assertThat(plan.sessions()).isEqualTo(1);
    assertThat(plan.growing()).isFalse();
    assertThat(plan.total()).isEqualTo(5);
    assertThat(plan.duration()).isZero();
    assertThat(plan.grace()).isEqualTo(Duration.ofSeconds(5));
    assertThat(plan.transport()).isEqualTo(Transport.AUTO);
    assertThat(plan.pacing()).isEqualTo(Pacing.DEFAULT);
    assertThat(plan.connections()).isEqualTo(Connections.DEFAULT);
    assertThat(plan.seed()).isEqualTo(42);
    assertThat(plan.calls().getFirst().timeout()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void withARateSessionsGrowWithNeed() {
    LoadPlan plan = plan("target", "http://host/", "rate", "0.5", "duration", "10s");

    assertThat(plan.sessions()).isEqualTo(10_000);
    assertThat(plan.growing()).isTrue();
    assertThat(((Arrivals.Open) plan.arrivals()).curve().total()).isEqualTo(5);
  }

  @Test
  void aNumberOfSessionsIsTakenAtItsWord() {
    LoadPlan plan =
        plan("target", "http://host/", "rate", "10", "duration", "10s", "concurrency", "3");

    assertThat(plan.sessions()).isEqualTo(3);
    assertThat(plan.growing()).isFalse();
  }

  @Test
  void autoGrowsToTheLimitGiven() {
    LoadPlan plan =
        plan(
            "target",
            "http://host/",
            "rate",
            "10",
            "duration",
            "1s",
            "concurrency",
            "auto",
            "max-concurrency",
            "20");

    assertThat(plan.sessions()).isEqualTo(20);
    assertThat(plan.growing()).isTrue();
  }

  @Test
  void aGraceOfZeroIsTheDefaultAndANegativeOneIsNone() {
    assertThat(plan("target", "http://h/", "total", "1", "graceful_shutdown", "0").grace())
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(plan("target", "http://h/", "total", "1", "gracefulShutdown", "-1s").grace())
        .isZero();
  }

  @Test
  void keysAreReadInAllSpellings() {
    assertThat(
            plan("Target", "http://h/", "total", "1", "keepAlive", "false")
                .connections()
                .keepAlive())
        .isFalse();
    assertThat(
            plan("target", "http://h/", "TOTAL", "1", "keep-alive", "f").connections().keepAlive())
        .isFalse();
  }

  @Test
  void aBareNumberMeansSecondsInAFileOnly() {
    Position line = new Position("load.yml", 3, 11, "duration: 2");
    Map<String, ConfigNode> entries = new LinkedHashMap<>(flags("target", "http://h/"));
    entries.put("duration", new ConfigNode.Scalar("2", line));
    Problems problems = new Problems();
    LoadPlan plan = binder().bind(new Mapping(entries, line), problems);

    assertThat(problems.all()).isEmpty();
    assertThat(Objects.requireNonNull(plan).duration()).isEqualTo(Duration.ofSeconds(2));
  }

  /// One of those that the JDK trusts.
  private static String anyCertificate() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    X509TrustManager trusted = (X509TrustManager) factory.getTrustManagers()[0];
    byte[] der = trusted.getAcceptedIssuers()[0].getEncoded();
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END CERTIFICATE-----\n";
  }

  @Test
  void connectionsAreBound() throws Exception {
    Path ca = Files.writeString(folder.resolve("ca.pem"), anyCertificate());
    Map<String, ConfigNode> entries =
        new LinkedHashMap<>(
            flags(
                "target",
                "https://h/",
                "total",
                "1",
                "connections",
                "7",
                "connect_timeout",
                "3s",
                "max_requests_per_connection",
                "9",
                "source_address",
                "127.0.0.2",
                "proxy",
                "http://me:pw@[::1]:3128"));
    entries.put(
        "resolve",
        new ConfigNode.Sequence(
            List.of(
                scalar("resolve", "h:443:127.0.0.1"), scalar("resolve", "h:443:[::1],10.0.0.1")),
            Position.flag("resolve")));
    entries.put(
        "tls",
        new Mapping(
            flags(
                "ca",
                ca.toString(),
                "min_version",
                "1.3",
                "ciphers",
                "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384,TLS_CHACHA20_POLY1305_SHA256",
                "server_name",
                "s"),
            Position.flag("tls")));
    Problems problems = new Problems();
    LoadPlan plan = binder().bind(new Mapping(entries, Position.flag("")), problems);

    assertThat(problems.all()).isEmpty();
    var connections = Objects.requireNonNull(plan).connections();
    assertThat(connections.limit()).isEqualTo(7);
    assertThat(connections.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(connections.maxRequestsPerConnection()).isEqualTo(9);
    assertThat(connections.resolve())
        .containsOnly(Map.entry("h:443", List.of("127.0.0.1", "::1", "10.0.0.1")));
    assertThat(connections.proxy()).isEqualTo(new Proxy("::1", 3128, "me:pw"));
    assertThat(connections.sourceAddress()).isEqualTo("127.0.0.2");
    assertThat(connections.tls().ca()).isEqualTo(ca);
    assertThat(connections.tls().minVersion()).isEqualTo("TLSv1.3");
    assertThat(connections.tls().ciphers())
        .containsExactly(
            "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    assertThat(connections.tls().serverName()).isEqualTo("s");
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("total", "1", "", ": a target is needed: give --target URL"),
        fault(
            "target",
            "http://h/",
            "",
            ": the run has no end: give --duration or --total, or --forever"),
        fault(
            "forever",
            "true",
            "duration",
            "forever: the run has an end: leave out one or the other"),
        fault("total", "-1", "", "total: must be at least 0, not -1"),
        fault("total", "1.5", "", "total: \"1.5\" is not a whole number"),
        fault(
            "total",
            "99999999999999999999",
            "",
            "total: \"99999999999999999999\" is not a whole number"),
        fault("rate", "fast", "total", "rate: \"fast\" is not a number"),
        fault("rate", "NaN", "total", "rate: \"NaN\" is not a number"),
        fault("rate", "1e999", "total", "rate: \"1e999\" is not a number"),
        fault("rate", "-1", "total", "rate: must be at least 0, not -1"),
        fault("duration", "10", "", "duration: \"10\" has no unit: write 10s, 10m or 10ms"),
        fault("duration", "-1s", "", "duration: must be at least 0, not -1s"),
        fault("concurrency", "0", "total", "concurrency: must be at least 1, not 0"),
        fault(
            "concurrency",
            "many",
            "total",
            "concurrency: \"many\" is neither a whole number nor auto"),
        fault(
            "concurrency",
            "99999999999",
            "total",
            "concurrency: must be at most 2147483647, not 99999999999"),
        fault(
            "concurrency",
            "auto",
            "total",
            "concurrency: auto lets sessions grow with need, and without a rate there is none: give"
                + " a rate or a number"),
        fault("workers", "2000", "total", "workers: must be at most 1024, not 2000"),
        fault(
            "transport",
            "epol",
            "total",
            "transport: \"epol\" is none of auto, nio, epoll; did you mean epoll?"),
        fault(
            "pacing", "slow", "total", "pacing: \"slow\" is none of economical, default, precise"),
        fault(
            "arrival_model",
            "normal",
            "total",
            "arrival_model: \"normal\" is none of uniform, poisson"),
        fault("keep_alive", "yes", "total", "keep_alive: \"yes\" is neither true nor false"),
        fault(
            "resolve",
            "h:x:1.2.3.4",
            "total",
            "resolve: \"h:x:1.2.3.4\" is not host:port:address, such as example.com:443:127.0.0.1"),
        fault("resolve", "h:1:name", "total", "resolve: \"name\" is not an IP address"),
        fault(
            "proxy",
            "http://me:secret@host",
            "total",
            "proxy: expected host and port, such as http://proxy:3128"),
        fault(
            "proxy",
            "socks5://host:1080",
            "total",
            "proxy: a proxy is spoken to by http, not by socks5"),
        fault("source_address", "eth0", "total", "source_address: \"eth0\" is not an IP address"),
        fault(
            "durations",
            "1s",
            "total",
            "durations: unknown key \"durations\"; did you mean duration?"),
        fault(
            "protocol",
            "htp",
            "total",
            "protocol: protocol htp is not installed; did you mean http?"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsNamedWithItsPlace(Map<String, ConfigNode> entries, String expected) {
    Problems problems = new Problems();

    assertThat(binder().bind(new Mapping(entries, Position.flag("")), problems)).isNull();
    assertThat(problems.all()).extracting(Problems.Problem::toString).containsExactly(expected);
  }

  @Test
  void filesAreLookedFor() {
    Map<String, ConfigNode> entries =
        new LinkedHashMap<>(flags("target", "https://h/", "total", "1"));
    entries.put(
        "tls",
        new Mapping(
            flags("ca", folder.resolve("none.pem").toString(), "cert", folder.toString()),
            Position.flag("tls")));
    Problems problems = new Problems();

    assertThat(binder().bind(new Mapping(entries, Position.flag("")), problems)).isNull();
    assertThat(problems.all())
        .extracting(Problems.Problem::toString)
        .containsExactly(
            "cert: " + folder + " is a directory",
            "cert: a client certificate and its private key are given together",
            "ca: there is no file " + folder.resolve("none.pem"));
  }

  @Test
  void allFaultsAreFoundAtOnce() {
    Problems problems = new Problems();
    binder()
        .bind(
            new Mapping(flags("rate", "x", "duration", "y", "workers", "z"), Position.flag("")),
            problems);

    assertThat(problems.all()).hasSize(4);
  }

  private static Arguments fault(String key, String value, String others, String message) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    if (!message.contains("a target is needed")) {
      entries.putAll(flags("target", "http://h/"));
    }
    if (others.equals("total")) {
      entries.putAll(flags("total", "1"));
    }
    if (others.equals("duration")) {
      entries.putAll(flags("duration", "1s"));
    }
    entries.putAll(flags(key, value));
    return Arguments.of(entries, message);
  }

  private static LoadPlan plan(String... keysAndValues) {
    Problems problems = new Problems();
    LoadPlan plan = binder().bind(new Mapping(flags(keysAndValues), Position.flag("")), problems);
    assertThat(problems.all()).isEmpty();
    return Objects.requireNonNull(plan);
  }

  private static PlanBinder binder() {
    return new PlanBinder(Map.of("http", new Echo()), CredentialBinder.NONE, 42);
  }

  private static Map<String, ConfigNode> flags(String... keysAndValues) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.put(keysAndValues[i], scalar(keysAndValues[i], keysAndValues[i + 1]));
    }
    return entries;
  }

  private static ConfigNode.Scalar scalar(String key, String value) {
    return new ConfigNode.Scalar(value, Position.flag(key));
  }

  private record EchoCall(String name, Duration timeout) implements Call {
    @Override
    public String protocol() {
      return "http";
    }

    @Override
    public Target target() {
      return new Target("http", name, 80, null);
    }
  }

  /// Compiles everything and sends nothing.
  private static final class Echo implements Protocol {
    @Override
    public String name() {
      return "http";
    }

    @Override
    public Call compile(Mapping step, Compiling compiling) {
      Fields fields = new Fields(step, compiling.problems());
      return new EchoCall(
          String.valueOf(fields.text("target")), fields.duration("timeout", Duration.ZERO));
    }

    @Override
    public List<String> keys() {
      return List.of("method", "headers", "body", "body_file", "max_redirects", "unix");
    }

    @Override
    public String preview(Call call, Variables variables) {
      return call.name();
    }

    @Override
    public Requester open(WorkerContext worker) {
      throw new UnsupportedOperationException();
    }
  }
}
