package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.protocol.Exchange;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.contract.Rig;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The allocation budget of the requester and its event loop, in bytes for each request.
class AllocationTest {

  private static final int SESSIONS = 16;
  private static final int WARM_UP = 60_000;
  private static final int MEASURED = 20_000;
  private static final int BUDGET = 32;

  private int left;

  @ParameterizedTest
  @MethodSource("io.crankfire.testkit.contract.Rig#transports")
  void aRequestOverAKeptConnectionCostsNextToNothing(Transport transport) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig = new Rig(transport, new HttpProtocol(), new Ways().connections())) {
      server.otherwise(Response.text("ok").with("Date", "Sun, 06 Nov 1994 08:49:37 GMT"));
      Call call = Rig.compile(new HttpProtocol(), Map.of("target", server.url().toString()));
      Exchange.Listener again =
          exchange -> {
            if (left > 0) {
              begin(rig, call, exchange);
            }
          };
      Exchange[] exchanges = new Exchange[SESSIONS];
      for (int i = 0; i < SESSIONS; i++) {
        exchanges[i] = new Exchange(again);
      }
      send(rig, call, exchanges, WARM_UP);
      long before = threads.getCurrentThreadAllocatedBytes();
      send(rig, call, exchanges, MEASURED);
      long each = (threads.getCurrentThreadAllocatedBytes() - before) / MEASURED;
      assertThat(each).as("bytes allocated per request").isLessThanOrEqualTo(BUDGET);
      assertThat(server.counts().received()).isEqualTo(WARM_UP + MEASURED);
    }
  }

  private void begin(Rig rig, Call call, Exchange exchange) {
    left--;
    long now = rig.loop().now();
    exchange.begin(call, 0, now, now);
    rig.requester().send(exchange);
  }

  private void send(Rig rig, Call call, Exchange[] exchanges, int count) {
    left = count;
    for (Exchange exchange : exchanges) {
      begin(rig, call, exchange);
    }
    while (left > 0) {
      rig.turn();
    }
    for (Exchange exchange : exchanges) {
      while (exchange.underWay()) {
        rig.turn();
      }
    }
  }
}
