package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Call;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Transport;
import io.crankfire.result.RunResult;
import io.crankfire.run.LoadRun;
import io.crankfire.run.Progress;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.tls.TlsSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All faults and oddities at once, plain and over TLS, by 64 sessions at full speed: every outcome
/// is the one it has alone, and nothing is left behind. The system property
/// `crankfire.faults.seconds` says for how long (3, all event loops together).
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MixedFaultsTest {

  private static final long SEED = 11;
  private static final int SESSIONS = 64;
  private static final HttpProtocol HTTP = new HttpProtocol();

  static List<Transport> transports() {
    return Rig.transports();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void nothingIsMistakenAndNothingIsLeftBehind(Transport transport) throws Exception {
    int seconds = Integer.getInteger("crankfire.faults.seconds", 3);
    Duration share = Duration.ofSeconds(seconds).dividedBy(transports().size());
    List<Row> rows = Row.all();
    run(transport, rows, Duration.ofMillis(300)); // what is made once is made now
    long descriptors = descriptors();
    long memory = usedMemory();
    run(transport, rows, share);
    await("file descriptors", () -> descriptors() <= descriptors);
    assertThat(usedMemory() - memory).as("bytes of heap").isLessThan(16 << 20);
  }

  private static void run(Transport transport, List<Row> rows, Duration duration) throws Exception {
    ServerSetup secure = ServerSetup.plain().with(TlsSetup.server());
    try (HttpTestServer plain = HttpTestServer.start();
        HttpTestServer tls = HttpTestServer.start(secure)) {
      List<Call> calls = new ArrayList<>();
      List<String> outcomes = new ArrayList<>();
      for (HttpTestServer server : List.of(plain, tls)) {
        for (Row row : rows) {
          server.on("/" + row.specimen().name(), row.specimen().behavior());
          calls.add(call(server, row.specimen().name(), row.specimen().method(), row.outcome()));
          outcomes.add(row.outcome());
        }
        calls.add(call(server, "good", "GET", "200"));
        outcomes.add("200");
      }
      RunResult result = result(transport, calls, duration);
      long received = 0;
      for (HttpTestServer server : List.of(plain, tls)) {
        server.await(counts -> counts.open() == 0);
        assertThat(server.violations()).isEmpty();
        assertThat(server.failures()).isEmpty();
        received += server.counts().received();
      }
      CallMetrics all = result.metrics().total();
      assertThat(all.started).isEqualTo(all.ok() + all.failed() + all.interrupted());
      long unconnected = all.outcomes.toMap().getOrDefault(Outcome.CONNECT_TIMEOUT, 0L);
      assertThat(received)
          .as("the servers' own count")
          .isBetween(
              all.started - all.interrupted() - unconnected, all.started + result.metrics().resent);
      for (int i = 0; i < calls.size(); i++) {
        check(calls.get(i).name(), outcomes.get(i), result.metrics().calls[i]);
      }
      await(
          "the workers' threads",
          () ->
              Thread.getAllStackTraces().keySet().stream()
                  .noneMatch(thread -> thread.getName().startsWith("worker-")));
      System.Logger log = System.getLogger(MixedFaultsTest.class.getName());
      log.log(
          System.Logger.Level.DEBUG,
          "{0}: {1} exchanges in {2}, {3} connections, {4} sent again: {5}",
          transport,
          all.started,
          duration,
          result.metrics().connectionsOpened,
          result.metrics().resent,
          all.outcomes.toMap());
    }
  }

  private static Call call(HttpTestServer server, String path, String method, String outcome) {
    boolean ends = !outcome.equals("TIMEOUT");
    return Rig.compile(
        HTTP,
        Map.of(
            "name",
            server.url().getScheme() + " " + path,
            "target",
            server.url("/" + path).toString(),
            "method",
            method,
            "timeout",
            ends ? "20s" : "60ms"));
  }

  private static RunResult result(Transport transport, List<Call> calls, Duration duration)
      throws Exception {
    List<Integer> steps = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      steps.add(i);
      steps.add(i % 2 == 0 ? calls.size() - 1 : calls.size() / 2 - 1); // a good one
    }
    Collections.shuffle(steps, new Random(SEED));
    LoadPlan plan =
        new LoadPlan(
            calls,
            new Scenario("all", steps),
            new Arrivals.Closed(),
            SESSIONS,
            false,
            duration,
            0,
            Duration.ofMillis(200),
            2,
            transport,
            Pacing.DEFAULT,
            new Ways().connections(),
            SEED);
    RunResult.RunInfo info =
        new RunResult.RunInfo("test", "mixed", Instant.EPOCH, SEED, Map.of(), Map.of());
    return new LoadRun(plan, Map.of(HTTP.name(), HTTP), info, Progress.NONE).execute();
  }

  private static void check(String name, String expected, CallMetrics call) {
    assertThat(call.started).as(name).isEqualTo(call.ok() + call.failed() + call.interrupted());
    call.outcomes
        .toMap()
        .forEach((outcome, count) -> {
          boolean interrupted = outcome.kind() == Outcome.Kind.INTERRUPTED;
          boolean busy = expected.equals("TIMEOUT") && outcome.equals(Outcome.CONNECT_TIMEOUT);
          if (!interrupted && !busy) {
            assertThat(outcome.bucket()).as("%s, %s times", name, count).isEqualTo(expected);
          }
        });
  }

  private static long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException e) {
      return 0; // a system without them
    }
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void await(String what, java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as(what).isNegative();
      Thread.onSpinWait();
    }
  }
}
