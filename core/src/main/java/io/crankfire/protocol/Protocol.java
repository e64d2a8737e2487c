package io.crankfire.protocol;

import io.crankfire.config.ConfigNode;
import io.crankfire.metrics.Measure;
import io.crankfire.plan.Call;
import io.crankfire.template.Variables;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A protocol, found by [java.util.ServiceLoader]. Stateless, one per name.
public interface Protocol {

  /// Its key in configuration files and its name in reports: `http`, `grpc`.
  String name();

  /// Schemes of URLs that mean this protocol where nothing is said of one: `ws`, `wss`. In lower
  /// case.
  default List<String> schemes() {
    return List.of();
  }

  /// What a step is called in statistics that has no name of its own, if that is not its URL.
  ///
  /// @param step its protocol's own keys, with everything inherited
  default @Nullable String label(ConfigNode.Mapping step) {
    return null;
  }

  /// Turns a step's configuration into a call: parses and checks once, before the run.
  ///
  /// @param step the step with everything inherited already in it
  /// @param compiling what it may use, and where all faults go
  /// @return the call, or null if there was a fault
  @Nullable Call compile(ConfigNode.Mapping step, Compiling compiling);

  /// The keys of a step that are this protocol's own, beside those every step has.
  Collection<String> keys();

  /// Everything [Call#measures] of its calls can contain: the names that thresholds may give.
  default List<Measure> measures() {
    return List.of();
  }

  /// What would be sent for a session that knows `variables`, for people to read. The value of the
  /// credential is masked.
  String preview(Call call, Variables variables);

  /// Makes a worker's requester, on that worker's event loop, before the load starts.
  Requester open(WorkerContext worker);
}
