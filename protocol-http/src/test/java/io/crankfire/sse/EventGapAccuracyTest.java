package io.crankfire.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Histogram;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.Delay;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.sse.EventStream;
import io.crankfire.testkit.sse.SseTestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The time to the first event and the gaps between events, against those the server measured
/// itself. A delay of an event lengthens one gap and shortens the next, so only the first event has
/// a bound that always holds; of some runs one must be free enough of noise: each percentile within
/// 2 % or 100 µs.
class EventGapAccuracyTest {

  private static final double[] PERCENTS = {50, 90, 99};
  private static final int ATTEMPTS = 6;
  private static final int STREAMS = 20;
  private static final int EVENTS = 40;
  private static final long SEED = 11;

  static Stream<Transport> transports() {
    return Rig.transports().stream();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void percentilesAreThoseTheServerMeasured(Transport transport) {
    List<String> tried = new ArrayList<>();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (agrees(transport, tried)) {
        return;
      }
    }
    assertThat(tried).as("every attempt was off, seed %d", SEED).isEmpty();
  }

  private static boolean agrees(Transport transport, List<String> tried) {
    try (SseTestServer server = SseTestServer.start().recordTimes(true);
        Rig rig = new Rig(transport, new SseProtocol(), Connections.DEFAULT)) {
      Delay gap = Delay.uniform(Duration.ofMillis(5), Duration.ofMillis(25));
      server.otherwise(
          EventStream.of(EVENTS)
              .firstAfter(Delay.uniform(Duration.ofMillis(20), Duration.ofMillis(60)))
              .every(gap, SEED));
      Call call = Rig.compile(new SseProtocol(), Map.of("target", server.url().toString()));
      List<Flight> flights = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        flights.add(rig.flight().send(call));
      }
      flights.forEach(flight -> assertThat(flight.await().bucket()).isEqualTo("200"));
      var measures = rig.metrics().calls[0].measures;
      Histogram firsts = measures.histogram(SseMeasures.FIRST_EVENT);
      Histogram gaps = measures.histogram(SseMeasures.GAP);
      long[] theirFirsts = sorted(server.firstNanos());
      long[] theirGaps = sorted(server.gapNanos());
      assertThat(firsts.count()).isEqualTo(theirFirsts.length).isEqualTo(STREAMS);
      assertThat(gaps.count()).isEqualTo(theirGaps.length).isEqualTo(STREAMS * (EVENTS - 1L));
      StringBuilder line = new StringBuilder(transport + ":");
      boolean agrees = true;
      for (double percent : PERCENTS) {
        long first = firsts.percentile(percent);
        long theirFirst = at(theirFirsts, percent);
        assertThat(first).as("first, p%s", percent).isGreaterThanOrEqualTo(theirFirst);
        long ours = gaps.percentile(percent);
        long theirs = at(theirGaps, percent);
        line.append(" p%s %.3f (server %.3f)".formatted(percent, ours / 1e6, theirs / 1e6));
        agrees &= Math.abs(ours - theirs) <= Math.max(100_000, theirs * 0.02);
      }
      System.out.println(line);
      tried.add(line.toString());
      return agrees;
    }
  }

  private static long[] sorted(long[] values) {
    Arrays.sort(values);
    return values;
  }

  private static long at(long[] sorted, double percent) {
    return sorted[(int) Math.ceil(percent / 100 * sorted.length - 1e-9) - 1];
  }
}
