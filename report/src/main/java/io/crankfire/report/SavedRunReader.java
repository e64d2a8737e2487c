package io.crankfire.report;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.ErrorTally;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.HistogramCodec;
import io.crankfire.metrics.LoadPhaseMetrics;
import io.crankfire.metrics.Measure;
import io.crankfire.metrics.MeasurePoint;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import io.crankfire.metrics.ScenarioMetrics;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Threshold;
import io.crankfire.result.RunResult;
import io.crankfire.verdict.ThresholdResult;
import io.crankfire.verdict.Verdict;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads what [SavedRunWriter] wrote, and believes nothing of it unchecked.
final class SavedRunReader {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SavedRunReader() {}

  static RunResult read(InputStream in) {
    JsonNode root = MAPPER.readTree(in);
    if (root == null || root.isMissingNode()) {
      throw new Fields.Fault("it is empty");
    }
    Fields run = new Fields(root, "");
    if (!run.text("format").equals(SavedRun.FORMAT)) {
      throw run.fault("format", "is not " + SavedRun.FORMAT);
    }
    long version = run.count("schema_version");
    if (version != SavedRun.SCHEMA_VERSION) {
      throw run.fault(
          "schema_version",
          "is " + version + ", and only " + SavedRun.SCHEMA_VERSION + " is known");
    }
    List<Fields> callFields = run.objects("calls");
    List<Fields> scenarioFields = run.objectsIfAny("scenarios");
    List<Fields> phaseFields = run.objectsIfAny("phases");
    List<RunResult.CallName> calls = callFields.stream().map(SavedRunReader::name).toList();
    List<io.crankfire.plan.Phase> phases = phaseFields.stream().map(SavedRunReader::phase).toList();
    boolean[] warmups = new boolean[phases.size()];
    for (int i = 0; i < warmups.length; i++) {
      warmups[i] = phases.get(i).warmup();
    }
    List<List<Measure>> measures = callFields.stream().map(SavedRunReader::measures).toList();
    WorkerMetrics metrics = new WorkerMetrics(measures, scenarioFields.size(), warmups);
    metrics(run.object("metrics"), metrics);
    for (int i = 0; i < calls.size(); i++) {
      call(callFields.get(i), calls.get(i), metrics.calls[i]);
    }
    for (int i = 0; i < scenarioFields.size(); i++) {
      scenario(scenarioFields.get(i), metrics.scenarios[i]);
    }
    for (int i = 0; i < phaseFields.size(); i++) {
      phase(phaseFields.get(i), calls, metrics.phases[i]);
    }
    return new RunResult(
        info(run.object("info")),
        load(run.object("load")),
        calls,
        scenarioFields.stream().map(scenario -> scenario.text("name")).toList(),
        phases,
        metrics,
        run.objects("workers").stream().map(SavedRunReader::worker).toList(),
        run.objects("timeline").stream().map(SavedRunReader::point).toList(),
        run.constant("ending", RunResult.Ending.class),
        verdict(run.object("verdict")),
        run.objectsIfAny("thresholds").stream().map(SavedRunReader::threshold).toList());
  }

  private static RunResult.CallName name(Fields call) {
    return new RunResult.CallName(
        call.text("name"),
        call.text("protocol"),
        call.objectsIfAny("checks").stream().map(check -> check.text("name")).toList());
  }

  private static io.crankfire.plan.Phase phase(Fields phase) {
    long from = phase.count("fromNanos");
    long to = phase.count("toNanos");
    if (to <= from) {
      throw phase.fault("toNanos", "is not after its beginning");
    }
    return new io.crankfire.plan.Phase(phase.text("name"), from, to, phase.truth("warmup"));
  }

  private static void scenario(Fields saved, ScenarioMetrics metrics) {
    metrics.started = saved.count("started");
    metrics.ok = saved.count("ok");
    metrics.failed = saved.count("failed");
    metrics.interrupted = saved.count("interrupted");
    histogram(saved.object("duration"), metrics.duration);
  }

  private static void phase(
      Fields saved, List<RunResult.CallName> calls, LoadPhaseMetrics metrics) {
    metrics.started = saved.count("started");
    metrics.unsent = saved.count("unsent");
    errors(saved, metrics.errors);
    for (Fields call : saved.objects("calls")) {
      int index = call.smallCount("call");
      if (index >= calls.size()) {
        throw call.fault("call", "is the index of no call");
      }
      call(call, calls.get(index), metrics.call(index));
    }
  }

