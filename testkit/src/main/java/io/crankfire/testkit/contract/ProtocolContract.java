package io.crankfire.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Step;
import io.crankfire.plan.Transport;
import io.crankfire.plan.Workload;
import io.crankfire.result.RunResult;
import io.crankfire.run.LoadRun;
import io.crankfire.run.Progress;
import io.crankfire.template.Names;
import io.crankfire.testkit.DeadEnds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What a protocol promises the engine (see [io.crankfire.protocol.Requester] and
/// [io.crankfire.protocol.Exchange]), over real sockets and on every event loop. Every protocol's
/// tests have a subclass that says what its server is.
public abstract class ProtocolContract {

  private static final Duration PLENTY = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final long MARGIN_NANOS = 2_000_000_000;
  private static final Outcome.Kind OK = Outcome.Kind.OK;
  private static final Outcome.Kind FAILED = Outcome.Kind.FAILED;

  /// A new server and its protocol.
  protected abstract Peer peer();

  /// How connections are made, where it differs from the default.
  protected Connections connections(int limit, boolean keepAlive, int maxRequests) {
    return new Connections(
        limit,
        keepAlive,
        maxRequests,
        Connections.DEFAULT.connectTimeout(),
        Map.of(),
        null,
        null,
        Connections.DEFAULT.tls());
  }

  /// Whether connections are kept for the exchanges of other sessions. If not, each exchange has
  /// its own connection.
  protected boolean sharesConnections() {
    return true;
  }

  /// Whether this is how an exchange may end with a server that does so, where the protocol has
  /// words of its own.
  protected boolean explains(Deed deed, Outcome outcome) {
    return deed.explains(outcome);
  }

  private interface Body {
    void run(Peer peer, Rig rig) throws Exception;
  }

  private Stream<DynamicTest> onEveryLoop(Connections connections, Body body) {
    return Rig.transports().stream()
        .map(transport ->
            dynamicTest(
                transport.name(),
                () -> {
                  try (Peer peer = peer()) {
                    try (Rig rig = new Rig(transport, peer.protocol(), connections)) {
                      body.run(peer, rig);
                    }
                    await("all connections closed at the server", () -> peer.open() == 0);
                    assertThat(peer.complaints()).isEmpty();
                  }
                }));
  }

  private Stream<DynamicTest> onEveryLoop(Body body) {
    return onEveryLoop(connections(0, true, 0), body);
  }

  private static Call call(Peer peer, Deed deed, Duration timeout) {
    return Rig.compile(peer.protocol(), peer.step(deed, timeout));
  }

  private static Call call(Peer peer, Deed deed) {
    return call(peer, deed, deed.endsByItself() ? PLENTY : SHORT);
  }

  /// Whether the deed is how it ended; on a machine with much to do a short timeout may be over
  /// before there is a connection.
  private boolean isExplained(Deed deed, Outcome outcome) {
    boolean busy = !deed.endsByItself() && outcome.equals(Outcome.CONNECT_TIMEOUT);
    return busy || explains(deed, outcome);
  }

  private static void await(String what, BooleanSupplier condition) {
    Instant deadline = io.crankfire.net.Clock.wallTime().plus(PLENTY);
    while (!condition.getAsBoolean()) {
      assertThat(io.crankfire.net.Clock.wallTime()).as(what).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  @TestFactory
  Stream<DynamicTest> aGoodExchangeEndsOnceWithItsTimesInOrderAndItsBytesCounted() {
    return onEveryLoop((peer, rig) -> {
      Call call = call(peer, Deed.ANSWERS, PLENTY);
      for (int i = 1; i <= 3; i++) {
        Flight flight = rig.flight().send(call);
        Flight.Ending ending = flight.await();
        rig.turn();
        assertThat(flight.endings()).containsExactly(ending);
        assertThat(ending.outcome().kind()).as("%s", ending).isEqualTo(Outcome.Kind.OK);
        assertThat(ending.isOrdered()).as("%s", ending).isTrue();
        assertThat(ending.firstByte()).isPositive();
        assertThat(ending.bytesIn()).isPositive();
        assertThat(ending.bytesOut()).isPositive();
        assertThat(peer.received()).isEqualTo(i);
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> whateverTheServerDoesIsAnOutcomeInTimeAndHarmsNobodyElse() {
    return onEveryLoop((peer, rig) -> {
      Call good = call(peer, Deed.ANSWERS, PLENTY);
      for (Deed deed : Deed.values()) {
        Call call = call(peer, deed);
        for (int i = 0; i < 2; i++) {
          Flight flight = rig.flight().send(call);
          Flight.Ending ending = flight.await();
          assertThat(isExplained(deed, ending.outcome())).as("%s: %s", deed, ending).isTrue();
          assertThat(ending.isOrdered()).as("%s: %s", deed, ending).isTrue();
          assertThat(ending.ended() - ending.sent())
              .as("%s", deed)
              .isLessThan(call.timeout().toNanos() + MARGIN_NANOS);
          if (ending.outcome().kind() == FAILED && !deed.isAnswer()) {
            assertThat(ending.detail()).as("%s", deed).isNotBlank();
          }
          Flight.Ending next = rig.run(good);
          assertThat(next.outcome().kind()).as("after %s: %s", deed, next).isEqualTo(OK);
          assertThat(flight.endings()).as("%s", deed).hasSize(1);
        }
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> manyAtOnceWithEveryDeedMixedEndAsTheirServerDid() {
    return onEveryLoop((peer, rig) -> {
      record Sent(Deed deed, Flight flight) {}
      List<Sent> all = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        for (Deed deed : Deed.values()) {
          Call call = call(peer, deed);
          all.add(new Sent(deed, rig.flight().send(call)));
        }
      }
      rig.await(() -> all.stream().noneMatch(sent -> sent.flight.underWay()));
      for (Sent sent : all) {
        assertThat(sent.flight.endings()).hasSize(1);
        Flight.Ending ending = sent.flight.endings().getFirst();
        assertThat(isExplained(sent.deed, ending.outcome()))
            .as("%s: %s", sent.deed, ending)
            .isTrue();
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> aLateAnswerIsNeverTakenForAnotherExchanges() {
    return onEveryLoop((peer, rig) -> {
      Call late = call(peer, Deed.IS_LATE, SHORT);
      Call good = call(peer, Deed.ANSWERS, PLENTY);
      Flight flight = rig.flight();
      Outcome outcome = flight.send(late).await().outcome();
      assertThat(explains(Deed.IS_LATE, outcome)).as("%s", outcome).isTrue();
      long until = rig.loop().readClock() + 3L * Deed.LATENESS_MILLIS * 1_000_000;
      int done = 0;
      while (rig.loop().readClock() < until) {
        Flight.Ending ending = flight.send(good).await();
        assertThat(ending.outcome().kind()).as("%s", ending).isEqualTo(OK);
        done++;
      }
      assertThat(flight.endings()).hasSize(done + 1);
    });
  }

  @TestFactory
  Stream<DynamicTest> anExchangeMayBeginAgainFromWithinItsOwnEnd() {
    return onEveryLoop((peer, rig) -> {
      Call good = call(peer, Deed.ANSWERS, PLENTY);
      Call bad = call(peer, Deed.CLOSES, PLENTY);
      Flight flight = rig.flight();
      int count = 500;
      flight.afterwards(() -> {
        if (flight.endings().size() < count) {
          flight.send(flight.endings().size() % 10 == 0 ? bad : good);
        }
      });
      flight.send(good);
      rig.await(() -> !flight.underWay());
      assertThat(flight.endings()).hasSize(count);
      long failed =
          flight.endings().stream().filter(ending -> ending.outcome().kind() != OK).count();
      assertThat(failed).isEqualTo((count - 1) / 10);
      assertThat(peer.received()).isEqualTo(count + rig.metrics().resent);
    });
  }

  @TestFactory
  Stream<DynamicTest> cancellingEndsOnceAndIsHarmlessAtAnyMoment() {
    return onEveryLoop(
        connections(1, true, 0),
        (peer, rig) -> {
          Call silent = call(peer, Deed.IS_SILENT, PLENTY);
          Call good = call(peer, Deed.ANSWERS, PLENTY);
          Flight connecting = rig.flight().send(silent);
          connecting.cancel(Outcome.INTERRUPTED);
          connecting.cancel(Outcome.TIMEOUT);
          assertThat(connecting.endings()).hasSize(1);
          Flight waitingForAnswer = rig.flight().send(silent);
          long before = peer.received();
          rig.await(() -> peer.received() > before);
          Flight waitingForConnection = rig.flight().send(good);
          Flight alsoWaiting = rig.flight().send(good);
          rig.turn();
          waitingForConnection.cancel(Outcome.INTERRUPTED);
          assertThat(waitingForConnection.endings()).hasSize(1);
          waitingForAnswer.cancel(Outcome.INTERRUPTED);
          waitingForAnswer.cancel(Outcome.INTERRUPTED);
          assertThat(waitingForAnswer.endings()).hasSize(1);
          assertThat(alsoWaiting.await().outcome().kind()).isEqualTo(OK);
          alsoWaiting.cancel(Outcome.INTERRUPTED);
          rig.turn();
          assertThat(alsoWaiting.endings()).hasSize(1);
          Outcome interrupted = Outcome.INTERRUPTED;
          assertThat(connecting.endings().getFirst().outcome()).isEqualTo(interrupted);
          assertThat(waitingForConnection.endings().getFirst().outcome()).isEqualTo(interrupted);
          assertThat(waitingForAnswer.endings().getFirst().outcome()).isEqualTo(interrupted);
        });
  }

  @TestFactory
  Stream<DynamicTest> noMoreConnectionsAreOpenThanAllowed() {
    return onEveryLoop(
        connections(2, true, 0),
        (peer, rig) -> {
          List<Flight> flights = new ArrayList<>();
          for (int i = 0; i < 40; i++) {
            Deed deed = i % 5 == 3 ? Deed.CLOSES : i % 5 == 4 ? Deed.LEAVES : Deed.ANSWERS;
            flights.add(rig.flight().send(call(peer, deed, PLENTY)));
            assertThat(rig.loop().openConnections()).isLessThanOrEqualTo(2);
          }
          rig.await(() -> {
            assertThat(rig.loop().openConnections()).isLessThanOrEqualTo(2);
            return flights.stream().noneMatch(Flight::underWay);
          });
          for (Flight flight : flights) {
            assertThat(flight.endings()).hasSize(1);
            assertThat(flight.endings().getFirst().isOrdered()).isTrue();
          }
          assertThat(peer.received()).isBetween(40L, 40 + rig.metrics().resent);
        });
  }

  @TestFactory
  Stream<DynamicTest> keptConnectionsAreUsedAgain() {
    return onEveryLoop((peer, rig) -> {
      Call good = call(peer, Deed.ANSWERS, PLENTY);
      for (int i = 0; i < 5; i++) {
        rig.run(good);
      }
      int connections = sharesConnections() ? 1 : 5;
      assertThat(peer.accepted()).isEqualTo(connections);
      assertThat(rig.metrics().connectionsOpened).isEqualTo(connections);
      assertThat(rig.metrics().connectionsReused).isEqualTo(5 - connections);
    });
  }

  @TestFactory
  Stream<DynamicTest> withoutKeepAliveEveryExchangeHasItsOwnConnection() {
    return onEveryLoop(
        connections(0, false, 0),
        (peer, rig) -> {
          Call good = call(peer, Deed.ANSWERS, PLENTY);
          for (int i = 0; i < 5; i++) {
            assertThat(rig.run(good).outcome().kind()).isEqualTo(OK);
            assertThat(rig.loop().openConnections()).isZero();
          }
          assertThat(peer.accepted()).isEqualTo(5);
          assertThat(rig.metrics().connectionsReused).isZero();
        });
  }

  @TestFactory
  Stream<DynamicTest> noConnectionCarriesMoreExchangesThanAllowed() {
    return onEveryLoop(
        connections(0, true, 3),
        (peer, rig) -> {
          Call good = call(peer, Deed.ANSWERS, PLENTY);
          for (int i = 0; i < 7; i++) {
            assertThat(rig.run(good).outcome().kind()).isEqualTo(OK);
          }
          assertThat(peer.accepted()).isEqualTo(sharesConnections() ? 3 : 7);
          assertThat(peer.received()).isEqualTo(7);
        });
  }

  @TestFactory
  Stream<DynamicTest> aConnectionThatTheServerClosedMeanwhileIsNoFailure() {
    return onEveryLoop((peer, rig) -> {
      Call leaving = call(peer, Deed.LEAVES, PLENTY);
      for (int i = 0; i < 20; i++) {
        Flight.Ending ending = rig.run(leaving);
        assertThat(ending.outcome().kind()).as("%s", ending).isEqualTo(OK);
      }
      assertThat(peer.received()).isEqualTo(20);
      assertThat(peer.accepted()).isEqualTo(20);
      WorkerMetrics metrics = rig.metrics();
      int idle = sharesConnections() ? 20 : 0;
      rig.await(() -> metrics.connectionsClosedIdle + metrics.resent == idle);
    });
  }

  @TestFactory
  Stream<DynamicTest> aServerThatCannotBeReachedIsAnOutcome() {
    return onEveryLoop((peer, rig) -> {
      try (DeadEnds refusing = DeadEnds.refusing();
          DeadEnds silent = DeadEnds.silent()) {
        Function<Map<String, String>, Call> compile = step -> Rig.compile(peer.protocol(), step);
        Call refused = compile.apply(peer.stepTo("127.0.0.1", refusing.port(), PLENTY));
        Call unanswered = compile.apply(peer.stepTo("127.0.0.1", silent.port(), SHORT));
        Call unknown = compile.apply(peer.stepTo("nobody.invalid", 80, PLENTY));
        assertThat(rig.run(refused).outcome()).isEqualTo(Outcome.CONNECT_REFUSED);
        assertThat(rig.run(unanswered).outcome()).isEqualTo(Outcome.CONNECT_TIMEOUT);
        assertThat(rig.run(unknown).outcome()).isEqualTo(Outcome.DNS_FAILED);
        assertThat(rig.prepare(refused)).isEqualTo(Outcome.CONNECT_REFUSED);
        assertThat(rig.prepare(unknown)).isEqualTo(Outcome.DNS_FAILED);
        assertThat(rig.loop().openConnections()).isZero();
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> aPreparedConnectionIsTheFirstOneUsed() {
    return onEveryLoop(
        connections(1, true, 0),
        (peer, rig) -> {
          Call good = call(peer, Deed.ANSWERS, PLENTY);
          assertThat(rig.prepare(good)).isEqualTo(Outcome.OK);
          assertThat(rig.prepare(good)).isEqualTo(Outcome.OK);
          assertThat(peer.received()).isZero();
          assertThat(rig.run(good).outcome().kind()).isEqualTo(OK);
          assertThat(rig.metrics().connectionsReused).isZero();
          assertThat(peer.accepted()).isEqualTo(1);
        });
  }

  @TestFactory
  Stream<DynamicTest> closingWhileAConnectionIsBeingPreparedLeavesNone() {
    return onEveryLoop((peer, rig) -> {
      Call good = call(peer, Deed.ANSWERS, PLENTY);
      rig.requester().prepare(good, (_, _) -> {});
      // The rig closes now, and complains of open connections.
    });
  }

  // Whole runs.

  @TestFactory
  Stream<DynamicTest> theCountsOfAClosedRunAgreeWithTheServers() {
    return runs(new Arrivals.Closed(), 96, Duration.ZERO);
  }

  @TestFactory
  Stream<DynamicTest> theCountsOfAnOpenRunAgreeWithTheServers() {
    LoadCurve curve = LoadCurve.constant(300, Duration.ofMillis(300));
    return runs(new Arrivals.Open(curve, Arrivals.Spacing.POISSON), 0, Duration.ofMillis(300));
  }

  private Stream<DynamicTest> runs(Arrivals arrivals, long total, Duration duration) {
    return Rig.transports().stream()
        .flatMap(transport ->
            Stream.of(true, false)
                .map(keepAlive ->
                    dynamicTest(
                        transport + (keepAlive ? ", keep-alive" : ", a connection each"),
                        () -> checkedRun(transport, arrivals, total, duration, keepAlive))));
  }

  private void checkedRun(
      Transport transport, Arrivals arrivals, long total, Duration duration, boolean keepAlive)
      throws Exception {
    try (Peer peer = peer()) {
      List<Deed> deeds = Arrays.stream(Deed.values()).filter(deed -> deed != Deed.FLOODS).toList();
      for (List<Deed> some : List.of(List.of(Deed.ANSWERS), deeds)) {
        long before = peer.received();
        List<Call> calls = some.stream().map(deed -> call(peer, deed)).toList();
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
          steps.add(Step.of(i));
        }
        LoadPlan plan =
            new LoadPlan(
                new Workload(calls, List.of(new Scenario("all", 1, steps)), new Names()),
                arrivals,
                List.of(),
                16,
                false,
                duration,
                total / calls.size(),
                PLENTY,
                List.of(),
                2,
                transport,
                Pacing.DEFAULT,
                connections(0, keepAlive, 0),
                7);
        LoadRun run =
            new LoadRun(
                plan,
                Map.of(peer.protocol().name(), peer.protocol()),
                new RunResult.RunInfo("test", "peer", Instant.EPOCH, 7, Map.of(), Map.of()),
                Progress.NONE);
        RunResult result = run.execute();
        check(result, some);
        await("all connections closed at the server", () -> peer.open() == 0);
        CallMetrics all = result.metrics().total();
        long neverConnected = all.outcomes.toMap().getOrDefault(Outcome.CONNECT_TIMEOUT, 0L);
        assertThat(peer.received() - before)
            .as("the server's own count")
            .isBetween(
                all.started - neverConnected,
                all.started + result.metrics().resent - neverConnected);
      }
      assertThat(peer.complaints()).isEmpty();
      await(
          "the run's threads are gone",
          () ->
              Thread.getAllStackTraces().keySet().stream()
                  .map(Thread::getName)
                  .noneMatch(name -> name.startsWith("worker-")));
    }
  }

  private void check(RunResult result, List<Deed> deeds) {
    RunResult.Load load = result.load();
    assertThat(load.arrivals()).isPositive().isEqualTo(load.started() + load.unsent());
    for (int i = 0; i < deeds.size(); i++) {
      CallMetrics call = result.metrics().calls[i];
      Deed deed = deeds.get(i);
      assertThat(call.started)
          .as("%s", deed)
          .isEqualTo(call.ok() + call.failed() + call.interrupted());
      call.outcomes
          .toMap()
          .forEach((outcome, count) -> {
            if (outcome.kind() != Outcome.Kind.INTERRUPTED) {
              assertThat(isExplained(deed, outcome))
                  .as("%s: %d times %s", deed, count, outcome)
                  .isTrue();
            }
          });
      if (deed.isAnswer() && call.ok() + call.failed() > 0) {
        assertThat(call.bytesIn).as("%s", deed).isPositive();
      }
    }
  }
}
