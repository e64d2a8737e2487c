package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.template.Conduct;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.tls.TestCertificates;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The requester and a server of other people, over plain connections and TLS.
class JettyTest {

  private static final int DOWNLOAD = 50_000_000;
  private static final int UPLOAD = 10_000_000;

  private static final Server SERVER = new Server();
  private static final Map<String, ServerConnector> CONNECTORS = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(TestCertificates.context(TestCertificates.server()));
    HttpConfiguration once = new HttpConfiguration();
    once.setPersistentConnectionsEnabled(false);
    add("http", new ServerConnector(SERVER, 1, 1, new HttpConnectionFactory()));
    add(
        "https",
        new ServerConnector(
            SERVER, 1, 1, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory()));
    HttpConfiguration plain = new HttpConfiguration();
    add("h2c", new ServerConnector(SERVER, 1, 1, new HTTP2CServerConnectionFactory(plain)));
    HttpConfiguration secure = new HttpConfiguration();
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
    add(
        "h2",
        new ServerConnector(
            SERVER,
            1,
            1,
            new SslConnectionFactory(tls, "alpn"),
            alpn,
            new HTTP2ServerConnectionFactory(secure),
            new HttpConnectionFactory()));
    ServerConnector hasty2 =
        new ServerConnector(SERVER, 1, 1, new HTTP2CServerConnectionFactory(plain));
    hasty2.setIdleTimeout(50);
    add("hasty2", hasty2);
    add("once", new ServerConnector(SERVER, 1, 1, new HttpConnectionFactory(once)));
    ServerConnector hasty = new ServerConnector(SERVER, 1, 1, new HttpConnectionFactory());
    hasty.setIdleTimeout(50);
    add("hasty", hasty);
    SERVER.setHandler(new Answers());
    SERVER.start();
  }

  private static void add(String name, ServerConnector connector) {
    connector.setHost("127.0.0.1");
    SERVER.addConnector(connector);
    CONNECTORS.put(name, connector);
  }

  @AfterAll
  static void stop() throws Exception {
    SERVER.stop();
  }

  private static final class Answers extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      switch (Request.getPathInContext(request)) {
        case "/text" -> Content.Sink.write(response, true, "hello", callback);
        case "/chunked" -> {
          try (OutputStream out = Content.Sink.asOutputStream(response)) {
            for (int i = 0; i < 3; i++) {
              out.write("part".getBytes(StandardCharsets.US_ASCII));
              out.flush();
            }
          }
          callback.succeeded();
        }
        case "/empty" -> callback.succeeded();
        case "/redirect" -> Response.sendRedirect(request, response, callback, "/text");
        case "/unmodified" -> {
          response.setStatus(304);
          response.getHeaders().put(HttpHeader.ETAG, "\"x\"");
          callback.succeeded();
        }
        case "/echo" -> {
          response.getHeaders().put("X-Echo", request.getHeaders().get("X-Value"));
          response.getHeaders().put(HttpHeader.SET_COOKIE, "jetty=1; Path=/");
          Content.copy(request, response, callback);
        }
        case "/upload" -> {
          long length = 0;
          try (InputStream in = Request.asInputStream(request)) {
            for (byte[] part = in.readNBytes(65_536); part.length > 0; ) {
              length += part.length;
              part = in.readNBytes(65_536);
            }
          }
          response.setStatus(length == UPLOAD ? 201 : 400);
          callback.succeeded();
        }
        case "/download" -> {
          response.getHeaders().put(HttpHeader.CONTENT_LENGTH, DOWNLOAD);
          big(response);
          callback.succeeded();
        }
        case "/download-chunked" -> {
          big(response);
          callback.succeeded();
        }
        case "/closing" -> {
          response.getHeaders().put(HttpHeader.CONNECTION, "close");
          response.write(true, ByteBuffer.wrap(new byte[100]), callback);
        }
        case "/fails" -> throw new IllegalStateException("on purpose");
        default -> Response.writeError(request, response, callback, 404);
      }
      return true;
    }

    private static void big(Response response) throws Exception {
      byte[] part = new byte[100_000];
      try (OutputStream out = Content.Sink.asOutputStream(response)) {
        for (int i = 0; i < DOWNLOAD / part.length; i++) {
          out.write(part);
        }
      }
    }
  }

  static Stream<Arguments> ways() {
    return Rig.transports().stream()
        .flatMap(transport ->
            Stream.of("http", "https", "h2c", "h2").map(to -> Arguments.of(transport, to)));
  }

  private static boolean isSecure(String to) {
    return to.equals("https") || to.equals("h2");
  }

  private static boolean is2(String to) {
    return to.contains("2");
  }

  private static Call call(String to, String path, String... keysAndValues) {
    Map<String, String> step = new HashMap<>();
    String scheme = isSecure(to) ? "https" : "http";
    int port = Objects.requireNonNull(CONNECTORS.get(to)).getLocalPort();
    step.put("target", scheme + "://127.0.0.1:" + port + path);
    step.put("http_version", to.equals("h2") || !is2(to) ? "auto" : "2");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      step.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Rig.compile(new HttpProtocol(), step);
  }

  private static Rig rig(Transport transport) {
    return new Rig(transport, new HttpProtocol(), new Ways().connections());
  }

  @ParameterizedTest
  @MethodSource("ways")
  void allKindsOfAnswersOverOneConnection(Transport transport, String to) {
    try (Rig rig = rig(transport)) {
      for (String path : List.of("text", "chunked", "empty", "redirect", "unmodified", "nope")) {
        for (String method : List.of("GET", "HEAD", "POST")) {
          if (method.equals("POST") && path.equals("redirect")) {
            continue;
          }
          for (int i = 0; i < 3; i++) {
            Flight.Ending ending = rig.run(call(to, "/" + path, "method", method));
            String wanted =
                switch (path) {
                  case "unmodified" -> "304";
                  case "nope" -> "404";
                  default -> "200";
                };
            assertThat(ending.bucket()).as("%s %s: %s", method, path, ending).isEqualTo(wanted);
            assertThat(ending.isOrdered()).as("%s %s: %s", method, path, ending).isTrue();
          }
        }
      }
      assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
      assertThat(rig.metrics().resent).isZero();
      assertThat(rig.run(call(to, "/fails")).bucket()).isEqualTo("500");
      assertThat(rig.run(call(to, "/closing")).bucket()).isEqualTo("200");
      assertThat(rig.run(call(to, "/text")).bucket()).isEqualTo("200");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void largeBodiesBothWays(Transport transport, String to, @TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("body"), new byte[UPLOAD]);
    try (Rig rig = rig(transport)) {
      Call upload = call(to, "/upload", "method", "PUT", "body_file", file.toString());
      Flight.Ending up = rig.run(upload);
      assertThat(up.bucket()).as("%s", up).isEqualTo("201");
      assertThat(up.bytesOut()).isBetween((long) UPLOAD, UPLOAD + 10_000L);
      for (String path : List.of("/download", "/download-chunked")) {
        Flight.Ending down = rig.run(call(to, path));
        assertThat(down.bucket()).as("%s", down).isEqualTo("200");
        assertThat(down.bytesIn()).isBetween((long) DOWNLOAD, DOWNLOAD + 100_000L);
      }
      Flight.Ending asking =
          rig.run(
              call(
                  to,
                  "/upload",
                  "method",
                  "POST",
                  "body_file",
                  file.toString(),
                  "headers",
                  "Expect: 100-continue"));
      assertThat(asking.bucket()).as("%s", asking).isEqualTo("201");
      assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
    }
  }

  /// Each response gives the values for the next request.
  @ParameterizedTest
  @MethodSource("ways")
  void templatedRequestsThatFollowFromOneAnother(Transport transport, String to) {
    Visit visit = new Visit("body", "header");
    Conduct conduct =
        Visit.looking(
            List.of(visit.body("body"), visit.extractor("header", false, r -> r.header("x-echo"))),
            List.of(Visit.check("ok", true, r -> r.bodyLength() > 0)),
            10_000);
    String scheme = isSecure(to) ? "https" : "http";
    int port = Objects.requireNonNull(CONNECTORS.get(to)).getLocalPort();
    Call call =
        visit.call(
            conduct,
            "http_version",
            to.equals("h2c") ? "2-prior-knowledge" : "auto",
            "target",
            scheme + "://127.0.0.1:" + port,
            "path",
            "/{{none|echo}}?{{header}}",
            "method",
            "POST",
            "cookies",
            "true",
            "headers",
            "X-Value: {{header}}+",
            "body",
            "{{body}}*");
    try (Rig rig = rig(transport)) {
      Flight flight = rig.flight(visit.with("", "").session());
      for (int i = 1; i <= 50; i++) {
        assertThat(flight.send(call).await().bucket()).isEqualTo("200");
        assertThat(visit.value("body")).isEqualTo("*".repeat(i));
        assertThat(visit.value("header")).isEqualTo("+".repeat(i));
      }
      assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void manyAtOnce(Transport transport, String to) {
    try (Rig rig = rig(transport)) {
      List<Flight> flights = new ArrayList<>();
      Call call = call(to, "/chunked");
      for (int i = 0; i < 20; i++) {
        Flight flight = rig.flight();
        flight.afterwards(() -> {
          if (flight.endings().size() < 20) {
            flight.send(call);
          }
        });
        flights.add(flight.send(call));
      }
      rig.await(() -> flights.stream().noneMatch(Flight::underWay));
      for (Flight flight : flights) {
        assertThat(flight.endings()).hasSize(20).allMatch(e -> e.bucket().equals("200"));
      }
      assertThat(rig.metrics().connectionsOpened).isEqualTo(is2(to) ? 1 : 20);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aServerThatDoesNotKeepConnections(Transport transport, String to) {
    try (Rig rig = rig(transport)) {
      String server = is2(to) ? "hasty2" : to.equals("http") ? "once" : "hasty";
      for (int i = 1; i <= 4; i++) {
        assertThat(rig.run(call(server, "/text")).bucket()).isEqualTo("200");
        rig.await(() -> rig.loop().openConnections() == 0);
        assertThat(rig.metrics().connectionsOpened).isEqualTo(i);
      }
      assertThat(rig.metrics().resent).isZero();
    }
  }
}
