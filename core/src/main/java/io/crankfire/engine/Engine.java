package io.crankfire.engine;

import io.crankfire.metrics.Measure;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Recorder;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.net.Clock;
import io.crankfire.net.Connector;
import io.crankfire.net.EpollLoop;
import io.crankfire.net.Loop;
import io.crankfire.net.NioLoop;
import io.crankfire.net.Resolver;
import io.crankfire.net.TlsContext;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Call;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Phase;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs a plan: makes the workers, each with a thread, an event loop and its share of the load,
/// starts them at one moment, and passes on what they report.
///
/// One thread makes it, calls [#start], then [#take] until every worker's last report has come,
/// then [#close]. [#stop] and [#cancel] may be called by any thread at any time.
public final class Engine implements AutoCloseable {

  /// How long before the common start the workers are told of it.
  private static final long HEAD_START = 2_000_000;

  /// Connecting to the target before the load begins takes at most the connect timeout; this much
  /// more is waited before a worker counts as stuck.
  private static final long PREPARE_MARGIN_SECONDS = 30;

  private final LoadPlan plan;
  private final Map<String, Protocol> protocols;
  private final TlsContext tls;
  private final Resolver resolver;
  private final BlockingQueue<WorkerReport> reports = new LinkedBlockingQueue<>();
  private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
  private final List<Runner> runners = new ArrayList<>();
  private volatile long startAt = Long.MIN_VALUE;

  /// What came of connecting to a call's target before the load.
  ///
  /// @param call the call
  /// @param outcome [Outcome#OK], or why not
  /// @param detail why not, for a person
  public record Reachability(Call call, Outcome outcome, String detail) {}

  /// @param protocols by name, all that the plan's calls need
  /// @param tls what TLS connections share
  /// @param resolver closed with the engine
  public Engine(LoadPlan plan, Map<String, Protocol> protocols, TlsContext tls, Resolver resolver) {
    this.plan = plan;
    this.protocols = Map.copyOf(protocols);
    this.tls = tls;
    this.resolver = resolver;
    Splitter splitter = Splitter.equal(workerCount(plan));
    for (int i = 0; i < splitter.parts(); i++) {
      runners.add(new Runner(share(plan, splitter, i)));
    }
  }

  /// As many workers as asked for, or as there are processors, but no more than have a session, and
  /// a connection if these are limited.
  private static int workerCount(LoadPlan plan) {
    int asked = plan.workers() == 0 ? Runtime.getRuntime().availableProcessors() : plan.workers();
    int limit = plan.connections().limit();
    int useful = Math.min(plan.sessions(), limit == 0 ? Integer.MAX_VALUE : limit);
    if (plan.total() > 0) {
      useful = (int) Math.min(useful, plan.total());
    }
    return Math.max(1, Math.min(asked, useful));
  }

  static Share share(LoadPlan plan, Splitter splitter, int part) {
    long total = plan.total() == 0 ? Long.MAX_VALUE : plan.total();
    Pacer pacer = null;
    if (plan.arrivals() instanceof Arrivals.Open(LoadCurve curve, Arrivals.Spacing spacing)) {
      pacer =
          spacing == Arrivals.Spacing.POISSON
              ? new PoissonPacer(curve, splitter, part, total, plan.seed())
              : new UniformPacer(curve, splitter, part, total);
    }
    int limit = plan.connections().limit();
    return new Share(
        part,
        splitter,
        pacer,
        (int) splitter.ownedBelow(part, plan.sessions()),
        total == Long.MAX_VALUE ? total : splitter.ownedBelow(part, total),
        limit == 0 ? 0 : (int) splitter.share(part, limit));
  }

  /// What a plan's workers count, with nothing counted yet.
  public static WorkerMetrics newMetrics(LoadPlan plan) {
    List<Phase> phases = plan.phases();
    boolean[] warmups = new boolean[phases.size()];
    for (int i = 0; i < warmups.length; i++) {
      warmups[i] = phases.get(i).warmup();
    }
    List<List<Measure>> measures = new ArrayList<>();
    for (Call call : plan.calls()) {
      measures.add(call.measures());
    }
    return new WorkerMetrics(measures, plan.workload().scenarios().size(), warmups);
  }

  /// How many workers there are.
  public int workers() {
    return runners.size();
  }

  /// The event loop's implementation.
  public String transport() {
    return runners.getFirst().loop.name();
  }

