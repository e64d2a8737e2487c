package io.crankfire.sse;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.contract.Rig;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What an event costs.
class SseCostTest {

  private static final int EVENTS = 200_000;

  /// The JDK's selector allocates when it wakes up, at worst for each event; epoll does not.
  private static final Map<Transport, Double> BYTES_PER_EVENT =
      Map.of(Transport.NIO, 32.0, Transport.EPOLL, 4.0);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Stream<Transport> transports() {
    return Rig.transports().stream();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void eventsAreCountedTimedAndComparedWithoutGarbage(Transport transport) {
    try (SseRig sse = new SseRig(transport)) {
      String event = "id: 17\nevent: tick\ndata: {\"price\": 17.25, \"size\": 100}\n\n";
      String chunk = Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
      sse.server.on(
          "/",
          Script.begin()
              .send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
              .send("Transfer-Encoding: chunked\r\n\r\n")
              .repeat(chunk, EVENTS)
              .send("c\r\ndata: [END]\n\r\n1\r\n\n\r\n0\r\n\r\n"));
      Call call = sse.call("/", "until: [END]\nuntil_event: none\nreconnect: true");
      assertThat(sse.rig.run(call).bucket()).isEqualTo("200");

      long before = THREADS.getCurrentThreadAllocatedBytes();
      assertThat(sse.rig.run(call).bucket()).isEqualTo("200");
      double each = (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) EVENTS;

      assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(2 * (EVENTS + 1));
      assertThat(each).isLessThan(BYTES_PER_EVENT.get(transport));
    }
  }
}
