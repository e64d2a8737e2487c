package io.crankfire.report;

import static io.crankfire.report.SampleMetrics.EVENTS;
import static io.crankfire.report.SampleMetrics.SOCKET;
import static io.crankfire.report.SampleMetrics.connections;
import static io.crankfire.report.SampleMetrics.error;
import static io.crankfire.report.SampleMetrics.exchanges;
import static io.crankfire.report.SampleMetrics.lateness;
import static io.crankfire.report.SampleMetrics.messages;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.Measure;
import io.crankfire.metrics.MeasurePoint;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Threshold;
import io.crankfire.result.RunResult;
import io.crankfire.result.RunResult.CallName;
import io.crankfire.result.RunResult.Ending;
import io.crankfire.result.RunResult.Load;
import io.crankfire.result.RunResult.RunInfo;
import io.crankfire.result.RunResult.WorkerHealth;
import io.crankfire.verdict.ThresholdReader;
import io.crankfire.verdict.ThresholdResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Results of runs that never were, of every shape.
final class SampleRuns {

  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  private SampleRuns() {}

  /// 20 s at 1,000 a second, all well.
  static RunResult steady() {
    WorkerMetrics metrics = new WorkerMetrics(1);
    exchanges(metrics.calls[0], 1, 20_000, Outcome.ok("200"), MS);
    connections(metrics, 16, 20_000);
    lateness(metrics, 2, 20_000, 12_000);
    return judged(
        "http://localhost:8080/",
        new Load(true, 20_000, 20_000, 0, 0, 9, 64, 20 * SECOND, 3 * MS),
        List.of(new CallName("GET /", "http")),
        metrics,
        Ending.COMPLETED);
  }

  /// The same, with failures of several kinds.
  static RunResult failing() {
    WorkerMetrics metrics = new WorkerMetrics(1);
    exchanges(metrics.calls[0], 3, 19_700, Outcome.ok("200"), MS);
    exchanges(metrics.calls[0], 4, 200, Outcome.ok("304"), MS);
    exchanges(metrics.calls[0], 5, 48, Outcome.failed("503"), MS / 2);
    exchanges(metrics.calls[0], 6, 49, Outcome.failed("404"), MS / 2);
    exchanges(metrics.calls[0], 7, 3, Outcome.TIMEOUT, 900 * MS);
    error(metrics, "503", "", 48, 1_204 * MS, 19_840 * MS);
    error(metrics, "404", "404", 49, 3 * MS, 19_990 * MS);
    error(
        metrics,
        "TIMEOUT",
        "no complete response within 1s; 17 of 4,096 bytes of the body had been received",
        3,
        12_010 * MS,
        12_030 * MS);
    connections(metrics, 19, 20_000);
    lateness(metrics, 8, 20_000, 12_000);
    return judged(
        "https://shop.example.com/",
        new Load(true, 20_000, 20_000, 0, 0, 23, 64, 20 * SECOND, 0),
        List.of(new CallName("GET /", "http")),
        metrics,
        Ending.COMPLETED);
  }

  /// A target that froze for a second, and too few sessions for it.
  static RunResult frozen() {
    WorkerMetrics metrics = new WorkerMetrics(1);
    CallMetrics call = metrics.calls[0];
    exchanges(call, 9, 19_000, Outcome.ok("200"), MS);
    for (int i = 0; i < 1_000; i++) {
      call.started++;
      call.outcomes.add(Outcome.ok("200"));
      call.responseOk.record((1_000 - i) * MS);
      call.serviceOk.record(i < 64 ? (1_000 - i) * MS : MS);
      if (i >= 64) {
        metrics.waiting.record((1_000 - i) * MS);
      }
    }
    connections(metrics, 64, 20_000);
    lateness(metrics, 10, 19_064, 12_000);
    return judged(
        "http://localhost:8080/",
        new Load(true, 20_000, 20_000, 0, 936, 64, 64, 20 * SECOND, 3 * MS),
        List.of(new CallName("GET /", "http")),
        metrics,
        Ending.COMPLETED);
  }

  /// Five requests, one call of two, in a closed model, ended by the user.
  static RunResult tiny() {
    WorkerMetrics metrics = new WorkerMetrics(2);
    exchanges(metrics.calls[0], 11, 5, Outcome.ok("200"), 2 * MS);
    metrics.calls[1].started = 2;
    metrics.calls[1].outcomes.add(Outcome.INTERRUPTED, 2);
    connections(metrics, 2, 5);
    return judged(
        "unix:/run/app.sock",
        new Load(false, 7, 7, 0, 0, 2, 2, 10 * MS, 5 * SECOND),
        List.of(new CallName("list", "http"), new CallName("buy", "http")),
        metrics,
        Ending.CANCELLED);
  }

