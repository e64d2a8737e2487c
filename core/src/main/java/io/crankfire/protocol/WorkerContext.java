package io.crankfire.protocol;

import io.crankfire.metrics.Recorder;
import io.crankfire.net.Connector;
import io.crankfire.net.Loop;
import io.crankfire.plan.Connections;
import java.util.function.Supplier;

/// All that a protocol knows of the engine.
///
/// @param loop the worker's event loop
/// @param connector makes connections on it, as the plan says
/// @param connections how connections are made and kept
/// @param connectionLimit this worker's share of the connections; 0 for no limit
/// @param recorder where phases and connection counts go
/// @param common what protocols have in common
public record WorkerContext(
    Loop loop,
    Connector connector,
    Connections connections,
    int connectionLimit,
    Recorder recorder,
    Common common) {

  /// Things that several protocols of a worker use, such as its connections: one of each class.
  /// Confined to the worker's event loop.
  public static final class Common {
    private final Keepsakes things = new Keepsakes();

    /// Nothing yet.
    public Common() {}
  }

  /// With nothing in common yet.
  public WorkerContext(
      Loop loop,
      Connector connector,
      Connections connections,
      int connectionLimit,
      Recorder recorder) {
    this(loop, connector, connections, connectionLimit, recorder, new Common());
  }

  /// What several protocols of the worker use: one object of the class, made when it is first asked
  /// for.
  public <T> T shared(Class<T> type, Supplier<T> maker) {
    return common.things.get(type, maker);
  }
}
