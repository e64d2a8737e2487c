package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crankfire.plan.Call;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes over the wire when a request has placeholders.
class TemplatedRequestTest {

  private final HttpTestServer server = HttpTestServer.start();
  private final HttpTestServer elsewhere = HttpTestServer.start();
  private Rig rig =
      new Rig(Rig.transports().getLast(), new HttpProtocol(), new Ways().connections());
  private final Visit visit = new Visit("a", "b", "c");

  @BeforeEach
  void record() {
    server.recordRequests(200);
    elsewhere.recordRequests(200);
  }

  @AfterEach
  void stop() {
    rig.close();
    server.close();
    elsewhere.close();
    assertThat(server.violations()).isEmpty();
    assertThat(elsewhere.violations()).isEmpty();
  }

  private String url(String rest) {
    String origin = server.url().toString();
    return (origin.endsWith("/") ? origin.substring(0, origin.length() - 1) : origin) + rest;
  }

  private Request last() {
    return server.requests().getLast();
  }

  private void assertSent(Flight.Ending ending) {
    assertThat(ending.bucket()).as("%s", ending).isEqualTo("200");
  }

  @Test
  void everyPlaceCanVary() {
    Call call =
        visit.call(
            "target",
            url("/users/{{a}}?q={{ b }}&r={{.c}}"),
            "method",
            "POST",
            "headers",
            "X-{{a}}: v-{{b}}\nX-Constant: {{c}}",
            "body",
            "{\"a\":\"{{a}}\",\"none\":\"{{z|default}}\"}");
    assertSent(visit.with("seven", "eight", "nine").run(rig, call));
    assertThat(last().target()).isEqualTo("/users/seven?q=eight&r=nine");
    assertThat(last().header("X-seven")).isEqualTo("v-eight");
    assertThat(last().header("X-Constant")).isEqualTo("nine");
    assertThat(last().header("User-Agent")).isEqualTo("crankfire");
    assertThat(last().bodyText()).isEqualTo("{\"a\":\"seven\",\"none\":\"default\"}");
  }

  /// W1: the length is that of the body as it is sent.
  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1234567890", "longer than the placeholder was", "h\u00e9"})
  void theLengthIsThatOfTheRenderedBody(String value) {
    Call call = visit.call("target", url("/"), "method", "POST", "body", "<{{a}}>");
    for (String each : List.of(value, "short", value)) {
      assertSent(visit.with(each).run(rig, call));
      assertThat(last().bodyText()).isEqualTo("<" + each + ">");
    }
    assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
  }

  @Test
  void aLargeBodyVaries() {
    Call call =
        visit.call("target", url("/"), "method", "PUT", "body", "{{a}}" + "x".repeat(300_000));
    assertSent(visit.with("y".repeat(500_000)).run(rig, call));
    assertThat(last().bodyLength()).isEqualTo(800_000);
    assertSent(visit.with("y").run(rig, call));
    assertThat(last().bodyLength()).isEqualTo(300_001);
  }

