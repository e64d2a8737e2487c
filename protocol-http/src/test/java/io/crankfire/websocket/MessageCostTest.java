package io.crankfire.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.crankfire.net.Clock;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.protocol.Exchange;
import io.crankfire.template.Names;
import io.crankfire.template.Variables;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.websocket.WebSocketTestServer;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a message and its reply cost, over a connection that is kept.
class MessageCostTest {

  private static final long BYTES_PER_MESSAGE = 32;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Stream<Transport> transports() {
    return Rig.transports().stream();
  }

  /// One session that goes again as soon as it is done. Confined to the test's thread.
  private static final class User implements Exchange.Listener {
    final Rig rig;
    final Call call;
    final Exchange exchange = new Exchange(this, new Variables(new Names(), 1, Clock::epochMillis));
    long left;
    long bad;

    User(Rig rig, Call call) {
      this.rig = rig;
      this.call = call;
    }

    void send() {
      long now = rig.loop().now();
      exchange.begin(call, 0, now, now);
      rig.requester().send(exchange);
    }

    @Override
    public void ended(Exchange done) {
      bad += done.outcome().isOk() ? 0 : 1;
      if (--left > 0) {
        send();
      }
    }

    double bytes(long messages) {
      left = messages;
      long before = THREADS.getCurrentThreadAllocatedBytes();
      send();
      while (left > 0) {
        rig.turn();
      }
      return (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / messages;
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aMessageAndItsReplyAllocateNextToNothing(Transport transport) {
    try (WebSocketTestServer server = WebSocketTestServer.start();
        Rig rig = new Rig(transport, new WebSocketProtocol(), Connections.DEFAULT)) {
      for (String message : new String[] {"hello", "hello {{$seq}} and {{$epoch_ms}}"}) {
        Call call =
            Rig.compile(
                new WebSocketProtocol(),
                Map.of(
                    "target",
                    server.url().toString(),
                    "timeout",
                    "10s",
                    "websocket.mode",
                    "persistent",
                    "websocket.messages",
                    message));
        assertThat(rig.run(call).bucket()).isEqualTo("OK"); // whose measures are the first call's
        User user = new User(rig, call);
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 6; i++) { // the best round: until the JIT is done, the code is another
          best = Math.min(best, user.bytes(4_000));
        }
        System.out.printf("%s: bytes allocated for \"%s\": %.1f%n", transport, message, best);
        assertThat(user.bad).isZero();
        assertThat(best).isLessThanOrEqualTo(BYTES_PER_MESSAGE);
      }
      assertThat(server.violations()).isEmpty();
    }
  }
}
