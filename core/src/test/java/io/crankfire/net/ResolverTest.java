package io.crankfire.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crankfire.plan.Pacing;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ResolverTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong time = new AtomicLong();
  private final AtomicInteger lookups = new AtomicInteger();

  private static InetAddress[] loopback() {
    return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1")};
  }

  private Resolver counting() {
    return new Resolver(
        Map.of(),
        host -> {
          lookups.incrementAndGet();
          return loopback();
        },
        time::get);
  }

  private static List<String> ask(Resolver.Name name, int askers) {
    List<String> answers = new ArrayList<>();
    try (Loop loop = new NioLoop(Clock.SYSTEM)) {
      for (int i = 0; i < askers; i++) {
        name.find(
            loop,
            (addresses, fault) ->
                answers.add(
                    addresses == null ? fault : addresses.get(false, 0).getHostString() + fault));
      }
      while (answers.size() < askers) {
        loop.turn(loop.readClock() + SECOND, Pacing.ECONOMICAL);
      }
    }
    return answers;
  }

  @Test
  void anAnswerIsRememberedForAMinute() {
    try (Resolver resolver = counting()) {
      Resolver.Name name = resolver.name("host.test", 80);
      assertThat(name.known(0)).isNull();
      ask(name, 1);
      assertThat(name.known(0)).isNotNull();
      assertThat(name.known(60 * SECOND - 1)).isNotNull();
      assertThat(name.known(60 * SECOND)).isNull();
      time.set(61 * SECOND);
      ask(name, 1);
      assertThat(name.known(61 * SECOND)).isNotNull();
      assertThat(lookups).hasValue(2);
    }
  }

  @Test
  void overlappingQuestionsBecomeOneLookUp() {
    CountDownLatch asked = new CountDownLatch(1);
    try (Resolver resolver =
            new Resolver(
                Map.of(),
                host -> {
                  lookups.incrementAndGet();
                  awaitUninterrupted(asked);
                  return loopback();
                },
                time::get);
        Loop one = new NioLoop(Clock.SYSTEM);
        Loop two = new NioLoop(Clock.SYSTEM)) {
      Resolver.Name name = resolver.name("host.test", 80);
      List<String> answers = new ArrayList<>();
      for (Loop loop : List.of(one, two, one, two, one)) {
        name.find(loop, (addresses, fault) -> answers.add(fault));
      }
      asked.countDown();
      while (answers.size() < 5) {
        for (Loop loop : List.of(one, two)) {
          loop.turn(loop.readClock() + SECOND / 1000, Pacing.ECONOMICAL);
        }
      }
      assertThat(answers).containsOnly("");
      assertThat(lookups).hasValue(1);
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) throws UnknownHostException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new UnknownHostException("interrupted");
    }
  }

  @Test
  void aNameIsTheSameInUpperCaseButNotForAnotherPort() {
    try (Resolver resolver = counting()) {
      assertThat(resolver.name("Host.Test", 80)).isSameAs(resolver.name("host.test", 80));
      assertThat(resolver.name("host.test", 81)).isNotSameAs(resolver.name("host.test", 80));
    }
  }

  @Test
  void anAddressNeedsNoLookUp() {
    try (Resolver resolver = counting()) {
      for (String literal : List.of("127.0.0.1", "::1", "[::1]", "fe80::1%1", "10.1.2.3")) {
        assertThat(resolver.name(literal, 80).known(Long.MAX_VALUE)).as(literal).isNotNull();
      }
      for (String name : List.of("localhost", "a.b", "1.example", "cafe.be", "beef")) {
        assertThat(resolver.name(name, 80).known(0)).as(name).isNull();
      }
      assertThat(lookups).hasValue(0);
    }
  }

  @Test
  void givenAddressesAreUsedForThatPortAndForEver() {
    Map<String, List<String>> given =
        Map.of("Host.test:80", List.of("127.0.0.9", "::1"), "[::2]:443", List.of("127.0.0.7"));
    try (Resolver resolver = new Resolver(given)) {
      Resolver.Addresses addresses = resolver.name("host.test", 80).known(Long.MAX_VALUE);
      assertThat(addresses).isNotNull();
      if (addresses != null) {
        assertThat(addresses.get(false, 0).getAddress().getHostAddress()).isEqualTo("127.0.0.9");
        assertThat(addresses.get(true, 0).getPort()).isEqualTo(80);
        assertThat(addresses.v6First()).isFalse();
      }
      assertThat(resolver.name("::2", 443).known(0)).isNotNull();
      assertThat(resolver.name("host.test", 81).known(0)).isNull();
    }
  }

  @Test
  void whatCannotBeGivenIsRefusedInWords() {
    assertThatThrownBy(() -> new Resolver(Map.of("a:80", List.of("b"))))
        .hasMessage("resolve: b, given for a:80, is not an IP address");
    for (String key : List.of("a", "a:", ":80", "a:0", "a:65536", "a:b")) {
      assertThatThrownBy(() -> new Resolver(Map.of(key, List.of("127.0.0.1"))))
          .as(key)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("resolve: needs host:port:address");
    }
  }

  @Test
  void aFailureSaysWhyAndIsNotRemembered() {
    AtomicInteger calls = new AtomicInteger();
    try (Resolver resolver =
        new Resolver(
            Map.of(),
            host -> {
              if (calls.incrementAndGet() == 1) {
                throw new UnknownHostException(host + ": Name or service not known");
              }
              return loopback();
            },
            time::get)) {
      Resolver.Name name = resolver.name("host.test", 80);
      assertThat(ask(name, 1))
          .containsExactly("no address found for host.test: Name or service not known");
      assertThat(ask(name, 1)).containsExactly("127.0.0.1");
    }
  }
}
