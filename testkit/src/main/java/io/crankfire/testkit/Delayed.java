package io.crankfire.testkit;

import java.io.IOException;
import java.util.Objects;
import java.util.SplittableRandom;

/// A pause drawn from a distribution, then a behaviour. Draws are handed out in the order of the
/// requests.
final class Delayed implements Behavior {
  private final Delay delay;
  private final Behavior behavior;
  private final SplittableRandom random;

  Delayed(Delay delay, long seed, Behavior behavior) {
    this.delay = Objects.requireNonNull(delay, "delay");
    this.behavior = Objects.requireNonNull(behavior, "behavior");
    this.random = new SplittableRandom(seed);
  }

  @Override
  public Stage stage() {
    return behavior.stage();
  }

  @Override
  public void answer(Request request, Wire wire) throws IOException, InterruptedException {
    wire.pauseUntil(request.arrivedNanos() + draw());
    behavior.answer(request, wire);
  }

  private synchronized long draw() {
    return delay.sample(random);
  }
}
