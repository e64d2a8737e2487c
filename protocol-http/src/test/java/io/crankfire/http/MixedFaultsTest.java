package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.tls.TlsSetup;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All faults and oddities and good answers in between, plain and over TLS, taken at random by 64
/// sessions at full speed: every outcome is the one it has alone, and nothing is left behind.
///
/// The system property `crankfire.faults.seconds` says for how long (3, all event loops together),
/// `crankfire.faults.seed` in which order.
class MixedFaultsTest {

  private static final System.Logger LOG = System.getLogger(MixedFaultsTest.class.getName());
  private static final int SESSIONS = 64;
  private static final int WARM_UP_MILLIS = 300;
  private static final long HEAP = 16 << 20;

  /// Threads keep direct buffers of their own for what they read and write.
  private static final long DIRECT = 4 << 20;

  private static final HttpProtocol HTTP = new HttpProtocol();

  /// @param outcome the bucket it ends in
  private record Expected(Call call, String outcome) {
    boolean explains(Flight.Ending ending) {
      // On a machine with much to do a short timeout may be over before there is a connection.
      boolean busy = outcome.equals("TIMEOUT") && ending.outcome().equals(Outcome.CONNECT_TIMEOUT);
      return busy || ending.bucket().equals(outcome);
    }
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.testkit.contract.Rig#transports")
  void nothingIsMistakenAndNothingIsLeftBehind(Transport transport) {
    long millis = 1_000L * Integer.getInteger("crankfire.faults.seconds", 3);
    long seed = Long.getLong("crankfire.faults.seed", 11);
    run(transport, WARM_UP_MILLIS, seed); // what is made once is made now
    long descriptors = descriptors();
    long memory = usedMemory();
    long direct = directMemory();
    int threads = Thread.activeCount();
    run(transport, millis / Rig.transports().size(), seed);
    await("file descriptors", () -> descriptors() <= descriptors);
    await("threads", () -> Thread.activeCount() <= threads);
    assertThat(usedMemory() - memory).as("bytes of heap").isLessThan(HEAP);
    await("direct buffers", () -> directMemory() - direct < DIRECT);
  }

  private static void run(Transport transport, long millis, long seed) {
    ServerSetup secure = ServerSetup.plain().with(TlsSetup.server());
    try (HttpTestServer plain = HttpTestServer.start();
        HttpTestServer tls = HttpTestServer.start(secure)) {
      List<Expected> all = new ArrayList<>();
      for (HttpTestServer server : List.of(tls, plain)) {
        List<Expected> some = new ArrayList<>();
        for (Row row : Row.all()) {
          server.on("/" + row.specimen().name(), row.specimen().behavior());
          some.add(expected(server, row.specimen().name(), row.specimen().method(), row.outcome()));
        }
        some.addAll(Collections.nCopies(some.size(), expected(server, "good", "GET", "200")));
        // A handshake costs more than ten exchanges: few of those.
        int times = all.isEmpty() ? 1 : 8;
        all.addAll(Collections.nCopies(times, some).stream().flatMap(List::stream).toList());
      }
      Map<String, Integer> counts = new TreeMap<>();
      List<String> mistaken = new ArrayList<>();
      long sent;
      try (Rig rig = new Rig(transport, HTTP, new Ways().connections())) {
        sent = drive(rig, all, millis, new Random(seed), counts, mistaken);
        LOG.log(
            System.Logger.Level.DEBUG,
            "{0}: {1} exchanges in {2} ms, {3} connections, {4} sent again: {5}",
            transport,
            sent,
            millis,
            rig.metrics().connectionsOpened,
            rig.metrics().resent,
            counts);
        assertThat(mistaken).isEmpty();
        sent += rig.metrics().resent;
      }
      long received = 0;
      for (HttpTestServer server : List.of(plain, tls)) {
        received += server.await(now -> now.open() == 0).received();
        assertThat(server.violations()).isEmpty();
        assertThat(server.failures()).isEmpty();
      }
      // What crossed a close, or never got a connection, the servers have not seen.
      assertThat(received).as("the servers' own count").isBetween(sent * 9 / 10, sent);
    }
  }

  /// Tells how many were begun.
  private static long drive(
      Rig rig,
      List<Expected> all,
      long millis,
      Random random,
      Map<String, Integer> counts,
      List<String> mistaken) {
    List<Flight> flights = new ArrayList<>();
    boolean[] over = new boolean[1];
    for (int i = 0; i < SESSIONS; i++) {
      Flight flight = rig.flight();
      Expected[] under = {all.get(random.nextInt(all.size()))};
      flight.afterwards(() -> {
        Flight.Ending ending = flight.endings().getLast();
        counts.merge(ending.bucket(), 1, Integer::sum);
        if (!under[0].explains(ending) || !ending.isOrdered()) {
          mistaken.add(under[0].call.name() + ": " + ending);
        }
        if (!over[0]) {
          under[0] = all.get(random.nextInt(all.size()));
          flight.send(under[0].call);
        }
      });
      flights.add(flight.send(under[0].call));
    }
    rig.turnFor(millis);
    over[0] = true;
    rig.await(() -> flights.stream().noneMatch(Flight::underWay));
    return counts.values().stream().mapToLong(count -> count).sum();
  }

  private static Expected expected(
      HttpTestServer server, String path, String method, String outcome) {
    Call call =
        Rig.compile(
            HTTP,
            Map.of(
                "name",
                server.url().getScheme() + " " + path,
                "target",
                server.url("/" + path).toString(),
                "method",
                method,
                "timeout",
                outcome.equals("TIMEOUT") ? "60ms" : "20s"));
    return new Expected(call, outcome);
  }

  private static long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException e) {
      return 0; // a system without them
    }
  }

  /// Bytes of direct buffers; those that nobody has any more are freed some time after a
  /// collection.
  private static long directMemory() {
    System.gc();
    long bytes = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      bytes += pool.getName().equals("direct") ? pool.getMemoryUsed() : 0;
    }
    return bytes;
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as(what).isNegative();
      Thread.onSpinWait();
    }
  }
}
