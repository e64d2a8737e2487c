package io.crankfire.verdict;

import io.crankfire.plan.Threshold;

/// What became of a threshold.
///
/// @param threshold which
/// @param actual the value, in the unit of the expected one: over the whole run, or of the first
///   window that was not as it should be, else of the last one; not a number if nothing was
///   measured
/// @param passed whether it held
/// @param reason why not, where the figures alone do not say; may be empty
public record ThresholdResult(Threshold threshold, double actual, boolean passed, String reason) {}
