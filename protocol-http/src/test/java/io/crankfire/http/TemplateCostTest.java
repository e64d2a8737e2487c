package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.protocol.Exchange;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Extractor;
import io.crankfire.template.Response;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.contract.Rig;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a templated request costs.
class TemplateCostTest {

  private static final long BYTES_PER_REQUEST = 32;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Stream<Transport> transports() {
    return Rig.transports().stream();
  }

  /// Takes out what it was given, and so allocates nothing itself.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Constant(int slot, byte[] value) implements Extractor {
    @Override
    public boolean onError() {
      return false;
    }

    @Override
    public boolean needsBody() {
      return true;
    }

    @Override
    public byte[] extract(Response response) {
      return response.bodyLength() > 0 ? value : new byte[0];
    }
  }

  /// One session that goes again as soon as it is done. Confined to the test's thread.
  private static final class User implements Exchange.Listener {
    final Rig rig;
    final Call call;
    final Exchange exchange;
    long left;
    long bad;

    User(Rig rig, Call call, Visit visit) {
      this.rig = rig;
      this.call = call;
      exchange = new Exchange(this, visit.session());
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

    /// Bytes and CPU nanoseconds a request.
    double[] run(long requests) {
      left = requests;
      long bytes = THREADS.getCurrentThreadAllocatedBytes();
      long cpu = THREADS.getCurrentThreadCpuTime();
      send();
      while (left > 0) {
        rig.turn();
      }
      return new double[] {
        (double) (THREADS.getCurrentThreadAllocatedBytes() - bytes) / requests,
        (double) (THREADS.getCurrentThreadCpuTime() - cpu) / requests
      };
    }
  }

  private static Call varying(Visit visit, HttpTestServer server) {
    Check check = Visit.check("fine", true, r -> r.status() == 200 && r.bodyLength() == 2);
    Conduct conduct =
        Visit.looking(
            List.of(new Constant(visit.names.variable("c"), new byte[] {'c'})),
            List.of(check),
            1_000);
    return visit.call(
        conduct,
        "target",
        server.url("/users/").toString() + "{{a}}",
        "method",
        "POST",
        "cookies",
        "true",
        "headers",
        "X-B: {{b}}",
        "body",
        "{\"c\":\"{{c}}\"}");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aTemplatedRequestAllocatesNextToNothing(Transport transport) {
    Visit visit = new Visit("a", "b", "c").with("17", "some value", "another");
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig = new Rig(transport, new HttpProtocol(), new Ways().connections())) {
      User constant =
          new User(rig, visit.call("target", server.url("/users/17").toString()), visit);
      User templated = new User(rig, varying(visit, server), visit);
      double[] plain = {Double.MAX_VALUE, Double.MAX_VALUE};
      double[] rendered = {Double.MAX_VALUE, Double.MAX_VALUE};
      for (int i = 0; i < 8; i++) { // the best round: until the JIT is done, the code is another
        least(plain, constant.run(4_000));
        least(rendered, templated.run(4_000));
      }
      System.out.printf(
          "%s: bytes allocated a request: constant %.1f, templated %.1f; CPU: %.1f µs, %.1f µs%n",
          transport, plain[0], rendered[0], plain[1] / 1e3, rendered[1] / 1e3);
      assertThat(constant.bad + templated.bad).isZero();
      assertThat(rendered[0]).isLessThanOrEqualTo(BYTES_PER_REQUEST);
    }
  }

  private static void least(double[] best, double[] round) {
    for (int i = 0; i < best.length; i++) {
      best[i] = Math.min(best[i], round[i]);
    }
  }

  /// Rendering alone, in a loop; says how long it took.
  @Test
  void renderingAllocatesNothing() {
    Visit visit = new Visit("a", "b", "c").with("17", "some value", "another");
    try (HttpTestServer server = HttpTestServer.start()) {
      HttpCall call = (HttpCall) varying(visit, server);
      RequestTemplate template = java.util.Objects.requireNonNull(call.template());
      RenderedRequest rendered = new RenderedRequest();
      double bytes = Double.MAX_VALUE;
      double nanos = Double.MAX_VALUE;
      int count = 100_000;
      int faults = 0;
      for (int round = 0; round < 12; round++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        long cpu = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < count; i++) {
          faults += template.render(rendered, visit.session(), null, null) == null ? 0 : 1;
        }
        nanos = Math.min(nanos, (double) (THREADS.getCurrentThreadCpuTime() - cpu) / count);
        bytes =
            Math.min(bytes, (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / count);
      }
      System.out.printf("rendering three placeholders: %.0f ns, %.2f bytes%n", nanos, bytes);
      assertThat(faults).isZero();
      assertThat(bytes).isLessThan(1);
      assertThat(rendered.text()).endsWith("Content-Length: 15\r\n\r\n{\"c\":\"another\"}");
    }
  }
}
