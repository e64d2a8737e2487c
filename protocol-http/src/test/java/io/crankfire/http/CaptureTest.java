package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.plan.Call;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What extractors and checks get to see.
class CaptureTest {

  private final HttpTestServer server = HttpTestServer.start();
  private final Rig rig =
      new Rig(Rig.transports().getLast(), new HttpProtocol(), new Ways().connections());
  private final Visit visit = new Visit("seen");

  @AfterEach
  void stop() {
    rig.close();
    server.close();
  }

  private Call capturing(String path, int limit) {
    Conduct conduct = Visit.looking(List.of(visit.body("seen")), List.of(), limit);
    return visit.call(conduct, "target", server.url(path).toString());
  }

  private String seen(String path, int limit) {
    visit.with();
    Flight.Ending ending = visit.run(rig, capturing(path, limit));
    assertThat(ending.bucket()).as("%s", ending).isEqualTo("200");
    return Objects.requireNonNull(visit.value("seen"));
  }

  private static Response encoded(String coding, byte[] body) {
    return Response.bytes(200, "text/plain", body).with("Content-Encoding", coding);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return bytes.toByteArray();
  }

  private static byte[] deflate(String text, boolean bare) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new DeflaterOutputStream(bytes, new Deflater(9, bare))) {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return bytes.toByteArray();
  }

  @Test
  void aBodyIsSeenHoweverItIsFramed() {
    server.on("/length", Response.text("hello"));
    server.on("/empty", Response.text(""));
    server.on(
        "/chunked",
        Script.begin()
            .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nl")
            .pause(Duration.ofMillis(2))
            .send("lo\r\n0\r\nTrailer: no\r\n\r\n"));
    server.on("/closing", Script.begin().send("HTTP/1.1 200 OK\r\n\r\nhel").send("lo").close());
    server.on(
        "/interim",
        Script.begin()
            .send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
            .send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            .pause(Duration.ofMillis(2))
            .send("hello"));
    for (String path : List.of("/length", "/chunked", "/closing", "/interim", "/length")) {
      assertThat(seen(path, 100)).as(path).isEqualTo("hello");
    }
    assertThat(seen("/empty", 100)).isEmpty();
  }

  /// W33: what is above the limit is counted and not kept, and the connection stays usable.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bodiesAboveTheLimitAreCountedAndNotKept(boolean chunked) {
    String body = "0123456789".repeat(30_000);
    server.on(
        "/large",
        chunked
            ? Script.begin()
                .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n493e0\r\n")
                .send(body)
                .send("\r\n0\r\n\r\n")
            : Response.text(body));
    Check counted = Visit.check("counted", false, r -> r.bodyBytes() == 300_000);
    Conduct conduct = Visit.looking(List.of(visit.body("seen")), List.of(counted), 1_000);
    Call call = visit.call(conduct, "target", server.url("/large").toString());
    for (int i = 0; i < 5; i++) {
      assertThat(visit.with().run(rig, call).bucket()).isEqualTo("200");
      assertThat(visit.value("seen")).isEqualTo(body.substring(0, 1_000));
    }
    assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
  }

  @Test
  void bodiesAreDecoded() throws IOException {
    String text = "some text, ".repeat(1_000);
    server.on("/gzip", encoded("gzip", gzip(text)));
    server.on("/x-gzip", encoded("X-GZIP", gzip(text)));
    server.on("/zlib", encoded("deflate", deflate(text, false)));
    server.on("/bare", encoded("Deflate", deflate(text, true)));
    server.on("/plain", encoded("identity", text.getBytes(StandardCharsets.ISO_8859_1)));
    for (String path : List.of("/gzip", "/x-gzip", "/zlib", "/bare", "/plain", "/gzip")) {
      assertThat(seen(path, 1 << 20)).as(path).isEqualTo(text);
    }
    assertThat(seen("/gzip", 5_000)).isEqualTo(text.substring(0, 5_000));
    server.on("/unknown", encoded("br", new byte[] {1, 2, 3}));
    assertThat(seen("/unknown", 100)).isEqualTo("\u0001\u0002\u0003");
  }

  @Test
  void gzipMembersFollowOneAnother() throws IOException {
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.writeBytes(gzip("first,"));
    two.writeBytes(gzip("second"));
    server.on("/two", encoded("gzip", two.toByteArray()));
    assertThat(seen("/two", 100)).isEqualTo("first,second");
  }

  /// A few bytes that become a gigabyte fill no memory.
  @Test
  void aBombStopsAtTheLimit() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 50; i++) {
        out.write(zeros);
      }
    }
    server.on("/bomb", encoded("gzip", bytes.toByteArray()));
    assertThat(seen("/bomb", 300_000)).hasSize(300_000).matches("\0+");
  }

  @ParameterizedTest
  @CsvSource({"gzip", "deflate"})
  void whatIsNotEncodedAsItSaysIsSeenAsFarAsItGoes(String coding) throws IOException {
    server.on("/wrong", encoded(coding, "certainly not".getBytes(StandardCharsets.UTF_8)));
    assertThat(seen("/wrong", 100)).isNotEqualTo("certainly not");
    byte[] cut = java.util.Arrays.copyOf(gzip("x".repeat(500)), 14);
    server.on("/cut", encoded("gzip", cut));
    assertThat(seen("/cut", 1_000)).matches("x*");
  }

  @Test
  void headersAreFoundWhateverTheirCase() {
    Conduct conduct =
        Visit.looking(
            List.of(visit.extractor("seen", false, r -> r.header("x-TRACE"))),
            List.of(
                Visit.check("status", false, r -> r.status() == 200),
                Visit.check("none", false, r -> r.header("X-Trac") == null),
                Visit.check("time", false, r -> r.serviceNanos() > 0),
                Visit.check("size", false, r -> r.bodyBytes() == 2)),
            10);
    server.on("/", Response.text("ok").with("X-Trace", " first ").with("x-trace", "second"));
    server.on(
        "/folded",
        Script.begin()
            .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-TRACE: a\r\n  b\r\nX-B: c\r\n\r\nok"));
    Flight.Ending ending =
        visit.run(rig, visit.call(conduct, "target", server.url("/").toString()));
    assertThat(ending.bucket()).as("%s", ending).isEqualTo("200");
    assertThat(visit.value("seen")).isEqualTo("first");
    visit.run(rig, visit.call(conduct, "target", server.url("/folded").toString()));
    assertThat(visit.value("seen")).matches("a +b");
  }

  @Test
  void aCheckThatDoesNotHoldFails() {
    Check good = Visit.check("good", true, r -> Visit.text(r).equals("good"));
    Conduct conduct = Visit.looking(List.of(), List.of(good), 10);
    Call call = visit.call(conduct, "target", server.url("/").toString());
    server.on("/", Response.text("bad"));
    assertThat(visit.run(rig, call).bucket()).isEqualTo("CHECK_GOOD");
    server.on("/", Response.text("good"));
    assertThat(visit.run(rig, call).bucket()).isEqualTo("200");
  }

  @Test
  void theLastResponseOfARedirectIsTheOneThatIsSeen() {
    server.on("/from", Response.bytes(302, "text/plain", new byte[2_000]).with("Location", "/to"));
    server.on("/to", Response.text("arrived"));
    assertThat(seen("/from", 1_000)).isEqualTo("arrived");
  }

  @ParameterizedTest
  @CsvSource({
    "503,3,3000",
    "429,0,0",
    "503,99999999999,31622400000",
    "500,soon,-1",
    "503,-1,-1",
    "200,3,-1",
    "503,'Thu, 01 Jan 1970 00:00:10 GMT',0"
  })
  void aServerSaysWhenToComeAgain(int status, String says, long millis) {
    server.on("/", Response.status(status).with("Retry-After", says));
    for (int i = 0; i < 2; i++) {
      Flight flight = rig.flight().send(visit.call("target", server.url("/").toString()));
      flight.await();
      assertThat(flight.exchange().retryAfterNanos).isEqualTo(millis < 0 ? -1 : millis * 1_000_000);
    }
  }

  @Test
  void aDateToComeAgainIsATimeFromNow() {
    server.on("/", Response.status(503).with("Retry-After", "Fri, 01 Jan 2100 00:00:00 GMT"));
    Flight flight = rig.flight().send(visit.call("target", server.url("/").toString()));
    flight.await();
    assertThat(flight.exchange().retryAfterNanos).isEqualTo(366L * 86_400 * 1_000_000_000);
    server.on("/", Response.status(503));
    flight.send(visit.call("target", server.url("/").toString())).await();
    assertThat(flight.exchange().retryAfterNanos).isEqualTo(-1);
  }
}