  /// Nothing happened at all.
  static RunResult empty() {
    return judged(
        "http://localhost:1/",
        new Load(true, 0, 0, 0, 0, 0, 1, 0, 0),
        List.of(new CallName("GET /", "http")),
        new WorkerMetrics(1),
        Ending.STOPPED);
  }

  /// Only failures, and arrivals that never began.
  static RunResult down() {
    WorkerMetrics metrics = new WorkerMetrics(2);
    exchanges(metrics.calls[0], 12, 120, Outcome.CONNECT_REFUSED, MS / 10);
    exchanges(metrics.calls[1], 13, 80, Outcome.CONNECT_REFUSED, MS / 10);
    error(metrics, "CONNECT_REFUSED", "127.0.0.1:1: Connection refused", 200, 0, 9 * SECOND);
    metrics.errors.addOthers(0);
    lateness(metrics, 14, 200, 12_000);
    return judged(
        "http://127.0.0.1:1/",
        new Load(true, 1_000, 200, 800, 0, 1, 1, 10 * SECOND, 0),
        List.of(new CallName("list", "http"), new CallName("buy", "grpc")),
        metrics,
        Ending.COMPLETED);
  }

  /// Everything that comes from outside is hostile.
  static RunResult hostile() {
    String evil = "\u001b]0;owned\u0007\u001b[2J\r\n\u202eeman\u0000\u009b31m\ud800 \"<&>\\";
    WorkerMetrics metrics = new WorkerMetrics(2);
    exchanges(metrics.calls[0], 15, 10, Outcome.failed(evil), MS);
    exchanges(metrics.calls[1], 16, 10, Outcome.ok(evil), MS);
    error(metrics, evil, evil + "x".repeat(200) + "\ud83d\ude00".repeat(60), 10, 0, SECOND);
    return new RunResult(
        new RunInfo(
            evil, evil, Instant.EPOCH, Long.MIN_VALUE, Map.of(evil, evil), Map.of("os", evil)),
        new Load(true, 20, 20, 0, 0, 1, 1, SECOND, 0),
        List.of(new CallName(evil, "http"), new CallName("b" + evil, evil)),
        List.of(evil),
        List.of(),
        metrics,
        List.of(new WorkerHealth(evil, SECOND, -1, -1, -1, 0, 0)),
        List.of(),
        Ending.COMPLETED,
        io.crankfire.verdict.Verdict.of(
            List.of(
                new io.crankfire.verdict.Verdict.Finding(
                    io.crankfire.verdict.Verdict.Validity.SUSPECT, evil, evil))),
        List.of());
  }

  /// The failing run, with thresholds of every kind.
  static RunResult thresholds() {
    RunResult run = failing();
    return with(
        run,
        Ending.COMPLETED,
        List.of(
            held("http_req_duration:p95 < 500", 1.634),
            held("failed < 1%", 0.005),
            new ThresholdResult(threshold("http_req_duration:p99 < 2.1"), 2.1000003, false, ""),
            new ThresholdResult(
                threshold("response_time{endpoint:GET /}:max < 500ms over 5s"),
                912.5,
                false,
                "",
                13_000 * MS),
            held("requests:rate >= 990/s over 5s", 1_000),
            new ThresholdResult(
                threshold("checks > 99%"), Double.NaN, false, "nothing was measured"),
            held("http_requests:count > 19999", 20_000)));
  }

  /// The failing run, ended by the second of its thresholds.
  static RunResult aborted() {
    return with(
        failing(),
        Ending.ABORTED,
        List.of(
            new ThresholdResult(
                threshold("failed < 0.1% over 2s abort"), 0.004, false, "", 19_000 * MS),
            new ThresholdResult(
                threshold("service_time:p99 < 20ms over 10s abort"), 31.4, false, "", 18_000 * MS),
            held("requests > 100", 20_000)));
  }

