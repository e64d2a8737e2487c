package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.template.Conduct;
import io.crankfire.template.Variables;
import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests that use what responses before them brought, and what proves who we are.
class ChainingTest {

  private static final int SESSIONS = 64;
  private static final int ROUNDS = 20;

  static Stream<Transport> transports() {
    return Rig.transports().stream();
  }

  /// Gives each login a token of its own, and takes it once in each step, in the body and in a
  /// header.
  private static final class Shop {
    final Map<String, String> users = new ConcurrentHashMap<>();
    final Set<String> used = ConcurrentHashMap.newKeySet();
    final AtomicInteger logins = new AtomicInteger();

    Behavior login() {
      return Behavior.by(request -> {
        String token = "token-" + logins.incrementAndGet();
        users.put(token, request.bodyText());
        return Response.json("{\"token\":\"" + token + "\"}");
      });
    }

    Behavior use() {
      return Behavior.by(request -> {
        String token = token(request);
        boolean right =
            users.containsKey(token)
                && request.path().equals("/use/" + token)
                && request.bodyText().equals("t=" + token)
                && used.add(token);
        return Response.status(right ? 200 : 403);
      });
    }

    Behavior logout() {
      return Behavior.by(request -> {
        String token = token(request);
        return Response.status(used.remove(token) && users.remove(token) != null ? 204 : 403);
      });
    }

    private static String token(Request request) {
      String value = request.header("Authorization");
      return value == null ? "" : value.replace("Bearer ", "");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void everySessionUsesItsOwnToken(Transport transport) {
    Shop shop = new Shop();
    Visit visit = new Visit("token");
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig = new Rig(transport, new HttpProtocol(), new Ways().connections())) {
      server.on("/login", shop.login()).on("/use/*", shop.use()).on("/logout", shop.logout());
      Conduct takesToken =
          Visit.looking(
              List.of(visit.extractor("token", true, r -> Visit.text(r).split("\"")[3])),
              List.of(Visit.check("ok", false, r -> r.status() == 200)),
              100);
      String auth = "Authorization: Bearer {{token}}";
      List<Call> steps =
          List.of(
              visit.call(
                  takesToken,
                  "target",
                  server.url("/login").toString(),
                  "method",
                  "POST",
                  "body",
                  "user={{token|nobody}}"),
              visit.call(
                  "target",
                  server.url("/").toString(),
                  "path",
                  "/use/{{token}}",
                  "method",
                  "POST",
                  "headers",
                  auth,
                  "body",
                  "t={{token}}"),
              visit.call(
                  "target", server.url("/logout").toString(), "method", "DELETE", "headers", auth));
      List<Flight> flights = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        Variables variables = visit.fresh();
        variables.begin(i, i);
        Flight flight = rig.flight(variables);
        flight.afterwards(() -> {
          int done = flight.endings().size();
          if (done < ROUNDS * steps.size()) {
            flight.send(steps.get(done % steps.size()));
          }
        });
        flights.add(flight.send(steps.getFirst()));
      }
      rig.await(() -> flights.stream().noneMatch(Flight::underWay));
      for (Flight flight : flights) {
        assertThat(flight.endings())
            .hasSize(ROUNDS * steps.size())
            .allMatch(e -> e.bucket().equals("200") || e.bucket().equals("204"));
      }
      assertThat(shop.logins.get()).isEqualTo(SESSIONS * ROUNDS);
      assertThat(shop.users).isEmpty();
      assertThat(server.violations()).isEmpty();
      assertThat(server.counts().peak()).isEqualTo(SESSIONS);
    }
  }

