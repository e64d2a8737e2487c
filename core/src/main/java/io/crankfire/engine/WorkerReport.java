package io.crankfire.engine;

import io.crankfire.metrics.WorkerMetrics;

/// What a worker hands over once a second, and at its end.
///
/// @param worker which one
/// @param metrics counts of the interval
/// @param last whether nothing comes after it
public record WorkerReport(int worker, WorkerMetrics metrics, boolean last) {}