  @Test
  void aBodyFileVariesIfItIsText(@TempDir Path folder) throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "hello {{a}}");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {'{', '{', 'a', '}', '}', -1});
    Call varies = visit.call("target", url("/"), "method", "POST", "body_file", text.toString());
    assertSent(visit.with("you").run(rig, varies));
    assertThat(last().bodyText()).isEqualTo("hello you");
    Call constant =
        visit.call("target", url("/"), "method", "POST", "body_file", binary.toString());
    assertSent(visit.run(rig, constant));
    assertThat(last().body()).containsExactly('{', '{', 'a', '}', '}', -1);
  }

  @ParameterizedTest
  @CsvSource({
    "a b,a%20b",
    "a/b?c=d&e,a/b?c=d&e",
    "50%,50%",
    "x#y,x%23y",
    "h\u00e9,h%C3%A9",
    "\"<>`{}|^,%22%3C%3E%60%7B%7D%7C%5E"
  })
  void valuesInUrlsAreEncodedWhereTheyHaveToBe(String value, String sent) {
    assertSent(visit.with(value).run(rig, visit.call("target", url("/p/{{a}}/end"))));
    assertThat(last().target()).isEqualTo("/p/" + sent + "/end");
  }

  @Test
  void aLineBreakInAUrlIsEncoded() {
    Call call = visit.call("target", url("/p/{{a}}"));
    assertSent(visit.with("x HTTP/1.1\r\nHost: evil\r\n\r\nGET /2").run(rig, call));
    assertThat(last().target()).isEqualTo("/p/x%20HTTP/1.1%0D%0AHost:%20evil%0D%0A%0D%0AGET%20/2");
    assertThat(server.counts().received()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX-Evil: 1", "a\nb", "a\rb", "a\u0000b", "\r\n\r\nGET / HTTP/1.1"})
  void aHeaderThatWouldSplitIsNotSent(String value) {
    Call inValue = visit.call("target", url("/"), "headers", "X-A: {{a}}");
    Call inName = visit.call("target", url("/"), "headers", "X-{{a}}: 1");
    for (Call call : List.of(inValue, inName)) {
      Flight.Ending ending = visit.with(value).run(rig, call);
      assertThat(Visit.isBadValue(ending)).as("%s", ending).isTrue();
      assertThat(ending.detail()).doesNotContain("Evil");
    }
    assertThat(server.counts().received()).isZero();
    assertSent(visit.with("fine").run(rig, inValue));
    assertThat(last().header("X-A")).isEqualTo("fine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length", "transfer-encoding", "HOST", "Connection", "", "a b"})
  void aNameThatVariesCannotBecomeEveryName(String name) {
    Call call = visit.call("target", url("/"), "headers", "{{a}}: 1");
    Flight.Ending ending = visit.with(name).run(rig, call);
    assertThat(Visit.isBadValue(ending)).as("%s", ending).isTrue();
    assertThat(server.counts().received()).isZero();
  }

  @Test
  void aNameThatVariesReplacesOurs() {
    Call call = visit.call("target", url("/"), "headers", "{{a}}: mine");
    assertSent(visit.with("user-AGENT").run(rig, call));
    assertThat(last().headers().stream().filter(h -> h.is("User-Agent")))
        .singleElement()
        .matches(h -> h.value().equals("mine"));
    assertThat(last().header("Accept")).isEqualTo("*/*");
  }

  @Test
  void anUnknownNameStaysAsItIs() {
    visit.names.variable("never set");
    Call call = visit.call("target", url("/"), "method", "POST", "body", "{{a}}");
    assertSent(visit.with().run(rig, call));
    assertThat(last().bodyText()).isEqualTo("{{a}}");
    assertThat(visit.session().takeUnresolved()).isEqualTo(1);
  }

  @Test
  void anExchangeThatCannotBeSentCanBeGivenUp() {
    Call call = visit.call("target", url("/"), "headers", "X: {{a}}");
    Flight flight = rig.flight(visit.with("\n").session()).send(call);
    assertThat(flight.underWay()).isTrue();
    flight.cancel(io.crankfire.metrics.Outcome.INTERRUPTED);
    assertSent(visit.with("ok").run(rig, call));
    assertThat(flight.endings()).hasSize(1).allMatch(e -> e.bucket().equals("INTERRUPTED"));
  }

  /// The session goes on from within the end, however often its request cannot be sent.
  @Test
  void aSessionWhoseEveryRequestIsBadUsesNoStack() {
    Call call = visit.call("target", url("/"), "headers", "X: {{a}}");
    Flight flight = rig.flight(visit.with("\n").session());
    flight.afterwards(() -> {
      if (flight.endings().size() < 20_000) {
        flight.send(call);
      }
    });
    flight.send(call);
    rig.await(() -> flight.endings().size() == 20_000);
    assertThat(flight.endings()).allMatch(Visit::isBadValue);
  }

  /// W2b: substituted before it is resolved (RFC 3986 §5).
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/api/v1 /users/{{a}} /users/7",
        "/api/v1 users/{{a}} /api/users/7",
        "/api/v1/ users/{{a}} /api/v1/users/7",
        "/api/v1?x=1 ?y={{a}} /api/v1?y=7",
        "/api/v1 ../{{a}}/./z /7/z",
        "/api/v1 /x/../{{a}}?z=../. /7?z=../.",
        "/api/v1 {{a}} /api/7",
        "/api/v1 {{b}} /b",
        "/api/v1 {{c}} /b",
        "/api/v1 /x/{{b}}/../y /x//y",
        "/{{a}}/v1 /users/{{a}} /users/7",
        "/{{a}}/v1 users /7/users",
        "/{{a}}/v1 users/{{a}} /7/users/7",
        "/api/v1 /{{b}} //b",
        "/api/v1 /x/{{a}}/.. /x/",
        "/api/v1 /x#{{a}} /x",
      })
  void aPathIsResolvedAgainstTheTarget(String target, String path, String sent) {
    Call call = visit.call("target", url(target), "path", path);
    assertSent(visit.with("7", "/b", "x/../../b").run(rig, call));
    assertThat(last().target()).isEqualTo(sent);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1,/users,/users",
    "/api/v1,users,/api/users",
    "/api/v1,'',/api/v1",
    "/a/b,../c,/c",
    "/a/b?q,?r,/a/b?r"
  })
  void aConstantPathIsResolvedBefore(String target, String path, String sent) {
    HttpCall call = (HttpCall) visit.call("target", url(target), "path", path);
    assertThat(call.request().url().requestTarget()).isEqualTo(sent);
    assertThat(call.name()).isEqualTo(url(sent));
  }

  @Test
  void aPathMayBeAUrl() {
    Call call =
        visit.call("target", url("/"), "path", elsewhere.url("/there/").toString() + "{{a}}");
    assertSent(visit.with("7").run(rig, call));
    assertThat(elsewhere.requests().getLast().target()).isEqualTo("/there/7");
  }

  @Test
  void aUrlSaysAllAndATargetIsNotNeeded() {
    Call call = visit.call("target", "http://nowhere.invalid/", "url", url("/mine/{{a}}"));
    assertSent(visit.with("7").run(rig, call));
    assertThat(last().target()).isEqualTo("/mine/7");
  }

  @Test
  void theOriginCanVary() {
    Call call = visit.call("target", "http://{{a}}/x y?{{b}}", "headers", "X: {{b}}");
    for (HttpTestServer each : List.of(server, elsewhere, server)) {
      String authority = each.url().getAuthority();
      assertSent(visit.with(authority, "7").run(rig, call));
      assertThat(each.requests().getLast().target()).isEqualTo("/x%20y?7");
      assertThat(each.requests().getLast().header("Host")).isEqualTo(authority);
    }
    assertThat(rig.metrics().connectionsOpened).isEqualTo(2);
    Call whole = visit.call("target", "{{a}}", "path", "../up", "method", "POST", "body", "{{b}}");
    assertSent(visit.with(elsewhere.url("/x/y/z").toString(), "content").run(rig, whole));
    assertThat(elsewhere.requests().getLast().target()).isEqualTo("/x/up");
    assertThat(elsewhere.requests().getLast().bodyText()).isEqualTo("content");
    assertThat(rig.prepare(whole)).isEqualTo(io.crankfire.metrics.Outcome.OK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "h:0", "h:99999", "ho st", "a\r\nb", "[::1", "h:port"})
  void anOriginThatLeadsNowhereIsNamed(String authority) {
    Call call = visit.call("target", "http://{{a}}/");
    Flight.Ending ending = visit.with(authority).run(rig, call);
    assertThat(Visit.isBadValue(ending)).as("%s", ending).isTrue();
  }

  @Test
  void whoStandsInAUrlThatVariesIsSentAndNotTold() {
    Call call = visit.call("target", "http://{{a}}:{{b}}@{{c}}/");
    String authority = server.url().getAuthority();
    assertSent(visit.with("us%40er", "p\u00e4ss", authority).run(rig, call));
    assertThat(last().header("Authorization")).isEqualTo("Basic dXNAZXI6cMOkc3M=");
    Flight.Ending bad = visit.with("user", "password", "h:0").run(rig, call);
    assertThat(Visit.isBadValue(bad)).isTrue();
    assertThat(bad.detail()).doesNotContain("password");
    assertThat(visit.call("target", "http://user:password@{{c}}/").name())
        .isEqualTo("http://{{c}}/");
  }

  /// Sessions that ask a new host each time do not keep a connection to each.
  @Test
  void targetsWithoutUseAreForgotten() {
    Call call = visit.call("target", "http://{{a}}/");
    List<HttpTestServer> many = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        many.add(HttpTestServer.start());
        assertSent(visit.with(many.getLast().url().getAuthority()).run(rig, call));
      }
      assertThat(rig.loop().openConnections()).isLessThanOrEqualTo(256);
      assertSent(visit.with(many.getFirst().url().getAuthority()).run(rig, call));
    } finally {
      many.forEach(HttpTestServer::close);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost/{{a}}", "ftp://{{a}}/", "ftp://h/{{a}}", "mailto:{{a}}"})
  void whatCannotBecomeAUrlIsFoundBefore(String target) {
    assertThatThrownBy(() -> visit.call("target", target)).hasMessageContaining("--target: ");
  }

  @Test
  void labelsAreAsWritten() {
    assertThat(visit.call("target", "http://h/v1", "path", "/u/{{a}}").name())
        .isEqualTo("http://h/u/{{a}}");
    assertThat(visit.call("target", "http://h/{{a}}").name()).isEqualTo("http://h/{{a}}");
    assertThat(visit.call("target", "http://h/", "body", "{{a}}").name()).isEqualTo("http://h/");
  }

  @Test
  void aConnectionsLastRequestSaysSo() {
    rig.close();
    rig =
        new Rig(
            Rig.transports().getFirst(),
            new HttpProtocol(),
            new Ways().maxRequests(2).connections());
    Call call = visit.call("target", url("/{{a}}"), "method", "POST", "body", "b={{a}}");
    for (int i = 1; i <= 4; i++) {
      assertSent(visit.with("v" + i).run(rig, call));
      assertThat(last().bodyText()).isEqualTo("b=v" + i);
      assertThat(last().header("Connection")).isEqualTo(i % 2 == 0 ? "close" : null);
    }
    assertThat(rig.metrics().connectionsOpened).isEqualTo(2);
  }

  /// A kept connection that the server has closed: the same request once more, over a new one.
  @Test
  void aRenderedRequestIsSentAgain() {
    server.on("/*", io.crankfire.testkit.Behavior.closingSilentlyAfter(1, Response.text("bye")));
    Call call = visit.call("target", url("/{{a}}"), "method", "POST", "body", "b={{b}}");
    Flight flight = rig.flight(visit.with("x", "1").session());
    for (int i = 1; i <= 20; i++) {
      visit.with("x" + i, "y" + i);
      Flight.Ending ending = flight.send(call).await();
      assertSent(ending);
      assertThat(last().target()).isEqualTo("/x" + i);
      assertThat(last().bodyText()).isEqualTo("b=y" + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {307, 308})
  void aRedirectRepeatsTheSubstitutedBody(int status) {
    server.on("/from", Response.redirect(status, "/mid"));
    server.on("/mid", Response.redirect(status, elsewhere.url("/to?x").toString()));
    Call call =
        visit.call(
            "target",
            url("/{{a}}"),
            "method",
            "PUT",
            "body",
            "value={{b}}",
            "headers",
            "X-B: {{b}}\nAuthorization: {{c}}\nHost: mine.example");
    assertSent(visit.with("from", "substituted", "secret").run(rig, call));
    Request mid = server.requests().getLast();
    assertThat(mid.bodyText()).isEqualTo("value=substituted");
    assertThat(mid.header("Authorization")).isEqualTo("secret");
    assertThat(mid.header("Host")).isEqualTo("mine.example");
    Request to = elsewhere.requests().getLast();
    assertThat(to.method()).isEqualTo("PUT");
    assertThat(to.bodyText()).isEqualTo("value=substituted");
    assertThat(to.header("X-B")).isEqualTo("substituted");
    assertThat(to.header("Authorization")).isNull();
    assertThat(to.header("Host")).isEqualTo(elsewhere.url().getAuthority());
    assertThat(to.headers().stream().filter(h -> h.is("User-Agent"))).hasSize(1);
  }

  @Test
  void aRedirectIsResolvedAgainstTheRenderedUrl() {
    server.on("/dir/7", Response.redirect(302, "next?q"));
    Call call = visit.call("target", url("/dir/{{a}}?x=1"), "method", "POST", "body", "{{b}}");
    assertSent(visit.with("7", "b").run(rig, call));
    assertThat(last().target()).isEqualTo("/dir/next?q");
    assertThat(last().method()).isEqualTo("GET");
    assertThat(last().bodyLength()).isZero();
  }

  @Test
  void anUnchangingCallIsNotRendered() {
    HttpCall call = (HttpCall) visit.call("target", url("/"), "headers", "X: {{ no end");
    assertThat(call.template()).isNull();
    assertThat(call.request().bytes()).isSameAs(call.request().bytes());
  }
}
