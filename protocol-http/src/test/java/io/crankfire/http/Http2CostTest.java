package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.crankfire.net.Clock;
import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.protocol.Exchange;
import io.crankfire.template.Names;
import io.crankfire.template.Variables;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.http2.Http2Response;
import io.crankfire.testkit.http2.Http2TestServer;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a request over HTTP/2 allocates.
class Http2CostTest {

  private static final int AT_ONCE = 32;
  private static final int WARM_UP = 6_000;
  private static final int MEASURED = 6_000;
  private static final double BYTES_PER_REQUEST = 32;

  /// A request that is always the same, and one that is rendered.
  static Stream<Arguments> cases() {
    return Rig.transports().stream()
        .flatMap(
            transport -> Stream.of("constant", "rendered").map(k -> Arguments.of(transport, k)));
  }

  /// Sends again when it has ended, as long as more are to come.
  private static final class Sessions implements Exchange.Listener {
    private final Rig rig;
    private final Call call;
    private int left;
    private int underWay;
    private int failed;

    Sessions(Rig rig, Call call) {
      this.rig = rig;
      this.call = call;
    }

    @Override
    public void ended(Exchange exchange) {
      underWay--;
      failed += exchange.outcome().isOk() ? 0 : 1;
      send(exchange);
    }

    private void send(Exchange exchange) {
      if (left > 0) {
        left--;
        underWay++;
        long now = rig.loop().now();
        exchange.begin(call, 0, now, now);
        rig.requester().send(exchange);
      }
    }

    void run(List<Exchange> exchanges, int count) {
      left = count;
      rig.loop().readClock();
      exchanges.forEach(this::send);
      while (underWay > 0) {
        rig.turn();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aRequestAllocatesNextToNothing(Transport transport, String kind) {
    HttpProtocol http = new HttpProtocol();
    try (Http2TestServer server = Http2TestServer.start();
        Rig rig = new Rig(transport, http, new Ways().connections())) {
      server.otherwise(Http2Response.text("x".repeat(200)).with("date", "today"));
      Names names = new Names();
      names.variable("id");
      Call call =
          Rig.compile(
              http,
              Map.of(
                  "target",
                  server.url() + (kind.equals("constant") ? "" : "{{id|7}}"),
                  "http_version",
                  "2"),
              names,
              io.crankfire.template.Conduct.PLAIN);
      Sessions sessions = new Sessions(rig, call);
      List<Exchange> exchanges =
          Stream.generate(() -> new Exchange(sessions, new Variables(names, 0, Clock::epochMillis)))
              .limit(AT_ONCE)
              .toList();
      sessions.run(exchanges, WARM_UP);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      double each = Double.MAX_VALUE;
      for (int i = 0; i < 3; i++) { // the best third: until the JIT is done, the code is another
        long before = threads.getCurrentThreadAllocatedBytes();
        sessions.run(exchanges, MEASURED / 3);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        each = Math.min(each, (double) bytes / (MEASURED / 3));
      }
      System.out.printf("%s, %s: %.1f bytes allocated a request%n", transport, kind, each);
      assertThat(sessions.failed).isZero();
      assertThat(each).isLessThanOrEqualTo(BYTES_PER_REQUEST);
      assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
    }
  }
}
