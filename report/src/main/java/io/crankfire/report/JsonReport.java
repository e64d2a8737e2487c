package io.crankfire.report;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.ErrorTally;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.ScenarioMetrics;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Threshold;
import io.crankfire.result.RunResult;
import io.crankfire.verdict.ThresholdResult;
import io.crankfire.verdict.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A run as JSON for programs. Its schema is the resource `report.schema.json`; `docs/reports.md`
/// says what each number means.
public final class JsonReport {

  /// The version of the format, raised when a reader of the one before would go wrong.
  public static final int SCHEMA_VERSION = 1;

  private static final List<Percentile> PERCENTILES =
      List.of(
          Percentile.P50,
          Percentile.P75,
          Percentile.P90,
          Percentile.P95,
          Percentile.P97_5,
          Percentile.P99,
          Percentile.P99_9,
          Percentile.P99_99);

  private static final List<Percentile> FEW =
      List.of(Percentile.P50, Percentile.P95, Percentile.P99);

  /// The percentiles that have members of their own at the top, whatever the size of the sample.
  private static final List<Percentile> AT_THE_TOP =
      List.of(Percentile.P50, Percentile.P90, Percentile.P95, Percentile.P99);

  private final RunResult result;
  private final JsonPage page;
  private final MeasuresJson measures;

  private JsonReport(RunResult result, JsonPage page) {
    this.result = result;
    this.page = page;
    measures = new MeasuresJson(page, PERCENTILES);
  }

  /// Writes the report and leaves `stream` open.
  ///
  /// @throws IOException if the stream fails
  public static void write(RunResult result, OutputStream stream) throws IOException {
    JsonPage.write(stream, true, page -> new JsonReport(result, page).write());
  }

  private void write() {
    CallMetrics total = result.metrics().total();
    page.number("schema_version", SCHEMA_VERSION);
    verdict();
    summary(total, Breakdown.buckets(result, Outcome.Kind.FAILED), result.load().loadNanos());
    page.millis("duration_ms", result.load().loadNanos());
    endpoints();
    measures.write(Breakdown.protocols(result), result.load().loadNanos());
    thresholds();
    run();
    times(total);
    outcomes(total);
    page.number("interrupted", total.interrupted());
    page.number("unsent", result.load().unsent());
    attempts(total);
    checks();
    scenarios();
    loadPhases();
    load();
    page.object("lateness", () -> page.statistics(result.metrics().lateness, PERCENTILES));
    generator();
    connections();
    bytes(total);
    errors();
    timeline();
  }

  private void verdict() {
    Verdict verdict = result.verdict();
    page.object(
        "verdict",
        () -> {
          page.text("validity", verdict.validity().name());
          page.array(
              "findings",
              () -> {
                for (Verdict.Finding finding : verdict.findings()) {
                  page.element(() -> {
                    page.text("validity", finding.validity().name());
                    page.text("rule", finding.rule());
                    page.text("message", finding.message());
                  });
                }
              });
        });
  }

  private void summary(CallMetrics metrics, List<Breakdown.Bucket> failed, long nanos) {
    long completed = metrics.ok() + metrics.failed();
    Histogram response = metrics.responseTime();
    page.number("total", completed);
    page.number("successes", metrics.ok());
    page.number("failures", metrics.failed());
    double seconds = nanos / 1e9;
    page.number("requests_per_sec", seconds > 0 ? completed / seconds : 0);
    page.millis("min_latency_ms", response.min());
    page.millis("max_latency_ms", response.max());
    page.millis("mean_latency_ms", response.mean());
    for (Percentile percentile : AT_THE_TOP) {
      page.millis(percentile.key() + "_latency_ms", percentile.in(response));
    }
    if (!failed.isEmpty()) {
      Map<String, Map<String, Long>> buckets = new TreeMap<>();
      for (Breakdown.Bucket bucket : failed) {
        buckets
            .computeIfAbsent(bucket.protocol(), p -> new TreeMap<>())
            .put(bucket.code(), bucket.count());
      }
      page.object(
          "status_buckets",
          () ->
              buckets.forEach(
                  (protocol, codes) -> page.object(protocol, () -> codes.forEach(page::number))));
    }
  }

  private void endpoints() {
    List<Breakdown.Endpoint> endpoints = Breakdown.endpoints(result);
    if (endpoints.size() < 2) {
      return;
    }
    page.object(
        "endpoints",
        () -> {
          for (Breakdown.Endpoint endpoint : endpoints) {
            page.object(
                endpoint.name(),
                () -> {
                  summary(
                      endpoint.metrics(),
                      endpoint.buckets(Outcome.Kind.FAILED),
                      result.load().loadNanos());
                  times(endpoint.metrics());
                  outcomes(endpoint.metrics());
                  page.number("interrupted", endpoint.metrics().interrupted());
                  attempts(endpoint.metrics());
                  bytes(endpoint.metrics());
                  measures.write(endpoint.protocols(), result.load().loadNanos());
                });
          }
        });
  }

