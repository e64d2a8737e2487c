package io.crankfire.run;

import static io.crankfire.run.RunChecks.assertInvariants;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.crankfire.metrics.ErrorTally;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.Transport;
import io.crankfire.result.RunResult;
import io.crankfire.testkit.HttpTestServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a request and a connection cost in memory.
class CostTest {

  private static final long BYTES_PER_REQUEST = 32;
  private static final long BYTES_PER_CONNECTION = 4_096;

  static Stream<Arguments> models() {
    return Kinds.transports().stream()
        .flatMap(
            transport -> Stream.of("closed", "open").map(model -> Arguments.of(transport, model)));
  }

  static Stream<Transport> transports() {
    return Kinds.transports().stream();
  }

  /// Reads the allocation counter of the worker's thread every second.
  private record Meter(LoopWatch watch, List<long[]> readings) implements Progress {
    @Override
    public void interval(TimelinePoint point, SoFar soFar, List<ErrorTally.Entry> errors) {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long bytes = threads.getThreadAllocatedBytes(watch.threads.getFirst().threadId());
      readings.add(new long[] {soFar.ok() + soFar.failed(), bytes});
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aRequestAllocatesNextToNothing(Transport transport, String model) throws Exception {
    try (HttpTestServer server = HttpTestServer.start()) {
      LoopWatch watch = new LoopWatch();
      Meter meter = new Meter(watch, new ArrayList<>());
      RunSetting setting =
          model.equals("closed")
              ? RunSetting.closed(server.url(), 64)
              : RunSetting.open(server.url(), LoadCurve.constant(5_000, Duration.ZERO))
                  .sessions(64);
      RunResult result =
          setting.lasting(Duration.ofMillis(4_100)).on(transport, 1).run(watch, meter).execute();
      assertInvariants(result, server);
      double each = Double.MAX_VALUE;
      for (int i = 1; i < 4; i++) { // the best second: until the JIT is done, the code is another
        long[] from = meter.readings.get(i - 1);
        long[] to = meter.readings.get(i);
        each = Math.min(each, (double) (to[1] - from[1]) / (to[0] - from[0]));
      }
      System.out.printf("%s, %s: %.1f bytes allocated a request%n", transport, model, each);
      assertThat(each).isLessThanOrEqualTo(BYTES_PER_REQUEST);
    }
  }

  /// Against a listener that never accepts, so that the heap holds our side alone.
  @ParameterizedTest
  @MethodSource("transports")
  void anOpenConnectionHoldsLittle(Transport transport) throws Exception {
    int connections = 2_000;
    try (ServerSocketChannel silent = ServerSocketChannel.open();
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      silent.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 4_096);
      URI target = URI.create("http://127.0.0.1:" + port(silent));
      held(executor, target, 1, transport); // loads classes
      long few = held(executor, target, 10, transport);
      long many = held(executor, target, connections, transport);
      double each = (double) (many - few) / (connections - 10);
      System.out.printf("%s: %.0f bytes of heap a connection and session%n", transport, each);
      assertThat(each).isLessThan(BYTES_PER_CONNECTION);
    }
  }

  private static int port(ServerSocketChannel channel) throws IOException {
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  /// Heap in use while so many connections are open, each with a request under way.
  private static long held(
      ExecutorService executor, URI target, int connections, Transport transport) throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    Progress progress =
        (point, soFar, errors) -> {
          if (point.openConnections() >= connections) {
            open.countDown();
          }
        };
    LoadRun run =
        RunSetting.closed(target, connections)
            .timeout("60s")
            .on(transport, 1)
            .run(new LoopWatch(), progress);
    Future<RunResult> result = executor.submit(run::execute);
    assertThat(open.await(20, TimeUnit.SECONDS)).isTrue();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    run.cancel();
    assertInvariants(result.get());
    return used;
  }
}
