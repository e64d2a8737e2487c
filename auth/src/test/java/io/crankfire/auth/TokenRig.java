package io.crankfire.auth;

import io.crankfire.auth.Grant.ClientAuth;
import io.crankfire.config.Secrets;
import io.crankfire.plan.Connections;
import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A scripted token server and a credential that gets its tokens there, by a clock moved by hand.
final class TokenRig implements AutoCloseable {

  static final String SECRET = "s3cret+of/the=client";
  static final String PASSWORD = "pass word&of the user";
  static final Grant.User USER = new Grant.User("user", PASSWORD);

  final HttpTestServer server = HttpTestServer.start().recordRequests(1000);
  final HandClock clock = new HandClock();
  final Secrets secrets = new Secrets();
  final BlockingQueue<String> notices = new LinkedBlockingQueue<>();
  final TokenCredential credential;

  private TokenRig(Grant.@Nullable User user, Behavior answers) {
    server.on("/token", answers);
    secrets.add(SECRET);
    secrets.add(PASSWORD);
    credential =
        new TokenCredential(
            new TokenClient(grant(server.url("/token"), user), secrets, Duration.ofSeconds(30)),
            Duration.ofSeconds(30).toNanos(),
            clock,
            notices::add);
  }

  static TokenRig answering(Behavior answers) {
    return new TokenRig(null, answers);
  }

  static TokenRig forUser(Behavior answers) {
    return new TokenRig(USER, answers);
  }

  static Grant grant(URI url, Grant.@Nullable User user) {
    return new Grant(
        url,
        "the client",
        SECRET,
        ClientAuth.BASIC,
        user,
        List.of(),
        Duration.ofSeconds(30),
        Connections.DEFAULT);
  }

  /// `token-1`, `token-2`, … each with what is added to it.
  static Behavior numbered(String more) {
    AtomicInteger count = new AtomicInteger();
    return Behavior.by(_ ->
        Response.json(
            "{\"access_token\":\"token-%d\",\"token_type\":\"Bearer\"%s}"
                .formatted(count.incrementAndGet(), more)));
  }

  static Behavior numbered(int expiresIn) {
    return numbered(",\"expires_in\":" + expiresIn);
  }

  String value() {
    return new String(credential.value(), StandardCharsets.US_ASCII);
  }

  void advance(Duration time) {
    clock.advance(time);
    credential.clockMoved();
  }

  long asked() {
    return server.received("/token");
  }

  /// Waits until the credential has that value.
  void awaitValue(String value) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!value().equals(value)) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("still " + value() + ", not " + value);
      }
      Thread.onSpinWait();
    }
  }

  String notice() throws InterruptedException {
    String notice = notices.poll(10, TimeUnit.SECONDS);
    if (notice == null) {
      throw new AssertionError("no notice");
    }
    return notice;
  }

  @Override
  public void close() {
    credential.close();
    server.close();
  }
}
