package io.crankfire.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.crankfire.net.Clock;
import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.protocol.Exchange;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import io.crankfire.template.Variables;
import io.crankfire.testkit.contract.Rig;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a unary call costs in memory, in the thread of the event loop.
class CallCostTest {

  /// The JDK's selector allocates when it wakes up, at worst for each call; epoll does not.
  private static final long BYTES_PER_CALL = 200;

  private static final int SESSIONS = 8;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Stream<Transport> transports() {
    return Rig.transports().stream();
  }

  /// Sessions that go again as soon as they are done. Confined to the test's thread.
  private static final class Users implements Exchange.Listener {
    final Rig rig;
    final Call call;
    final Exchange[] exchanges = new Exchange[SESSIONS];
    long toSend;
    long underWay;
    long bad;

    Users(Rig rig, Call call) {
      this.rig = rig;
      this.call = call;
      for (int i = 0; i < SESSIONS; i++) {
        exchanges[i] = new Exchange(this, new Variables(new Names(), 1, Clock::epochMillis));
      }
    }

    void send(Exchange exchange) {
      toSend--;
      underWay++;
      long now = rig.loop().now();
      exchange.begin(call, 0, now, now);
      rig.requester().send(exchange);
    }

    @Override
    public void ended(Exchange done) {
      underWay--;
      bad += done.outcome().isOk() ? 0 : 1;
      if (toSend > 0) {
        send(done);
      }
    }

    double bytes(long calls) {
      toSend = calls;
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (Exchange exchange : exchanges) {
        send(exchange);
      }
      while (underWay > 0) {
        rig.turn();
      }
      return (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / calls;
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aCallAllocatesNextToNothing(Transport transport) {
    try (GrpcRig grpc = new GrpcRig(transport)) {
      for (String message :
          new String[] {
            "{\"text\": \"hello\", \"count\": 7}",
            "{\"text\": \"to {{$seq}}\", \"count\": {{$random_int(1,9)}}, \"gapUs\": \"0\"}"
          }) {
        Call call =
            grpc.call(
                new Names(),
                Conduct.PLAIN,
                "Say",
                "message: "
                    + message
                    + "\nmetadata: x-id = "
                    + (message.contains("{{") ? "{{$seq}}" : "7"));
        assertThat(grpc.rig.run(call).bucket()).isEqualTo("OK"); // whose measures are the first's
        Users users = new Users(grpc.rig, call);
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 6; i++) { // the best round: until the JIT is done, the code is another
          best = Math.min(best, users.bytes(4_000));
        }
        System.out.printf(
            "%s: bytes allocated for a call with %s: %.1f%n", transport, message, best);
        assertThat(users.bad).isZero();
        assertThat(best).isLessThanOrEqualTo(BYTES_PER_CALL);
      }
    }
  }
}
