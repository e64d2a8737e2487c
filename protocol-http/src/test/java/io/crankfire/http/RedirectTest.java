package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.Delay;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.tls.TlsSetup;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where redirects lead, and with what.
class RedirectTest {

  private final HttpTestServer server = HttpTestServer.start();
  private final HttpTestServer elsewhere = HttpTestServer.start();
  private Rig rig =
      new Rig(Rig.transports().getLast(), new HttpProtocol(), new Ways().connections());

  @BeforeEach
  void record() {
    server.recordRequests(100);
    elsewhere.recordRequests(100);
  }

  @AfterEach
  void stop() {
    rig.close();
    server.close();
    elsewhere.close();
  }

  private static Call call(String url, String... keysAndValues) {
    Map<String, String> step = new HashMap<>();
    step.put("target", url);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      step.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Rig.compile(new HttpProtocol(), step);
  }

  private Flight.Ending run(String path, String... keysAndValues) {
    return rig.run(call(server.url(path).toString(), keysAndValues));
  }

  @ParameterizedTest
  @CsvSource({
    "301,GET,GET,false", "302,GET,GET,false", "303,GET,GET,false", "307,GET,GET,false",
    "308,GET,GET,false", "301,HEAD,HEAD,false", "303,HEAD,HEAD,false", "301,POST,GET,false",
    "302,POST,GET,false", "303,POST,GET,false", "307,POST,POST,true", "308,POST,POST,true",
    "302,PUT,GET,false", "307,PUT,PUT,true", "308,PATCH,PATCH,true", "303,DELETE,GET,false",
  })
  void eachCodeDoesWithMethodAndBodyAsItSays(int code, String method, String then, boolean body) {
    server.on("/from", Response.redirect(code, "/to?q"));
    boolean sends = !method.equals("GET") && !method.equals("HEAD");
    Flight.Ending ending =
        run(
            "/from",
            "method",
            method,
            "body",
            sends ? "content" : "",
            "headers",
            "Content-Type: text/plain\nX-Mine: yes\nAuthorization: Bearer t");
    assertThat(ending.bucket()).as("%s", ending).isEqualTo("200");
    assertThat(ending.isOrdered()).as("%s", ending).isTrue();
    Request last = server.requests().getLast();
    assertThat(last.method()).isEqualTo(then);
    assertThat(last.target()).isEqualTo("/to?q");
    assertThat(last.bodyText()).isEqualTo(body ? "content" : "");
    assertThat(last.header("Content-Type")).isEqualTo(body || !sends ? "text/plain" : null);
    assertThat(last.header("X-Mine")).isEqualTo("yes");
    assertThat(last.header("Authorization")).isEqualTo("Bearer t");
    assertThat(server.counts().accepted()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"300", "304", "305", "306", "399"})
  void otherCodesLeadNowhere(String code) {
    server.on("/from", Response.redirect(Integer.parseInt(code), "/to"));
    assertThat(run("/from").bucket()).isEqualTo(code);
    assertThat(server.counts().received()).isEqualTo(1);
  }

  @Test
  void aRedirectWithoutALocationIsTheAnswer() {
    server.on("/from", Response.status(302));
    assertThat(run("/from").outcome()).isEqualTo(Outcome.ok("302"));
  }

  @Test
  void withNoneAllowedARedirectIsTheAnswer() {
    server.on("/from", Response.redirect(301, "/to"));
    assertThat(run("/from", "max_redirects", "0").outcome()).isEqualTo(Outcome.ok("301"));
    assertThat(server.counts().received()).isEqualTo(1);
  }

  @Test
  void aLoopEndsWhenThereAreTooMany() {
    server.on("/loop", Response.redirect(302, "/loop"));
    Flight.Ending ending = run("/loop", "max_redirects", "3");
    assertThat(ending.outcome()).isEqualTo(Outcome.REDIRECT_FAILED);
    assertThat(ending.detail()).isEqualTo("more than 3 redirects");
    assertThat(server.received("/loop")).isEqualTo(4);
    assertThat(run("/loop").detail()).isEqualTo("more than 10 redirects");
    assertThat(run("/").bucket()).isEqualTo("200");
  }

