package io.crankfire.protocol;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Problems;
import io.crankfire.plan.Call;
import org.jspecify.annotations.Nullable;

/// A protocol, found by [java.util.ServiceLoader]. Stateless, one per name.
public interface Protocol {

  /// Its key in configuration files and its name in reports: `http`, `grpc`.
  String name();

  /// Turns a step's configuration into a call: parses and checks once, before the run.
  ///
  /// @param step the step with everything inherited already in it
  /// @param problems takes all faults, with their positions
  /// @return the call, or null if there was a fault
  @Nullable Call compile(ConfigNode.Mapping step, Problems problems);

  /// Makes a worker's requester, on that worker's event loop, before the load starts.
  Requester open(WorkerContext worker);
}
