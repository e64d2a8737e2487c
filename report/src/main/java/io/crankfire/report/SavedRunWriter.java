package io.crankfire.report;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.ErrorTally;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.LabelCounts;
import io.crankfire.metrics.LoadPhaseMetrics;
import io.crankfire.metrics.Measure;
import io.crankfire.metrics.MeasurePoint;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Phase;
import io.crankfire.metrics.ScenarioMetrics;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Threshold;
import io.crankfire.result.RunResult;
import io.crankfire.verdict.ThresholdResult;
import io.crankfire.verdict.Verdict;

/// Writes every component of a result under its own name. [SavedRunReader] is its mirror.
final class SavedRunWriter {

  private final JsonPage page;

  SavedRunWriter(JsonPage page) {
    this.page = page;
  }

  void write(RunResult result) {
    page.text("format", SavedRun.FORMAT);
    page.number("schema_version", SavedRun.SCHEMA_VERSION);
    info(result.info());
    load(result.load());
    page.text("ending", result.ending().name());
    verdict(result.verdict());
    page.array("calls", () -> calls(result));
    page.array("scenarios", () -> scenarios(result));
    page.array("phases", () -> phases(result));
    metrics(result.metrics());
    page.array("workers", () -> result.workers().forEach(this::worker));
    page.array("timeline", () -> result.timeline().forEach(this::point));
    page.array("thresholds", () -> result.thresholds().forEach(this::threshold));
  }

  private void info(RunResult.RunInfo info) {
    page.object(
        "info",
        () -> {
          page.text("version", info.version());
          page.text("target", info.target());
          page.text("startedAt", info.startedAt().toString());
          page.number("seed", info.seed());
          page.texts("configuration", info.configuration());
          page.texts("environment", info.environment());
        });
  }

  private void load(RunResult.Load load) {
    page.object(
        "load",
        () -> {
          page.truth("open", load.open());
          page.number("arrivals", load.arrivals());
          page.number("started", load.started());
          page.number("unsent", load.unsent());
          page.number("waited", load.waited());
          page.number("sessions", load.sessions());
          page.number("sessionLimit", load.sessionLimit());
          page.number("loadNanos", load.loadNanos());
          page.number("drainNanos", load.drainNanos());
        });
  }

  private void verdict(Verdict verdict) {
    page.object(
        "verdict",
        () -> {
          page.text("validity", verdict.validity().name());
          page.array(
              "findings",
              () ->
                  verdict
                      .findings()
                      .forEach(finding ->
                          page.element(() -> {
                            page.text("validity", finding.validity().name());
                            page.text("rule", finding.rule());
                            page.text("message", finding.message());
                          })));
        });
  }

  private void calls(RunResult result) {
    for (int i = 0; i < result.calls().size(); i++) {
      RunResult.CallName call = result.calls().get(i);
      CallMetrics metrics = result.metrics().calls[i];
      page.element(() -> {
        page.text("name", call.name());
        page.text("protocol", call.protocol());
        page.array("checks", () -> call.checks().forEach(this::check));
        call(call, metrics);
      });
    }
  }

  private void check(String name) {
    page.element(() -> page.text("name", name));
  }

  private void call(RunResult.CallName call, CallMetrics metrics) {
    page.number("started", metrics.started);
    page.number("repeated", metrics.repeated);
    page.number("missedExtractors", metrics.missedExtractors);
    page.number("unresolved", metrics.unresolved);
    page.number("checksMade", metrics.checks.made());
    page.array(
        "checksFailed",
        () -> {
          for (int i = 0; i < call.checks().size(); i++) {
            long failed = metrics.checks.failed(i);
            page.element(() -> page.number("count", failed));
          }
        });
    page.number("bytesIn", metrics.bytesIn);
    page.number("bytesOut", metrics.bytesOut);
    page.array("outcomes", () -> outcomes(metrics));
    histogram("responseOk", metrics.responseOk);
    histogram("responseFailed", metrics.responseFailed);
    histogram("serviceOk", metrics.serviceOk);
    histogram("serviceFailed", metrics.serviceFailed);
    page.object(
        "phases",
        () -> {
          for (Phase phase : Phase.values()) {
            histogram(phase.key(), metrics.phase(phase));
          }
        });
    if (!metrics.measures.declared().isEmpty()) {
      page.array("measures", () -> measures(metrics.measures));
    }
  }

  private void measures(Measures measures) {
    for (int i = 0; i < measures.declared().size(); i++) {
      int index = i;
      Measure measure = measures.declared().get(i);
      page.element(() -> {
        measure(measure);
        switch (measure.kind()) {
          case COUNT -> page.number("count", measures.total(index));
          case TIME, NUMBER -> histogram("values", measures.histogram(index));
          case LABEL -> page.array("labels", () -> labels(measures.labels(index)));
        }
      });
    }
  }

  private void measure(Measure measure) {
    page.text("name", measure.name());
    page.text("kind", measure.kind().name());
    page.text("title", measure.title());
  }

  private void labels(LabelCounts labels) {
    labels
        .toMap()
        .forEach((label, count) ->
            page.element(() -> {
              page.text("label", label);
              page.number("count", count);
            }));
  }

  private void scenarios(RunResult result) {
    for (int i = 0; i < result.scenarios().size(); i++) {
      String name = result.scenarios().get(i);
      ScenarioMetrics metrics = result.metrics().scenarios[i];
      page.element(() -> {
        page.text("name", name);
        page.number("started", metrics.started);
        page.number("ok", metrics.ok);
        page.number("failed", metrics.failed);
        page.number("interrupted", metrics.interrupted);
        histogram("duration", metrics.duration);
      });
    }
  }