  private void thresholds() {
    List<ThresholdResult> thresholds = result.thresholds();
    if (thresholds.isEmpty()) {
      return;
    }
    long passed = thresholds.stream().filter(ThresholdResult::passed).count();
    page.object(
        "thresholds",
        () -> {
          page.number("total", thresholds.size());
          page.number("passed", passed);
          page.number("failed", thresholds.size() - passed);
          page.array(
              "results", () -> thresholds.forEach(each -> page.element(() -> threshold(each))));
        });
  }

  private void threshold(ThresholdResult judged) {
    Threshold threshold = judged.threshold();
    page.text("threshold", threshold.text());
    page.text("metric", threshold.metricName());
    page.text("aggregate", threshold.aggregateName());
    page.text("operator", threshold.operator().sign());
    page.number("expected", threshold.expected());
    page.numberOrNull("actual", judged.actual());
    page.truth("pass", judged.passed());
    Threshold.Scope scope = threshold.scope();
    if (scope != null) {
      page.object(
          "scope",
          () -> {
            page.text("kind", scope.kind().name().toLowerCase(Locale.ROOT));
            page.text("name", scope.name());
          });
    }
    if (threshold.windowNanos() > 0) {
      page.number("window_s", threshold.windowNanos() / 1_000_000_000L);
    }
    if (threshold.abort()) {
      page.truth("abort", true);
    }
    if (judged.foundNanos() >= 0) {
      page.millis("found_ms", judged.foundNanos());
    }
    if (!judged.reason().isEmpty()) {
      page.text("reason", judged.reason());
    }
  }

  private void run() {
    RunResult.RunInfo info = result.info();
    page.object(
        "run",
        () -> {
          page.text("version", info.version());
          page.text("target", info.target());
          page.text("started_at", info.startedAt().toString());
          page.text("seed", Long.toString(info.seed()));
          page.text("ending", result.ending().name().toLowerCase(Locale.ROOT));
          ThresholdResult by = result.endedBy();
          if (by != null) {
            page.text("ended_by", by.threshold().text());
          }
          page.texts("configuration", info.configuration());
          page.texts("environment", info.environment());
        });
  }

  private void times(CallMetrics metrics) {
    split("response_time", metrics.responseTime(), metrics.responseOk, metrics.responseFailed);
    split("service_time", metrics.serviceTime(), metrics.serviceOk, metrics.serviceFailed);
    page.object(
        "phases",
        () ->
            metrics
                .phases()
                .forEach((phase, histogram) ->
                    page.object(phase.key(), () -> page.statistics(histogram, PERCENTILES))));
  }

  private void split(String name, Histogram all, Histogram ok, Histogram failed) {
    page.object(
        name,
        () -> {
          page.text("unit", "ms");
          page.statistics(all, PERCENTILES);
          page.object("ok", () -> page.statistics(ok, PERCENTILES));
          page.object("failed", () -> page.statistics(failed, PERCENTILES));
        });
  }

  private void outcomes(CallMetrics metrics) {
    page.object(
        "outcomes",
        () -> {
          for (Outcome.Kind kind : Outcome.Kind.values()) {
            page.object(
                kind.name().toLowerCase(Locale.ROOT),
                () ->
                    metrics
                        .outcomes
                        .toMap()
                        .forEach((outcome, count) -> {
                          if (outcome.kind() == kind) {
                            page.number(outcome.bucket(), count);
                          }
                        }));
          }
        });
  }

  private void attempts(CallMetrics metrics) {
    page.number("attempts", metrics.attempts());
    page.number("unresolved_placeholders", metrics.unresolved);
    page.number("missed_extractors", metrics.missedExtractors);
  }

  private void checks() {
    List<WorkloadText.Checked> checks = WorkloadText.checks(result);
    if (!checks.isEmpty()) {
      page.array("checks", () -> checks.forEach(check -> page.element(() -> check(check))));
    }
  }

  private void check(WorkloadText.Checked check) {
    page.text("endpoint", check.endpoint());
    page.text("name", check.name());
    page.number("passed", check.passed());
    page.number("failed", check.failed());
    if (check.passed() + check.failed() > 0) {
      page.number("rate", check.share());
    }
  }

  private void scenarios() {
    if (!WorkloadText.tellsScenarios(result)) {
      return;
    }
    page.array(
        "scenarios",
        () -> {
          for (int i = 0; i < result.scenarios().size(); i++) {
            String name = result.scenarios().get(i);
            ScenarioMetrics metrics = result.metrics().scenarios[i];
            page.element(() -> {
              page.text("name", name);
              page.number("started", metrics.started);
              page.number("ok", metrics.ok);
              page.number("failed", metrics.failed);
              page.number("interrupted", metrics.interrupted);
              page.object(
                  "iteration_duration", () -> page.statistics(metrics.duration, PERCENTILES));
            });
          }
        });
  }