  /// Starts the workers' threads and tries to reach every target once. Offers no load yet.
  ///
  /// @return the first target that cannot be reached, or null
  public @Nullable Reachability prepare() throws InterruptedException {
    for (Runner runner : runners) {
      runner.thread.start();
    }
    long patience = plan.connections().connectTimeout().toSeconds() + PREPARE_MARGIN_SECONDS;
    for (Runner runner : runners) {
      if (!runner.ready.await(patience * plan.calls().size(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("worker " + runner.share.index() + " does not get ready");
      }
    }
    rethrow();
    return runners.getFirst().unreachable;
  }

  /// Begins the load on all workers at one moment.
  ///
  /// @return that moment, in nanoseconds of [Clock#SYSTEM]
  public long start() {
    startAt = Clock.SYSTEM.nanoTime() + HEAD_START;
    for (Runner runner : runners) {
      runner.loop.execute(() -> {});
    }
    return startAt;
  }

  /// The next report of any worker; waits for it.
  public WorkerReport take() throws InterruptedException {
    while (true) {
      WorkerReport report = reports.poll(200, TimeUnit.MILLISECONDS);
      rethrow();
      if (report != null) {
        return report;
      }
    }
  }

  private void rethrow() {
    Throwable thrown = fault.get();
    if (thrown != null) {
      throw new IllegalStateException("a worker failed: " + thrown, thrown);
    }
  }

  /// Gives metrics back to their worker after they have been merged.
  public void recycle(WorkerReport report) {
    report.metrics().clear();
    Worker worker = runners.get(report.worker()).worker;
    if (worker != null) {
      worker.recycle(report.metrics());
    }
  }

  /// Ends the load; what is under way may finish within the grace.
  public void stop() {
    forEachWorker(Worker::stop);
  }

  /// Ends the load and everything under way.
  public void cancel() {
    forEachWorker(Worker::cancel);
  }

  private void forEachWorker(Consumer<Worker> action) {
    for (Runner runner : runners) {
      runner.loop.execute(() -> {
        Worker worker = runner.worker;
        if (worker != null) {
          action.accept(worker);
        }
      });
    }
  }

  /// Ends the threads. Whoever did not let the run end itself interrupts it.
  @Override
  public void close() {
    for (Runner runner : runners) {
      runner.abandoned = true;
      runner.loop.execute(() -> {});
      if (runner.thread.getState() == Thread.State.NEW) {
        runner.loop.close();
      }
    }
    for (Runner runner : runners) {
      try {
        runner.thread.join(5_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    resolver.close();
  }

  private static Loop newLoop(LoadPlan plan) {
    boolean epoll =
        switch (plan.transport()) {
          case NIO -> false;
          case EPOLL -> true;
          case AUTO -> !shortRun(plan) && EpollLoop.available();
        };
    return epoll ? new EpollLoop(Clock.SYSTEM) : new NioLoop(Clock.SYSTEM);
  }

  /// Setting up the foreign calls costs more than a few thousand requests ever gain, and nobody
  /// paces them.
  private static boolean shortRun(LoadPlan plan) {
    return plan.arrivals() instanceof Arrivals.Closed && plan.total() > 0 && plan.total() < 5_000;
  }

  /// A worker's thread, from its preparations to its end.
  private final class Runner implements Runnable {
    private final Share share;
    private final Loop loop;
    private final Thread thread;
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile @Nullable Worker worker;
    private volatile @Nullable Reachability unreachable;
    private volatile boolean abandoned;

    Runner(Share share) {
      this.share = share;
      loop = newLoop(plan);
      thread = Thread.ofPlatform().name("worker-" + share.index()).daemon().unstarted(this);
    }

    @Override
    public void run() {
      Map<String, Requester> requesters = new LinkedHashMap<>();
      try (loop) {
        Recorder recorder = new Recorder(newMetrics(plan));
        Connector connector = new Connector(loop, resolver, plan.connections(), tls);
        WorkerContext context =
            new WorkerContext(loop, connector, plan.connections(), share.connections(), recorder);
        for (Call call : plan.calls()) {
          requesters.computeIfAbsent(
              call.protocol(),
              name -> Objects.requireNonNull(protocols.get(name), name).open(context));
        }
        if (share.index() == 0) {
          reachTargets(requesters);
        }
        Worker mine = new Worker(plan, share, loop, recorder, requesters, reports::add);
        worker = mine;
        ready.countDown();
        while (startAt == Long.MIN_VALUE && !abandoned) {
          loop.turn(loop.readClock() + 100_000_000, Pacing.DEFAULT);
        }
        if (!abandoned) {
          mine.run(startAt, () -> abandoned);
        }
        requesters.values().forEach(Requester::close);
      } catch (Throwable t) {
        fault.compareAndSet(null, t);
      } finally {
        ready.countDown();
      }
    }

    private void reachTargets(Map<String, Requester> requesters) {
      for (Call call : plan.calls()) {
        AtomicReference<@Nullable Reachability> answer = new AtomicReference<>();
        Objects.requireNonNull(requesters.get(call.protocol()))
            .prepare(
                call, (outcome, detail) -> answer.set(new Reachability(call, outcome, detail)));
        Reachability reached;
        while ((reached = answer.get()) == null && !abandoned) {
          loop.turn(loop.readClock() + 100_000_000, Pacing.DEFAULT);
        }
        if (reached != null && !reached.outcome().isOk()) {
          unreachable = reached;
          return;
        }
      }
    }
  }
}
