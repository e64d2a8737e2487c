package io.crankfire.testkit.grpc;

import io.crankfire.testkit.Delay;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// Messages at known times to the whole request, and OK. What really was is in
/// [io.crankfire.testkit.http2.Http2TestServer#firstNanos()] and `gapNanos()`.
///
/// @param count how many; [Long#MAX_VALUE] for no end
/// @param bytes of the text in each
/// @param first from the request's end to the first
/// @param gap from each to the next, whatever the one before was late
/// @param seed makes the draws repeatable; each call has its own
public record GrpcFlow(long count, int bytes, Delay first, Delay gap, long seed)
    implements GrpcBehavior {

  private static final AtomicLong CALLS = new AtomicLong();

  public GrpcFlow {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(gap, "gap");
  }

  /// So many, a gap before each.
  public static GrpcFlow of(long count, Delay gap, long seed) {
    return new GrpcFlow(count, 10, Delay.constant(Duration.ZERO), gap, seed);
  }

  @Override
  public void answer(GrpcWire wire) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(seed + CALLS.getAndIncrement());
    byte[] message = GrpcMessages.text("t".repeat(bytes));
    wire.awaitRequest();
    wire.head();
    long before = wire.stream().requestNanos();
    long due = before + first.sample(random);
    for (long number = 1; number <= count; number++) {
      wire.stream().pauseUntil(due);
      long now = wire.send(message);
      wire.stream().recordPiece(number == 1, now - before);
      before = now;
      due += gap.sample(random);
    }
    wire.finish(GrpcCode.OK, "");
  }
}