  private void phases(RunResult result) {
    for (int i = 0; i < result.phases().size(); i++) {
      io.crankfire.plan.Phase phase = result.phases().get(i);
      LoadPhaseMetrics metrics = result.metrics().phases[i];
      page.element(() -> {
        page.text("name", phase.name());
        page.number("fromNanos", phase.fromNanos());
        page.number("toNanos", phase.toNanos());
        page.truth("warmup", phase.warmup());
        page.number("started", metrics.started);
        page.number("unsent", metrics.unsent);
        page.array("errors", () -> errors(metrics.errors));
        page.number("otherErrors", metrics.errors.others());
        page.array("calls", () -> calls(result, metrics));
      });
    }
  }

  /// The calls that occurred in a phase, each by its index.
  private void calls(RunResult result, LoadPhaseMetrics phase) {
    for (int i = 0; i < result.calls().size(); i++) {
      int index = i;
      CallMetrics metrics = phase.callIfAny(i);
      if (metrics != null && !metrics.isEmpty()) {
        page.element(() -> {
          page.number("call", index);
          call(result.calls().get(index), metrics);
        });
      }
    }
  }

  private void outcomes(CallMetrics metrics) {
    metrics
        .outcomes
        .toMap()
        .forEach((outcome, count) ->
            page.element(() -> {
              page.text("kind", outcome.kind().name());
              page.text("bucket", outcome.bucket());
              page.number("count", count);
            }));
  }

  private void metrics(WorkerMetrics metrics) {
    page.object(
        "metrics",
        () -> {
          page.number("started", metrics.started);
          page.number("unsent", metrics.unsent);
          page.number("connectionsOpened", metrics.connectionsOpened);
          page.number("connectionsReused", metrics.connectionsReused);
          page.number("connectionsClosedIdle", metrics.connectionsClosedIdle);
          page.number("resent", metrics.resent);
          page.number("longestStall", metrics.longestStall);
          page.number("stalls", metrics.stalls);
          page.number("collections", metrics.collections);
          page.number("collectionNanos", metrics.collectionNanos);
          page.number("cpuNanos", metrics.cpuNanos);
          page.number("runQueueNanos", metrics.runQueueNanos);
          page.number("openConnections", metrics.openConnections);
          page.number("activeSessions", metrics.activeSessions);
          histogram("lateness", metrics.lateness);
          histogram("waiting", metrics.waiting);
          page.array("errors", () -> errors(metrics.errors));
          page.number("otherErrors", metrics.errors.others());
        });
  }

  private void errors(ErrorTally errors) {
    errors
        .entries()
        .forEach(entry ->
            page.element(() -> {
              page.text("bucket", entry.bucket());
              page.text("detail", entry.detail());
              page.number("count", entry.count());
              page.number("firstNanos", entry.firstNanos());
              page.number("lastNanos", entry.lastNanos());
            }));
  }

  private void worker(RunResult.WorkerHealth worker) {
    page.element(() -> {
      page.text("transport", worker.transport());
      page.number("runNanos", worker.runNanos());
      page.number("cpuNanos", worker.cpuNanos());
      page.number("runQueueNanos", worker.runQueueNanos());
      page.number("busiestCpu", worker.busiestCpu());
      page.number("longestStall", worker.longestStall());
      page.number("stalls", worker.stalls());
    });
  }

  private void point(TimelinePoint point) {
    page.element(() -> {
      page.number("fromNanos", point.fromNanos());
      page.number("toNanos", point.toNanos());
      page.number("asked", point.asked());
      page.number("started", point.started());
      page.number("ok", point.ok());
      page.number("failed", point.failed());
      page.number("interrupted", point.interrupted());
      page.number("bytesIn", point.bytesIn());
      page.number("bytesOut", point.bytesOut());
      page.number("activeSessions", point.activeSessions());
      page.number("openConnections", point.openConnections());
      page.number("latenessP99", point.latenessP99());
      page.number("longestStall", point.longestStall());
      page.bytes("response", point.response());
      page.bytes("service", point.service());
      if (!point.measures().isEmpty()) {
        page.array("measures", () -> point.measures().forEach(this::point));
      }
    });
  }

  private void point(MeasurePoint point) {
    page.element(() -> {
      measure(point.measure());
      page.number("count", point.count());
      if (point.measure().kind().isDistribution()) {
        page.bytes("values", point.values());
      }
    });
  }

  private void threshold(ThresholdResult result) {
    Threshold threshold = result.threshold();
    page.element(() -> {
      page.text("text", threshold.text());
      page.text("metric", threshold.metric().name());
      Measure measure = threshold.measure();
      if (measure != null) {
        page.object("measure", () -> measure(measure));
      }
      page.text("metricName", threshold.metricName());
      page.text("aggregate", threshold.aggregate().name());
      page.text("aggregateName", threshold.aggregateName());
      page.number("percent", threshold.percent());
      page.text("operator", threshold.operator().name());
      page.number("expected", threshold.expected());
      Threshold.Scope scope = threshold.scope();
      if (scope != null) {
        page.object(
            "scope",
            () -> {
              page.text("kind", scope.kind().name());
              page.text("name", scope.name());
            });
      }
      page.number("windowNanos", threshold.windowNanos());
      page.truth("abort", threshold.abort());
      page.numberOrNull("actual", result.actual());
      page.truth("passed", result.passed());
      page.text("reason", result.reason());
      page.number("foundNanos", result.foundNanos());
    });
  }

  private void histogram(String name, Histogram histogram) {
    page.object(
        name,
        () -> {
          page.number("count", histogram.count());
          if (histogram.count() > 0) {
            page.number("min", histogram.min());
            page.number("max", histogram.max());
            page.number("sum", histogram.sum());
            page.number("clamped", histogram.clamped());
            page.bytes("v2", TimelinePoint.encoded(histogram));
          }
        });
  }
}
