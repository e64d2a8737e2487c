package io.crankfire.net;

import io.crankfire.metrics.Phase;

/// Hears how long the parts of making a connection took.
public interface PhaseListener {

  /// Hears nothing.
  PhaseListener NONE = (phase, nanos) -> {};

  /// One part is done.
  void phase(Phase phase, long nanos);
}
