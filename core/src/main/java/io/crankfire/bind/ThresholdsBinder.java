package io.crankfire.bind;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import io.crankfire.metrics.Measure;
import io.crankfire.plan.Phase;
import io.crankfire.plan.Threshold;
import io.crankfire.plan.Threshold.Metric;
import io.crankfire.plan.Threshold.Scope;
import io.crankfire.plan.Workload;
import io.crankfire.verdict.Labels;
import io.crankfire.verdict.ThresholdReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Makes the thresholds' part of a plan. Each is a text, or a mapping of `threshold`, the text, and
/// its ends apart: `over` and `abort`.
public final class ThresholdsBinder {

  /// The keys it reads, of the whole run.
  public static final List<String> KEYS = List.of("thresholds");

  private static final String TEXT = "threshold";
  private static final String OVER = "over";
  private static final String ABORT = "abort";

  private final @Nullable Workload workload;
  private final List<Phase> phases;
  private final Collection<Measure> measures;
  private final Problems problems;
  private final List<Threshold> thresholds = new ArrayList<>();

  private ThresholdsBinder(
      @Nullable Workload workload,
      List<Phase> phases,
      Collection<Measure> measures,
      Problems problems) {
    this.workload = workload;
    this.phases = phases;
    this.measures = measures;
    this.problems = problems;
  }

  /// Reads the thresholds. One that could never be judged is a fault: it speaks of a part of the
  /// load that there is not, of a warm-up, or of checks or measures where there are none.
  ///
  /// @param workload what the thresholds may speak of; null if it is faulty itself, and then
  ///   nothing is said about parts that are missing
  /// @param phases of the load
  /// @param measures what protocols can measure, whether or not the workload uses them
  public static List<Threshold> bind(
      Fields run,
      @Nullable Workload workload,
      List<Phase> phases,
      Collection<Measure> measures,
      Problems problems) {
    ThresholdsBinder binder = new ThresholdsBinder(workload, phases, measures, problems);
    ConfigNode node = run.node("thresholds");
    if (node instanceof ConfigNode.Sequence list) {
      list.items().forEach(binder::one);
    } else if (node != null) {
      binder.one(node);
    }
    return binder.thresholds;
  }

  private void one(ConfigNode node) {
    if (node instanceof ConfigNode.Scalar scalar) {
      read(scalar.text(), scalar.position());
    } else if (node instanceof ConfigNode.Mapping mapping) {
      mapping(mapping);
    } else {
      problems.add(node.position(), "expected a threshold, not a list");
    }
  }

  private void mapping(ConfigNode.Mapping mapping) {
    Fields fields = new Fields(mapping, problems);
    fields.rejectOthersThan(WorkloadKeys.THRESHOLD.names());
    String text = fields.text(TEXT);
    if (text == null) {
      if (!fields.has(TEXT)) {
        problems.add(
            mapping.position(), "a threshold is needed, such as threshold: \"failed < 1%\"");
      }
      return;
    }
    String over = fields.text(OVER);
    boolean abort = fields.flag(ABORT, false);
    read(
        text.strip() + (over == null ? "" : " over " + over.strip()) + (abort ? " abort" : ""),
        fields.position(TEXT));
  }

  private void read(String text, Position position) {
    try {
      Threshold threshold = ThresholdReader.read(text, measures);
      thresholds.add(threshold);
      if (workload != null) {
        requirePart(threshold, workload, position);
        requireChecks(threshold, workload, position);
        requireCounted(threshold, workload, position);
        requireMeasured(threshold, workload, position);
      }
    } catch (ThresholdReader.SyntaxException e) {
      problems.add(
          position,
          "threshold \"%s\", character %d: %s".formatted(text, e.column(), e.getMessage()));
    }
  }

  private void requirePart(Threshold threshold, Workload workload, Position position) {
    Scope scope = threshold.scope();
    if (scope == null) {
      return;
    }
    List<String> known = Labels.of(workload, phases).of(scope.kind());
    if (!known.contains(scope.name())) {
      problems.add(
          position,
          "threshold \"%s\": there is no %s \"%s\"%s"
              .formatted(
                  threshold.text(),
                  scope.kind().name().toLowerCase(Locale.ROOT),
                  scope.name(),
                  Spelling.hint(scope.name(), known)));
    }
    if (scope.kind() == Scope.Kind.PHASE) {
      for (Phase phase : phases) {
        if (phase.warmup() && phase.name().equals(scope.name())) {
          problems.add(
              position,
              "threshold \"%s\": the phase \"%s\" only warms up and is never judged"
                  .formatted(threshold.text(), scope.name()));
        }
      }
    }
  }

  /// Iterations are counted by scenario, exchanges by endpoint and phase.
  private void requireCounted(Threshold threshold, Workload workload, Position position) {
    Scope scope = threshold.scope();
    if (scope == null) {
      return;
    }
    boolean ofIterations = threshold.metric() == Metric.ITERATION_DURATION;
    if (ofIterations && scope.kind() != Scope.Kind.SCENARIO) {
      problems.add(
          position,
          "threshold \"%s\": iterations are those of a scenario, not of %s"
              .formatted(
                  threshold.text(), scope.kind() == Scope.Kind.PHASE ? "a phase" : "an endpoint"));
    }
    if (!ofIterations && scope.kind() == Scope.Kind.SCENARIO) {
      requireOwnEndpoints(threshold, scope.name(), workload, position);
    }
  }

  private void requireOwnEndpoints(
      Threshold threshold, String scenario, Workload workload, Position position) {
    Labels labels = Labels.of(workload, phases);
    for (Labels.Flow flow : labels.scenarios()) {
      if (!flow.name().equals(scenario)) {
        continue;
      }
      for (int call : flow.calls()) {
        if (!labels.onlyIn(scenario, call)) {
          problems.add(
              position,
              ("threshold \"%s\": other scenarios use the endpoint \"%s\" too, and exchanges are"
                      + " counted by endpoint: give iteration_duration, or an endpoint")
                  .formatted(threshold.text(), labels.endpoints().get(call).name()));
          return;
        }
      }
    }
  }

  /// A measure is one of some protocols, and an endpoint has one protocol.
  private void requireMeasured(Threshold threshold, Workload workload, Position position) {
    Measure measure = threshold.measure();
    if (measure == null) {
      return;
    }
    Labels labels = Labels.of(workload, phases);
    Scope scope = threshold.scope();
    boolean empty = true;
    for (int call = 0; call < workload.calls().size(); call++) {
      if (scope == null || labels.covers(scope, call)) {
        if (workload.calls().get(call).measures().stream().anyMatch(measure::isSameAs)) {
          return;
        }
        empty = false;
      }
    }
    if (!empty) {
      problems.add(
          position,
          "threshold \"%s\": %s does not measure %s, which is of another protocol or mode"
              .formatted(
                  threshold.text(),
                  scope == null || scope.kind() == Scope.Kind.PHASE
                      ? "the workload"
                      : "the %s \"%s\""
                          .formatted(scope.kind().name().toLowerCase(Locale.ROOT), scope.name()),
                  measure.name()));
    }
  }

  private void requireChecks(Threshold threshold, Workload workload, Position position) {
    if (threshold.metric() == Metric.CHECKS
        && workload.calls().stream().allMatch(call -> call.conduct().checks().isEmpty())) {
      problems.add(
          position, "threshold \"%s\": the endpoints have no checks".formatted(threshold.text()));
    }
  }
}