  @Test
  void asManyAsAllowedAreFollowed() {
    for (int i = 0; i < 10; i++) {
      server.on("/" + i, Response.redirect(302, (i + 1) + "#part"));
    }
    assertThat(run("/0").bucket()).isEqualTo("200");
    assertThat(server.received("/10")).isEqualTo(1);
    assertThat(run("/0", "max_redirects", "9").bucket()).isEqualTo("REDIRECT_FAILED");
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://example.com/,has the scheme ftp",
    "mailto:me@example.com,is not a URL",
    "http://,names no host",
    "http://[::1/,has no",
    "//a:99999/,a port is a number from 1 to 65535"
  })
  void aLocationThatLeadsNowhereIsAFailure(String location, String why) {
    server.on("/from", Response.redirect(302, location));
    Flight.Ending ending = run("/from");
    assertThat(ending.outcome()).isEqualTo(Outcome.REDIRECT_FAILED);
    assertThat(ending.detail()).contains(why);
    assertThat(run("/").bucket()).isEqualTo("200");
  }

  @Test
  void credentialsStayWithTheirOrigin() {
    server.on("/from", Response.redirect(307, elsewhere.url("/to").toString()));
    elsewhere.on("/to", Response.redirect(307, server.url("/back").toString()));
    Flight.Ending ending =
        run(
            "/from",
            "method",
            "POST",
            "body",
            "content",
            "headers",
            "Authorization: Bearer t\nCookie: a=b\nHost: mine.example\nX-Mine: yes");
    assertThat(ending.bucket()).isEqualTo("200");
    assertThat(ending.isOrdered()).as("%s", ending).isTrue();
    for (Request request : List.of(elsewhere.requests().getFirst(), server.requests().getLast())) {
      assertThat(request.header("Authorization")).isNull();
      assertThat(request.header("Cookie")).isNull();
      assertThat(request.header("X-Mine")).isEqualTo("yes");
      assertThat(request.bodyText()).isEqualTo("content");
      assertThat(request.header("Host")).startsWith("127.0.0.1:");
    }
  }

  @Test
  void aRedirectMayLeadToHttpsAndBack() {
    ServerSetup tls = ServerSetup.plain().with(TlsSetup.server());
    try (HttpTestServer secure = HttpTestServer.start(tls)) {
      server.on("/from", Response.redirect(301, secure.url("/via").toString()));
      secure.on("/via", Response.redirect(301, server.url("/to").toString()));
      Flight.Ending ending = run("/from");
      assertThat(ending.bucket()).as("%s", ending).isEqualTo("200");
      assertThat(server.received("/to")).isEqualTo(1);
      assertThat(secure.counts().received()).isEqualTo(1);
      rig.close();
      rig = new Rig(Transport.NIO, new HttpProtocol(), new Ways().connections());
    }
  }

  /// The time to the first byte is that of the last response; the service time is of all.
  @Test
  void timesTellOfTheWholeWay() {
    Duration pause = Duration.ofMillis(30);
    server.on(
        "/from",
        Response.redirect(302, elsewhere.url("/to").toString()).after(Delay.constant(pause), 1));
    Flight.Ending ending = run("/from");
    assertThat(ending.isOrdered()).as("%s", ending).isTrue();
    assertThat(ending.written() - ending.sent()).isGreaterThanOrEqualTo(pause.toNanos());
  }

  /// The body of a redirect may be anything; a broken one is a failure like every other.
  @Test
  void aRedirectThatIsCutOffIsAFailure() {
    server.on(
        "/from",
        Script.begin()
            .send("HTTP/1.1 302 Found\r\nLocation: /to\r\nContent-Length: 10\r\n\r\n01234")
            .cut());
    assertThat(run("/from").bucket()).isEqualTo("CONNECTION_CLOSED");
    server.on(
        "/long",
        Script.begin()
            .send("HTTP/1.1 302 Found\r\nLocation: /to\r\n\r\n")
            .repeat("body", 100_000)
            .close());
    assertThat(run("/long").bucket()).isEqualTo("200");
  }

  @Test
  void cancellingBetweenTwoHopsEndsItOnce() {
    server.on("/from", Response.redirect(302, elsewhere.url("/silent").toString()));
    elsewhere.on("/silent", Script.begin().stall());
    Flight flight = rig.flight().send(call(server.url("/from").toString()));
    rig.await(() -> elsewhere.counts().received() == 1);
    flight.cancel(Outcome.INTERRUPTED);
    rig.turnFor(5);
    assertThat(flight.endings()).hasSize(1);
    assertThat(run("/").bucket()).isEqualTo("200");
  }
}
