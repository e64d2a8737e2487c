package io.crankfire.engine;

/// One worker's part of a plan.
///
/// @param index which worker, from 0
/// @param splitter what numbers its iterations and sessions have among all
/// @param pacer its arrivals; null in a closed model
/// @param sessions how many sessions it may have
/// @param iterations how many iterations it may begin in a closed model; [Long#MAX_VALUE] for no
///   limit
/// @param connections how many connections it may hold; 0 for no limit
record Share(
    int index,
    Splitter splitter,
    @org.jspecify.annotations.Nullable Pacer pacer,
    int sessions,
    long iterations,
    int connections) {}