  /// Fifty endpoints, some with long names.
  static RunResult many() {
    WorkerMetrics metrics = new WorkerMetrics(50);
    List<CallName> names = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      exchanges(metrics.calls[i], i, 1_000 / (i + 1), Outcome.ok("200"), MS);
      if (i % 4 == 3) {
        for (int status = 0; status < i; status++) {
          exchanges(metrics.calls[i], i, 1, Outcome.failed("5" + (10 + status)), MS);
        }
      }
      String name =
          switch (i % 5) {
            case 0 -> "GET /" + i;
            case 1 -> "sixteen letters" + i % 10;
            case 2 -> "seventeen letters";
            case 3 -> "POST /api/v2/organisations/{organisation}/projects/{project}/releases/" + i;
            default -> "PUT /no-space-in-it/" + "x".repeat(100) + i;
          };
      names.add(new CallName(name, "http"));
    }
    connections(metrics, 16, 4_000);
    long count = metrics.total().started;
    return judged(
        "http://localhost:8080/",
        new Load(false, count, count, 0, 0, 9, 64, 20 * SECOND, 3 * MS),
        names,
        metrics,
        Ending.COMPLETED);
  }

  /// Two scenarios over three endpoints, a warm-up and two further phases, checks, retries.
  static RunResult workload() {
    WorkerMetrics metrics = new WorkerMetrics(3, 2, true, false, false);
    int[][] counts = {{200, 100, 40}, {2_000, 1_000, 400}, {600, 300, 100}};
    for (int phase = 0; phase < counts.length; phase++) {
      for (int i = 0; i < 3; i++) {
        CallMetrics call = metrics.phases[phase].call(i);
        exchanges(call, 10L * phase + i, counts[phase][i], Outcome.ok("200"), (i + 1) * MS);
        call.checks.addMade(counts[phase][i]);
      }
      exchanges(metrics.phases[phase].call(2), phase, 1 + phase, Outcome.failed("CHECK_TOTAL"), MS);
      metrics.phases[phase].call(2).checks.addMade(1 + phase);
      metrics.phases[phase].call(2).checks.addFailed(1, 1 + phase);
      metrics.phases[phase].started = counts[phase][0] / 2;
    }
    metrics.phases[2].unsent = 3;
    metrics.phases[1].call(1).repeated = 17;
    metrics.phases[1].call(1).missedExtractors = 4;
    metrics.phases[2].call(0).unresolved = 2;
    metrics.settle();
    metrics.started = 1_300;
    metrics.unsent = 3;
    Random random = new Random(5);
    for (int i = 0; i < 2; i++) {
      metrics.scenarios[i].started = 650;
      metrics.scenarios[i].ok = 648L - i;
      metrics.scenarios[i].failed = i;
      metrics.scenarios[i].interrupted = 2;
      for (int k = 0; k < 648; k++) {
        metrics.scenarios[i].duration.record(
            (long) ((i + 1) * SECOND * Math.exp(random.nextGaussian() / 4)));
      }
    }
    error(metrics, "CHECK_TOTAL", "total: 17 is not 18", 5, 2 * SECOND, 19 * SECOND);
    connections(metrics, 12, 4_405);
    RunResult run =
        judged(
            "http://localhost:8080/",
            new Load(true, 1_303, 1_300, 3, 0, 12, 64, 18 * SECOND, 0),
            List.of(),
            metrics,
            Ending.COMPLETED);
    return new RunResult(
        run.info(),
        run.load(),
        List.of(
            new CallName("login", "http", List.of("is 200")),
            new CallName("list", "http"),
            new CallName(
                "buy", "http", List.of("is 200", "total of the order is what was bought"))),
        List.of("browse", "buy something"),
        List.of(
            new io.crankfire.plan.Phase("warm up", 0, 2 * SECOND, true),
            new io.crankfire.plan.Phase("peak", 2 * SECOND, 12 * SECOND, false),
            new io.crankfire.plan.Phase(
                "rest of the afternoon", 12 * SECOND, Long.MAX_VALUE, false)),
        run.metrics(),
        run.workers(),
        run.timeline(),
        run.ending(),
        run.verdict(),
        List.of(
            held("checks{endpoint:buy} > 99%", 0.9951),
            held("iteration_duration{scenario:browse}:p95 < 2s", 1_512),
            held("requests{phase:peak}:rate > 300/s", 340.2)));
  }

  /// Two endpoints of messages, one of events, one of neither, and one without a single exchange.
  static RunResult sockets() {
    WorkerMetrics metrics =
        new WorkerMetrics(List.of(SOCKET, SOCKET, EVENTS, List.of(), SOCKET), 1);
    for (int i = 0; i < 4; i++) {
      exchanges(metrics.calls[i], 40 + i, 200 / (i + 1), Outcome.ok("1000"), (i + 1L) * 50 * MS);
    }
    messages(metrics.calls[0].measures, 51, 200);
    messages(metrics.calls[1].measures, 52, 100);
    metrics.calls[1].measures.labels(8).add("1006", 3);
    Measures events = metrics.calls[2].measures;
    Random random = new Random(53);
    for (int i = 0; i < 66; i++) {
      events.record(0, (long) (20 * MS * Math.exp(random.nextGaussian() / 4)));
      events.count(1, 40);
      events.count(2, 4_321);
      events.record(4, (long) (42_500 * Math.exp(random.nextGaussian() / 4)));
      events.record(5, SECOND + random.nextInt(100_000_000));
    }
    connections(metrics, 12, 416);
    RunResult run =
        judged(
            "ws://localhost:8080/",
            new Load(true, 416, 416, 0, 0, 12, 64, 20 * SECOND, 0),
            List.of(
                new CallName("chat", "websocket"),
                new CallName("a room with a name that is rather long", "websocket"),
                new CallName("ask", "sse"),
                new CallName("page", "http"),
                new CallName("silence", "websocket")),
            metrics,
            Ending.COMPLETED);
    return with(
        run,
        run.ending(),
        List.of(
            held("message_round_trip{endpoint:chat}:p95 < 50ms", 4.321),
            new ThresholdResult(threshold("messages_sent:rate > 200/s"), 150, false, ""),
            held("messages_sent > 1000", 3_000),
            held("tokens_per_second:p50 > 40", 42.4999),
            new ThresholdResult(
                threshold("tokens_per_second:min > 30 over 5s abort"),
                29.9999,
                false,
                "",
                19 * SECOND)));
  }

  private static ThresholdResult held(String text, double actual) {
    return new ThresholdResult(threshold(text), actual, true, "");
  }

  static Threshold threshold(String text) {
    try {
      List<Measure> measures = new ArrayList<>(SOCKET);
      measures.addAll(EVENTS);
      return ThresholdReader.read(text, measures);
    } catch (ThresholdReader.SyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static RunResult with(RunResult run, Ending ending, List<ThresholdResult> thresholds) {
    return new RunResult(
        run.info(),
        run.load(),
        run.calls(),
        run.scenarios(),
        run.phases(),
        run.metrics(),
        run.workers(),
        run.timeline(),
        ending,
        run.verdict(),
        thresholds);
  }

  static Map<String, RunResult> all() {
    Map<String, RunResult> all = new LinkedHashMap<>();
    all.put("steady", steady());
    all.put("failing", failing());
    all.put("frozen", frozen());
    all.put("tiny", tiny());
    all.put("empty", empty());
    all.put("down", down());
    all.put("hostile", hostile());
    all.put("thresholds", thresholds());
    all.put("aborted", aborted());
    all.put("many", many());
    all.put("workload", workload());
    all.put("sockets", sockets());
    return all;
  }

  static RunResult judged(
      String target, Load load, List<CallName> calls, WorkerMetrics metrics, Ending ending) {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("rate", "1000/s");
    configuration.put("duration", "20s");
    configuration.put("max_concurrency", "64");
    configuration.put("timeout", "1s");
    configuration.put("pacing", "default");
    List<TimelinePoint> timeline = new ArrayList<>();
    CallMetrics total = metrics.total();
    Histogram response = total.responseTime();
    for (int i = 0; i < 3; i++) {
      timeline.add(
          new TimelinePoint(
              (long) i * SECOND,
              (i + 1) * SECOND,
              load.arrivals() / 3,
              load.started() / 3,
              total.ok() / 3,
              total.failed() / 3,
              total.interrupted() / 3,
              total.bytesIn / 3,
              total.bytesOut / 3,
              load.sessions(),
              load.sessions(),
              metrics.lateness.percentile(99),
              0,
              TimelinePoint.encoded(i == 0 ? new Histogram() : response),
              TimelinePoint.encoded(i == 0 ? new Histogram() : total.serviceTime()),
              i == 0 ? List.of() : MeasurePoint.of(total.measures)));
    }
    return RunResult.judged(
        new RunInfo(
            "0.1.0",
            target,
            Instant.parse("2026-01-02T03:04:05.678901234Z"),
            42,
            configuration,
            Map.of("java", "25", "os", "Linux 6.1 amd64", "processors", "2")),
        load,
        calls,
        List.of(),
        List.of(),
        metrics,
        List.of(
            new WorkerHealth("epoll", 20 * SECOND, 4 * SECOND, SECOND / 5, 0.34, 4 * MS, 0),
            new WorkerHealth("epoll", 20 * SECOND, 5 * SECOND, SECOND / 4, 0.41, 14 * MS, 1)),
        timeline,
        ending,
        false,
        List.of());
  }
}
