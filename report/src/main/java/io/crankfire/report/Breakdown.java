package io.crankfire.report;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.LoadPhaseMetrics;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Outcome;
import io.crankfire.result.RunResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The counts of a run by label and by status. Calls of one name count together.
final class Breakdown {

  /// How often exchanges of one protocol ended in one way.
  record Bucket(String protocol, String code, long count) {

    /// `HTTP 404: 49`.
    String line() {
      return Plain.text(protocol.toUpperCase(Locale.ROOT) + " " + code) + ": " + count;
    }

    /// The most frequent first, then by protocol and code.
    private static int inOrder(Bucket one, Bucket other) {
      int order = Long.compare(other.count, one.count);
      if (order == 0) {
        order = one.protocol.compareTo(other.protocol);
      }
      return order == 0 ? one.code.compareTo(other.code) : order;
    }
  }

  /// All calls of one name.
  ///
  /// @param protocols their counts by protocol, in alphabetical order
  record Endpoint(String name, CallMetrics metrics, Map<String, CallMetrics> protocols) {

    /// How its exchanges of `kind` ended: most frequent first, then by protocol and code.
    List<Bucket> buckets(Outcome.Kind kind) {
      return sorted(protocols, kind);
    }

    /// What one protocol measured of its own in them.
    Measures measures(String protocol) {
      CallMetrics counted = protocols.get(protocol);
      return counted == null ? new Measures() : counted.measures;
    }

    /// Exchanges that succeeded or failed.
    long completed() {
      return metrics.ok() + metrics.failed();
    }
  }

  private Breakdown() {}

  /// Every label in the order of the plan.
  static List<Endpoint> endpoints(RunResult result) {
    Map<String, Endpoint> byName = new LinkedHashMap<>();
    for (int i = 0; i < result.calls().size(); i++) {
      RunResult.CallName call = result.calls().get(i);
      CallMetrics metrics = result.metrics().calls[i];
      Endpoint endpoint =
          byName.computeIfAbsent(
              call.name(), name -> new Endpoint(name, new CallMetrics(), new TreeMap<>()));
      endpoint.metrics.add(metrics);
      endpoint.protocols.computeIfAbsent(call.protocol(), p -> new CallMetrics()).add(metrics);
    }
    return List.copyOf(byName.values());
  }

  /// How all exchanges of `kind` ended: most frequent first, then by protocol and code.
  static List<Bucket> buckets(RunResult result, Outcome.Kind kind) {
    return sorted(protocols(result), kind);
  }

  /// How the exchanges of a phase failed.
  static List<Bucket> buckets(RunResult result, LoadPhaseMetrics phase) {
    return sorted(protocols(result, phase), Outcome.Kind.FAILED);
  }

  /// What was counted, by protocol, in alphabetical order.
  static Map<String, CallMetrics> protocols(RunResult result) {
    Map<String, CallMetrics> protocols = new TreeMap<>();
    for (int i = 0; i < result.calls().size(); i++) {
      protocols
          .computeIfAbsent(result.calls().get(i).protocol(), p -> new CallMetrics())
          .add(result.metrics().calls[i]);
    }
    return protocols;
  }

  /// What was counted in a phase.
  static Map<String, CallMetrics> protocols(RunResult result, LoadPhaseMetrics phase) {
    Map<String, CallMetrics> protocols = new TreeMap<>();
    for (int i = 0; i < result.calls().size(); i++) {
      CallMetrics call = phase.callIfAny(i);
      if (call != null) {
        protocols
            .computeIfAbsent(result.calls().get(i).protocol(), p -> new CallMetrics())
            .add(call);
      }
    }
    return protocols;
  }

  private static List<Bucket> sorted(Map<String, CallMetrics> protocols, Outcome.Kind kind) {
    List<Bucket> buckets = new ArrayList<>();
    protocols.forEach((protocol, metrics) ->
        metrics
            .outcomes
            .toMap()
            .forEach((outcome, count) -> {
              if (outcome.kind() == kind) {
                buckets.add(new Bucket(protocol, outcome.bucket(), count));
              }
            }));
    buckets.sort(Bucket::inOrder);
    return buckets;
  }
}
