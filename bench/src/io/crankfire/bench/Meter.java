package io.crankfire.bench;

import java.io.IOException;
import java.util.OptionalLong;

/// Runs one tool once against one server and reads the counters around its steady window.
final class Meter {

  private static final long MILLI = 1_000_000;
  private static final long END_MARGIN_MILLIS = 400;
  private static final long START_LIMIT_MILLIS = 30_000;
  private static final long EXIT_LIMIT_MILLIS = 20_000;

  private final Options options;

  Meter(Options options) {
    this.options = options;
  }

  /// Something to do while the tool runs, called once with the time of the first request.
  @FunctionalInterface
  interface Meanwhile {
    void act(long firstNanos) throws InterruptedException;

    Meanwhile NOTHING = first -> {};
  }

  Measurement run(Tool tool, Load load, Server server) throws IOException, InterruptedException {
    return run(tool, load, server, Meanwhile.NOTHING);
  }

  Measurement run(Tool tool, Load load, Server server, Meanwhile meanwhile)
      throws IOException, InterruptedException {
    int core = options.cores().usable() ? options.cores().generator() : -1;
    try (Child child = Child.start(tool.command(load), core, options.out())) {
      long first = awaitFirst(child, server);
      if (first == 0) {
        child.await(100);
        return Measurement.failed(tool.label(), "sent nothing: " + tail(child));
      }
      /* What is compiled while it runs gets the first 55 % to warm up; the others a moment to connect. */
      if (!tool.loopThreads().isEmpty() && core >= 0) {
        ProcFs.separate(child.pid(), tool.loopThreads(), options.cores());
      }
      long length = load.seconds() * 1000L;
      long warm = tool.warmsUp() ? length * 55 / 100 : Math.min(500, length / 4);
      meanwhile.act(first);
      sleepUntil(first + warm * MILLI);
      Reading begin = Reading.take(child.pid(), server, options.cores());
      sleepUntil(first + (length - END_MARGIN_MILLIS) * MILLI);
      Reading end = Reading.take(child.pid(), server, options.cores());
      long rss = ProcFs.peakRssBytes(child.pid());
      if (!child.running()) {
        return Measurement.failed(tool.label(), "ended early: " + tail(child));
      }
      long limit = System.nanoTime() + EXIT_LIMIT_MILLIS * MILLI;
      while (child.running() && System.nanoTime() < limit) {
        rss = Math.max(rss, ProcFs.peakRssBytes(child.pid()));
        Thread.sleep(20);
      }
      if (child.await(1) < 0) {
        return Measurement.failed(tool.label(), "did not end");
      }
      return judge(tool, child, server, first, begin, end, rss);
    }
  }

  /// Runs one tool to its end, and reads of it only its memory: there need not be any requests in a
  /// steady window.
  Measurement hold(Tool tool, Load load, Server server) throws IOException, InterruptedException {
    int core = options.cores().usable() ? options.cores().generator() : -1;
    try (Child child = Child.start(tool.command(load), core, options.out())) {
      long first = awaitFirst(child, server);
      long rss = 0;
      long limit = System.nanoTime() + load.seconds() * 1000L * MILLI + EXIT_LIMIT_MILLIS * MILLI;
      while (child.running() && System.nanoTime() < limit) {
        rss = Math.max(rss, ProcFs.peakRssBytes(child.pid()));
        Thread.sleep(20);
      }
      if (first == 0 || child.await(1) < 0) {
        return Measurement.failed(
            tool.label(), (first == 0 ? "sent nothing: " : "did not end: ") + tail(child));
      }
      return new Measurement(
          tool.label(),
          "",
          0,
          0,
          0,
          0,
          0,
          0,
          rss,
          (first - child.spawnNanos()) / 1e6,
          0,
          server.requests(),
          tool.reported(child.output()));
    }
  }

  private static Measurement judge(
      Tool tool, Child child, Server server, long first, Reading begin, Reading end, long rss) {
    double wall = end.nanos - begin.nanos;
    long requests = end.requests - begin.requests;
    if (requests <= 0) {
      return Measurement.failed(tool.label(), "no requests in the steady window: " + tail(child));
    }
    ProcFs.Cpu own = end.generator.minus(begin.generator);
    double perSecond = requests / wall * 1e9;
    return new Measurement(
        tool.label(),
        "",
        perSecond,
        (double) own.total() / requests,
        (double) own.userNanos() / requests,
        own.total() / wall,
        Math.max(0, (end.coreBusy - begin.coreBusy - own.total()) / wall),
        end.server.minus(begin.server).total() / wall,
        rss,
        (first - child.spawnNanos()) / 1e6,
        server.requestsInFirstSecond() / perSecond,
        server.requests(),
        tool.reported(child.output()));
  }

  private static long awaitFirst(Child child, Server server) throws InterruptedException {
    long limit = child.spawnNanos() + START_LIMIT_MILLIS * MILLI;
    while (System.nanoTime() < limit) {
      boolean running = child.running();
      OptionalLong first = server.firstNanos();
      if (first.isPresent()) {
        return first.getAsLong();
      }
      if (!running) {
        return 0;
      }
      Thread.sleep(1);
    }
    return 0;
  }

  static void sleepUntil(long nanos) throws InterruptedException {
    long left;
    while ((left = nanos - System.nanoTime()) > 0) {
      Thread.sleep(left / MILLI, (int) (left % MILLI));
    }
  }

  private static String tail(Child child) {
    String all = (child.output() + "\n" + child.errors()).strip();
    return all.length() <= 300 ? all : "…" + all.substring(all.length() - 300);
  }

  /// All counters at one moment.
  private record Reading(
      long nanos, long requests, ProcFs.Cpu generator, ProcFs.Cpu server, long coreBusy) {

    /// Reads again when the harness itself was held up in between.
    static Reading take(long pid, Server server, Cores cores) {
      Reading reading = null;
      for (int i = 0; i < 5; i++) {
        long before = System.nanoTime();
        reading =
            new Reading(
                before,
                server.requests(),
                ProcFs.cpu(pid),
                ProcFs.cpu(server.pid()),
                ProcFs.busyNanos(cores.generator()));
        if (System.nanoTime() - before < 2 * MILLI) {
          break;
        }
      }
      return reading;
    }
  }
}