  private static RunResult.RunInfo info(Fields info) {
    Instant startedAt;
    try {
      startedAt = Instant.parse(info.text("startedAt"));
    } catch (DateTimeException e) {
      throw info.fault("startedAt", "is not a point in time");
    }
    return new RunResult.RunInfo(
        info.text("version"),
        info.text("target"),
        startedAt,
        info.number("seed"),
        info.texts("configuration"),
        info.texts("environment"));
  }

  private static RunResult.Load load(Fields load) {
    return new RunResult.Load(
        load.truth("open"),
        load.count("arrivals"),
        load.count("started"),
        load.count("unsent"),
        load.count("waited"),
        load.smallCount("sessions"),
        load.smallCount("sessionLimit"),
        load.count("loadNanos"),
        load.count("drainNanos"));
  }

  private static Verdict verdict(Fields verdict) {
    return new Verdict(
        verdict.constant("validity", Verdict.Validity.class),
        verdict.objects("findings").stream()
            .map(finding ->
                new Verdict.Finding(
                    finding.constant("validity", Verdict.Validity.class),
                    finding.text("rule"),
                    finding.text("message")))
            .toList());
  }

  private static void call(Fields call, RunResult.CallName name, CallMetrics metrics) {
    metrics.started = call.count("started");
    metrics.repeated = call.countIfAny("repeated");
    metrics.missedExtractors = call.countIfAny("missedExtractors");
    metrics.unresolved = call.countIfAny("unresolved");
    metrics.checks.addMade(call.countIfAny("checksMade"));
    List<Fields> failed = call.objectsIfAny("checksFailed");
    if (failed.size() > name.checks().size()) {
      throw call.fault("checksFailed", "has more checks than the call");
    }
    for (int i = 0; i < failed.size(); i++) {
      metrics.checks.addFailed(i, failed.get(i).count("count"));
    }
    metrics.bytesIn = call.count("bytesIn");
    metrics.bytesOut = call.count("bytesOut");
    for (Fields outcome : call.objects("outcomes")) {
      metrics.outcomes.add(
          new Outcome(outcome.constant("kind", Outcome.Kind.class), outcome.text("bucket")),
          outcome.count("count"));
    }
    histogram(call.object("responseOk"), metrics.responseOk);
    histogram(call.object("responseFailed"), metrics.responseFailed);
    histogram(call.object("serviceOk"), metrics.serviceOk);
    histogram(call.object("serviceFailed"), metrics.serviceFailed);
    Fields phases = call.object("phases");
    for (Phase phase : Phase.values()) {
      if (phases.has(phase.key())) { // runs saved before there was a phase have none
        histogram(phases.object(phase.key()), metrics.phase(phase));
      }
    }
    List<Fields> measures = call.objectsIfAny("measures");
    if (!measures(call).equals(metrics.measures.declared())) {
      throw call.fault("measures", "are not those of the call");
    }
    for (int i = 0; i < measures.size(); i++) {
      measured(measures.get(i), metrics.measures, i);
    }
  }

  private static List<Measure> measures(Fields call) {
    return call.objectsIfAny("measures").stream().map(SavedRunReader::measure).toList();
  }

  private static Measure measure(Fields saved) {
    try {
      return new Measure(
          saved.text("name"), saved.constant("kind", Measure.Kind.class), saved.text("title"));
    } catch (IllegalArgumentException e) {
      throw saved.fault("name", "or title is none: " + e.getMessage());
    }
  }

  private static void measured(Fields saved, Measures measures, int index) {
    switch (measures.declared().get(index).kind()) {
      case COUNT -> measures.count(index, saved.count("count"));
      case TIME, NUMBER -> histogram(saved.object("values"), measures.histogram(index));
      case LABEL -> {
        for (Fields label : saved.objects("labels")) {
          measures.labels(index).add(label.text("label"), label.count("count"));
        }
      }
    }
  }

  private static void metrics(Fields saved, WorkerMetrics metrics) {
    metrics.started = saved.count("started");
    metrics.unsent = saved.count("unsent");
    metrics.connectionsOpened = saved.count("connectionsOpened");
    metrics.connectionsReused = saved.count("connectionsReused");
    metrics.connectionsClosedIdle = saved.count("connectionsClosedIdle");
    metrics.resent = saved.count("resent");
    metrics.longestStall = saved.count("longestStall");
    metrics.stalls = saved.count("stalls");
    metrics.collections = saved.number("collections");
    metrics.collectionNanos = saved.count("collectionNanos");
    metrics.cpuNanos = saved.number("cpuNanos");
    metrics.runQueueNanos = saved.number("runQueueNanos");
    metrics.openConnections = saved.smallCount("openConnections");
    metrics.activeSessions = saved.smallCount("activeSessions");
    histogram(saved.object("lateness"), metrics.lateness);
    histogram(saved.object("waiting"), metrics.waiting);
    errors(saved, metrics.errors);
  }

