package io.crankfire.protocol;

import io.crankfire.metrics.Recorder;
import io.crankfire.net.Connector;
import io.crankfire.net.Loop;
import io.crankfire.plan.Connections;

/// All that a protocol knows of the engine.
///
/// @param loop the worker's event loop
/// @param connector makes connections on it, as the plan says
/// @param connections how connections are made and kept
/// @param connectionLimit this worker's share of the connections; 0 for no limit
/// @param recorder where phases and connection counts go
public record WorkerContext(
    Loop loop,
    Connector connector,
    Connections connections,
    int connectionLimit,
    Recorder recorder) {}