  @Test
  void aCredentialGoesWithEveryRequestAndReplacesWhatWasConfigured() {
    try (HttpTestServer server = HttpTestServer.start();
        HttpTestServer elsewhere = HttpTestServer.start();
        Rig rig =
            new Rig(Rig.transports().getLast(), new HttpProtocol(), new Ways().connections())) {
      server.recordRequests(10);
      elsewhere.recordRequests(10);
      server.on("/from", Response.redirect(307, "/mid"));
      server.on("/mid", Response.redirect(307, elsewhere.url("/to").toString()));
      Visit visit = new Visit();
      Visit.Secret secret = new Visit.Secret("X-Api-Key", "first");
      Call call =
          visit.call(
              Visit.proving(secret),
              "target",
              server.url("/from").toString(),
              "headers",
              "x-api-key: configured\nX: y");
      assertThat(visit.run(rig, call).bucket()).isEqualTo("200");
      for (Request request : server.requests()) {
        assertThat(request.headers().stream().filter(h -> h.is("X-Api-Key")))
            .singleElement()
            .matches(h -> h.value().equals("first"));
      }
      assertThat(server.requests()).hasSize(2);
      assertThat(elsewhere.requests().getFirst().header("X-Api-Key")).isNull();
      assertThat(elsewhere.requests().getFirst().header("X")).isEqualTo("y");
      secret.value = "second";
      visit.run(rig, call);
      assertThat(server.requests().getLast().header("X-Api-Key")).isEqualTo("second");
      secret.value = "a\r\nb";
      assertThat(Visit.isBadValue(visit.run(rig, call))).isTrue();
    }
  }

  /// What is tried again is the same request, but for the credential.
  @Test
  void anotherAttemptSendsTheSameWithANewCredential() {
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig =
            new Rig(Rig.transports().getLast(), new HttpProtocol(), new Ways().connections())) {
      server.recordRequests(10);
      Visit visit = new Visit("a").with("first");
      Visit.Secret secret = new Visit.Secret("Authorization", "Bearer one");
      Call call =
          visit.call(
              Visit.proving(secret),
              "target",
              server.url("/").toString() + "{{a}}",
              "method",
              "POST",
              "headers",
              "X: {{a}}",
              "cookies",
              "true",
              "body",
              "a={{a}}");
      server.otherwise(Response.status(401).withCookie("later=1"));
      Flight flight = rig.flight(visit.session()).send(call);
      assertThat(flight.await().bucket()).isEqualTo("401");
      assertThat(flight.exchange().credential).asString().isEqualTo("Bearer one");
      visit.with("changed");
      server.otherwise(Response.text("ok"));
      for (String value : List.of("Bearer the second, longer", "3")) {
        secret.value = value;
        flight.exchange().again();
        rig.requester().send(flight.exchange());
        assertThat(flight.await().bucket()).isEqualTo("200");
        Request last = server.requests().getLast();
        assertThat(last.target()).isEqualTo("/first");
        assertThat(last.header("X")).isEqualTo("first");
        assertThat(last.header("Authorization")).isEqualTo(value);
        assertThat(last.bodyText()).isEqualTo("a=first");
        assertThat(flight.exchange().credential).asString().isEqualTo(value);
      }
      flight.send(call).await();
      assertThat(server.requests().getLast().bodyText()).isEqualTo("a=changed");
      assertThat(server.requests().getLast().header("Cookie")).isEqualTo("later=1");
    }
  }

  @Test
  void aPreviewShowsTheRequestAndNoSecret() {
    Visit visit = new Visit("a").with("seven");
    Visit.Secret secret = new Visit.Secret("X-Api-Key", "open sesame");
    Call call =
        visit.call(
            Visit.proving(secret),
            "target",
            "http://us:er@h/{{a}}",
            "method",
            "POST",
            "headers",
            "X: {{a}}",
            "body",
            "a={{a}}");
    assertThat(new HttpProtocol().preview(call, visit.session()))
        .isEqualTo(
            """
            POST /seven HTTP/1.1
            Host: h
            User-Agent: crankfire
            Accept: */*
            X: seven
            Authorization: ***
            X-Api-Key: ***
            Content-Length: 7

            a=seven\
            """
                .replace("\n", "\r\n"));
    Call constant = visit.call("target", "http://us:er@h/");
    assertThat(new HttpProtocol().preview(constant, visit.session()))
        .contains("Authorization: ***\r\n");
    assertThat(new HttpProtocol().preview(call, visit.with("\n").session()))
        .startsWith("cannot be sent: the value of the header X");
  }
}