  private void loadPhases() {
    List<LoadPhases.Stretch> phases = LoadPhases.of(result);
    if (!phases.isEmpty()) {
      page.array("load_phases", () -> phases.forEach(each -> page.element(() -> phase(each))));
    }
  }

  private void phase(LoadPhases.Stretch phase) {
    CallMetrics metrics = phase.metrics().total();
    page.text("name", phase.phase().name());
    page.truth("warmup", phase.phase().warmup());
    page.millis("from_ms", phase.phase().fromNanos());
    page.millis("to_ms", phase.toNanos());
    page.number("started", phase.metrics().started);
    page.number("unsent", phase.metrics().unsent);
    summary(metrics, Breakdown.buckets(result, phase.metrics()), phase.nanos());
    times(metrics);
    outcomes(metrics);
    page.number("interrupted", metrics.interrupted());
    attempts(metrics);
    bytes(metrics);
    measures.write(Breakdown.protocols(result, phase.metrics()), phase.nanos());
  }

  private void load() {
    RunResult.Load load = result.load();
    page.object(
        "load",
        () -> {
          page.text("model", load.open() ? "open" : "closed");
          page.number("arrivals", load.arrivals());
          page.number("started", load.started());
          page.number("unsent", load.unsent());
          page.number("waited", load.waited());
          page.object("wait_time", () -> page.statistics(result.metrics().waiting, PERCENTILES));
          page.number("sessions", load.sessions());
          page.number("session_limit", load.sessionLimit());
          page.millis("load_ms", load.loadNanos());
          page.millis("drain_ms", load.drainNanos());
        });
  }

  private void generator() {
    page.object(
        "generator",
        () -> {
          if (result.metrics().collections >= 0) {
            page.number("gc_count", result.metrics().collections);
            page.millis("gc_ms", result.metrics().collectionNanos);
          }
          page.array(
              "workers",
              () -> {
                for (RunResult.WorkerHealth worker : result.workers()) {
                  page.element(() -> worker(worker));
                }
              });
        });
  }

  private void worker(RunResult.WorkerHealth worker) {
    page.text("transport", worker.transport());
    page.millis("run_ms", worker.runNanos());
    if (worker.cpuNanos() >= 0) {
      page.millis("cpu_ms", worker.cpuNanos());
    }
    if (worker.busiestCpu() >= 0) {
      page.number("busiest_cpu", worker.busiestCpu());
    }
    if (worker.runQueueNanos() >= 0) {
      page.millis("run_queue_ms", worker.runQueueNanos());
    }
    page.number("stalls", worker.stalls());
    page.millis("longest_stall_ms", worker.longestStall());
  }

  private void connections() {
    WorkerMetrics metrics = result.metrics();
    page.object(
        "connections",
        () -> {
          page.number("opened", metrics.connectionsOpened);
          page.number("reused", metrics.connectionsReused);
          page.number("closed_idle", metrics.connectionsClosedIdle);
          page.number("resent", metrics.resent);
        });
  }

  private void bytes(CallMetrics metrics) {
    page.object(
        "bytes",
        () -> {
          page.number("received", metrics.bytesIn);
          page.number("sent", metrics.bytesOut);
        });
  }

  private void errors() {
    ErrorTally errors = result.metrics().errors;
    page.object(
        "errors",
        () -> {
          page.array(
              "entries",
              () -> {
                for (ErrorTally.Entry entry : errors.entries()) {
                  page.element(() -> {
                    page.text("bucket", entry.bucket());
                    page.text("detail", entry.detail());
                    page.number("count", entry.count());
                    page.millis("first_ms", entry.firstNanos());
                    page.millis("last_ms", entry.lastNanos());
                  });
                }
              });
          page.number("others", errors.others());
        });
  }

  private void timeline() {
    page.array(
        "timeline",
        () -> {
          for (TimelinePoint point : result.timeline()) {
            page.element(() -> point(point));
          }
        });
  }

  private void point(TimelinePoint point) {
    page.millis("from_ms", point.fromNanos());
    page.millis("to_ms", point.toNanos());
    page.number("asked", point.asked());
    page.number("started", point.started());
    page.number("ok", point.ok());
    page.number("failed", point.failed());
    page.number("interrupted", point.interrupted());
    page.number("bytes_received", point.bytesIn());
    page.number("bytes_sent", point.bytesOut());
    page.number("active_sessions", point.activeSessions());
    page.number("open_connections", point.openConnections());
    page.millis("lateness_p99_ms", point.latenessP99());
    page.millis("longest_stall_ms", point.longestStall());
    page.object("response_time", () -> page.statistics(point.responseTime(), FEW));
    page.object("service_time", () -> page.statistics(point.serviceTime(), FEW));
    new MeasuresJson(page, FEW).write(point.measures());
  }
}
