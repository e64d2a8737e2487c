package io.crankfire.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCredentialTest {

  private static final Response DOWN = Response.status(503);

  @Test
  void theTokenIsFetchedOnceForManyRequests() throws Exception {
    try (TokenRig rig = TokenRig.answering(TokenRig.numbered(300))) {
      rig.credential.obtain();
      rig.credential.obtain();

      for (int i = 0; i < 10_000; i++) {
        assertThat(rig.value()).isEqualTo("Bearer token-1");
      }
      assertThat(rig.asked()).isEqualTo(1);
      assertThat(rig.credential.header()).isEqualTo("Authorization");
    }
  }

  @Test
  void theTokenIsRenewedAheadOfItsEndWhileTheOldOneGoesOnBeingSent() throws Exception {
    try (TokenRig rig = TokenRig.answering(TokenRig.numbered(300))) {
      rig.credential.obtain();
      rig.advance(Duration.ofMillis(269_999));
      assertThat(rig.asked()).isEqualTo(1);

      rig.server.pause();
      rig.advance(Duration.ofMillis(1));
      rig.server.await(counts -> counts.received() == 2);
      assertThat(rig.value()).isEqualTo("Bearer token-1"); // nobody waits
      rig.server.resume();

      rig.awaitValue("Bearer token-2");
      rig.advance(Duration.ofSeconds(270));
      rig.awaitValue("Bearer token-3");
      assertThat(rig.asked()).isEqualTo(3);
      assertThat(rig.notices).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"40, 20", "10, 5", "31, 15", "1, 1", "61, 31"})
  void aShortLivedTokenIsRenewedAtHalfOfItsLifetimeAndNeverMoreThanOnceASecond(
      int expiresIn, int seconds) throws Exception {
    try (TokenRig rig = TokenRig.answering(TokenRig.numbered(expiresIn))) {
      rig.credential.obtain();
      for (int token = 2; token < 5; token++) {
        rig.advance(Duration.ofMillis(seconds * 1000L + 500));
        rig.awaitValue("Bearer token-" + token);
      }
      assertThat(rig.asked()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"expires_in\":0",
        ",\"expires_in\":-5",
        ",\"expires_in\":null",
        ",\"expires_in\":\"soon\"",
        ",\"expires_in\":{\"a\":1}"
      })
  void aTokenWithoutALifetimeIsKeptUntilItIsRefused(String expiresIn) throws Exception {
    try (TokenRig rig = TokenRig.answering(TokenRig.numbered(expiresIn))) {
      rig.credential.obtain();
      rig.advance(Duration.ofDays(300));
      refuse(rig, 1);

      rig.awaitValue("Bearer token-2");
      assertThat(rig.asked()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"300\"", "300.9", "3e2"})
  void aLifetimeMayBeWrittenInOtherWays(String expiresIn) throws Exception {
    try (TokenRig rig = TokenRig.answering(TokenRig.numbered(",\"expires_in\":" + expiresIn))) {
      rig.credential.obtain();
      rig.advance(Duration.ofSeconds(270));

      rig.awaitValue("Bearer token-2");
    }
  }

  @Test
  void manyRefusalsOfOneTokenAskForOneNew() throws Exception {
    int many = 200;
    try (TokenRig rig = TokenRig.answering(TokenRig.numbered(3600));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      rig.credential.obtain();
      byte[] refused = rig.credential.value();
      rig.server.pause();
      CountDownLatch told = new CountDownLatch(many);
      CountDownLatch accepted = new CountDownLatch(many);
      for (int i = 0; i < many; i++) {
        threads.execute(() -> {
          if (rig.credential.refused(refused.clone(), told::countDown)) {
            accepted.countDown();
          }
        });
      }
      assertThat(accepted.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(told.getCount()).isEqualTo(many); // they hear of it when it is there
      rig.server.resume();
      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();

      assertThat(rig.value()).isEqualTo("Bearer token-2");
      assertThat(rig.asked()).isEqualTo(2);
    }
  }

  @Test
  void aRefusalThatComesLateFindsTheNewToken() throws Exception {
    try (TokenRig rig = TokenRig.answering(TokenRig.numbered(3600))) {
      rig.credential.obtain();
      byte[] old = rig.credential.value();
      refuse(rig, 1);
      rig.awaitValue("Bearer token-2");

      CountDownLatch told = new CountDownLatch(1);
      assertThat(rig.credential.refused(old, told::countDown)).isTrue();
      assertThat(told.getCount()).isZero();
      assertThat(rig.asked()).isEqualTo(2);
    }
  }

  @Test
  void aTargetThatRefusesEveryTokenDoesNotLoadTheTokenServer() throws Exception {
    try (TokenRig rig = TokenRig.answering(TokenRig.numbered(3600))) {
      rig.credential.obtain();
      refuse(rig, 1);
      for (int i = 0; i < 1000; i++) {
        assertThat(rig.credential.refused(rig.credential.value(), () -> {})).isFalse();
      }
      assertThat(rig.asked()).isEqualTo(2);

      rig.advance(Duration.ofSeconds(1));
      refuse(rig, 2);
      assertThat(rig.asked()).isEqualTo(3);
    }
  }

  @Test
  void withoutATokenServerThereIsNoStart() {
    try (TokenRig rig = TokenRig.answering(DOWN)) {
      assertThatThrownBy(rig.credential::obtain)
          .hasMessage(
              "the token server " + rig.server.url("/token") + " answers 503 and no JSON object");
      assertThat(rig.value()).isEmpty();
    }
  }

  @Test
  void aTokenServerThatIsDownMeanwhileIsAskedAgainAtGrowingIntervals() throws Exception {
    Behavior answers =
        Behavior.sequence(
            json("first", 300), DOWN, DOWN, DOWN, DOWN, DOWN, DOWN, DOWN, json("second", 300));
    try (TokenRig rig = TokenRig.answering(answers)) {
      rig.credential.obtain();
      rig.advance(Duration.ofSeconds(270));
      assertThat(rig.notice())
          .startsWith("the token could not be renewed, the old one goes on being sent: ")
          .endsWith("answers 503 and no JSON object");
      long asked = 2;
      for (int seconds : List.of(1, 2, 4, 8, 16, 30, 30)) {
        assertThat(rig.value()).isEqualTo("Bearer first");
        awaitIdle(rig);
        rig.advance(Duration.ofMillis(seconds * 1000L - 1));
        assertThat(rig.asked()).isEqualTo(asked);
        rig.advance(Duration.ofMillis(1));
        asked++;
        long expected = asked;
        rig.server.await(counts -> counts.received() == expected);
      }
      rig.awaitValue("Bearer second");
      assertThat(rig.notice()).isEqualTo("the token is renewed again");
      assertThat(rig.notices).isEmpty();
    }
  }

  @Test
  void thoseWhoWaitGoOnWithTheOldTokenWhenThereIsNoNewOne() throws Exception {
    Behavior answers = Behavior.sequence(json("first", 3600), DOWN, json("second", 3600));
    try (TokenRig rig = TokenRig.answering(answers)) {
      rig.credential.obtain();
      refuse(rig, 1);
      assertThat(rig.value()).isEqualTo("Bearer first");
      assertThat(rig.credential.refused(rig.credential.value(), () -> {})).isFalse();

      rig.advance(Duration.ofSeconds(1));
      refuse(rig, 1);
      assertThat(rig.value()).isEqualTo("Bearer second");
    }
  }

  @Test
  void theRefreshTokenIsUsedAndReplacedWhenAnotherIsGiven() throws Exception {
    Behavior answers =
        Behavior.sequence(
            json("first", 300, "refresh-1"),
            json("second", 300),
            json("third", 300, "refresh-3"),
            json("fourth", 300));
    try (TokenRig rig = TokenRig.forUser(answers)) {
      rig.credential.obtain();
      for (String token : List.of("second", "third", "fourth")) {
        rig.advance(Duration.ofSeconds(270));
        rig.awaitValue("Bearer " + token);
      }

      assertThat(bodies(rig))
          .containsExactly(
              "grant_type=password&username=user&password=pass+word%26of+the+user",
              "grant_type=refresh_token&refresh_token=refresh-1",
              "grant_type=refresh_token&refresh_token=refresh-1",
              "grant_type=refresh_token&refresh_token=refresh-3");
    }
  }

  @Test
  void aRefreshTokenThatIsRefusedIsNoReasonToFail() throws Exception {
    Behavior answers =
        Behavior.sequence(
            json("first", 300, "refresh-1"),
            Response.json("{\"error\":\"invalid_grant\"}").withStatus(400),
            json("second", 300));
    try (TokenRig rig = TokenRig.forUser(answers)) {
      rig.credential.obtain();
      rig.advance(Duration.ofSeconds(270));
      rig.awaitValue("Bearer second");

      assertThat(bodies(rig)).hasSize(3);
      assertThat(bodies(rig).getLast()).startsWith("grant_type=password&");
      assertThat(rig.notices).isEmpty();
    }
  }

  @Test
  void closedItAsksNoMoreAndTellsNobody() throws Exception {
    TokenRig rig = TokenRig.answering(TokenRig.numbered(300));
    try (rig) {
      rig.credential.obtain();
      rig.credential.close();
      rig.advance(Duration.ofSeconds(1000));

      assertThat(rig.credential.refused(rig.credential.value(), () -> {})).isFalse();
      assertThat(renewalThreads()).noneMatch(Thread::isAlive);
      assertThat(rig.asked()).isEqualTo(1);
    }
  }

  @Test
  void closingDoesNotWaitForATokenServerThatIsSilent() throws Exception {
    try (TokenRig rig = TokenRig.answering(TokenRig.numbered(300))) {
      rig.credential.obtain();
      rig.server.pause();
      rig.advance(Duration.ofSeconds(270));
      rig.server.await(counts -> counts.received() == 2);
      rig.credential.close();

      for (Thread thread : renewalThreads()) {
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
      }
      rig.server.resume();
    }
  }

  private static List<Thread> renewalThreads() throws InterruptedException {
    List<Thread> threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("auth-renewal"))
            .toList();
    for (Thread thread : threads) {
      thread.join(10_000);
    }
    return threads;
  }

  /// Refuses the value it has now, and waits for what comes of it.
  private static void refuse(TokenRig rig, int number) throws InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    assertThat(rig.credential.refused(rig.credential.value(), told::countDown))
        .as("refusal of token %d", number)
        .isTrue();
    assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /// Waits until the renewing thread has dealt with the last answer: a refusal is turned away at
  /// once then, since it is too early.
  private static void awaitIdle(TokenRig rig) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (rig.credential.isAsking()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("still asking");
      }
      Thread.onSpinWait();
    }
  }

  private static List<String> bodies(TokenRig rig) {
    return rig.server.requests().stream().map(io.crankfire.testkit.Request::bodyText).toList();
  }

  private static Response json(String token, int expiresIn, String... refresh) {
    String more =
        Stream.of(refresh).map(",\"refresh_token\":\"%s\""::formatted).reduce("", String::concat);
    String text =
        "{\"access_token\":\"%s\",\"token_type\":\"bearer\",\"expires_in\":%d%s}"
            .formatted(token, expiresIn, more);
    return Response.bytes(200, "application/json", text.getBytes(StandardCharsets.UTF_8));
  }
}