  private static void errors(Fields saved, ErrorTally errors) {
    for (Fields error : saved.objects("errors")) {
      errors.add(
          new ErrorTally.Entry(
              error.text("bucket"),
              error.text("detail"),
              error.count("count"),
              error.number("firstNanos"),
              error.number("lastNanos")));
    }
    errors.addOthers(saved.count("otherErrors"));
  }

  private static RunResult.WorkerHealth worker(Fields worker) {
    return new RunResult.WorkerHealth(
        worker.text("transport"),
        worker.count("runNanos"),
        worker.number("cpuNanos"),
        worker.number("runQueueNanos"),
        worker.decimal("busiestCpu"),
        worker.count("longestStall"),
        worker.count("stalls"));
  }

  private static TimelinePoint point(Fields point) {
    TimelinePoint read =
        new TimelinePoint(
            point.count("fromNanos"),
            point.count("toNanos"),
            point.count("asked"),
            point.count("started"),
            point.count("ok"),
            point.count("failed"),
            point.count("interrupted"),
            point.count("bytesIn"),
            point.count("bytesOut"),
            point.smallCount("activeSessions"),
            point.smallCount("openConnections"),
            point.count("latenessP99"),
            point.count("longestStall"),
            point.bytes("response"),
            point.bytes("service"),
            point.objectsIfAny("measures").stream().map(SavedRunReader::measurePoint).toList());
    merge(point, "response", read.response(), new Histogram());
    merge(point, "service", read.service(), new Histogram());
    return read;
  }

  private static MeasurePoint measurePoint(Fields saved) {
    Measure measure = measure(saved);
    long count = saved.count("count");
    return switch (measure.kind()) {
      case COUNT -> new MeasurePoint(measure, count);
      case TIME, NUMBER -> {
        byte[] values = saved.bytes("values");
        merge(saved, "values", values, new Histogram());
        yield new MeasurePoint(measure, count, values);
      }
      case LABEL -> throw saved.fault("kind", "is not one of an interval");
    };
  }

  private static ThresholdResult threshold(Fields saved) {
    Fields scope = saved.has("scope") ? saved.object("scope") : null;
    Threshold.Metric metric = saved.constant("metric", Threshold.Metric.class);
    Measure measure = metric == Threshold.Metric.MEASURE ? measure(saved.object("measure")) : null;
    Threshold threshold =
        new Threshold(
            saved.text("text"),
            metric,
            measure,
            saved.text("metricName"),
            saved.constant("aggregate", Threshold.Aggregate.class),
            saved.text("aggregateName"),
            saved.decimal("percent"),
            saved.constant("operator", Threshold.Operator.class),
            saved.decimal("expected"),
            scope == null
                ? null
                : new Threshold.Scope(
                    scope.constant("kind", Threshold.Scope.Kind.class), scope.text("name")),
            saved.count("windowNanos"),
            saved.truth("abort"));
    return new ThresholdResult(
        threshold,
        saved.decimalOrNone("actual"),
        saved.truth("passed"),
        saved.text("reason"),
        saved.number("foundNanos"));
  }

  private static void histogram(Fields saved, Histogram target) {
    long count = saved.count("count");
    if (count == 0) {
      return;
    }
    long min = saved.count("min");
    long max = saved.count("max");
    double sum = saved.decimal("sum");
    long clamped = saved.count("clamped");
    if (min > max || sum < 0 || clamped > count) {
      throw saved.fault("min", "and its neighbours contradict each other");
    }
    byte[] encoded = saved.bytes("v2");
    try {
      HistogramCodec.merge(ByteBuffer.wrap(encoded), target, min, max, sum, clamped);
    } catch (IllegalArgumentException e) {
      throw saved.fault("v2", "is " + e.getMessage());
    }
    if (target.count() != count) {
      throw saved.fault("count", "is not the sum of the buckets");
    }
  }

  private static void merge(Fields saved, String name, byte[] encoded, Histogram target) {
    try {
      HistogramCodec.merge(ByteBuffer.wrap(encoded), target);
    } catch (IllegalArgumentException e) {
      throw saved.fault(name, "is " + e.getMessage());
    }
  }
}
