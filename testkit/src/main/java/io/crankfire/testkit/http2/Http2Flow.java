package io.crankfire.testkit.http2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.Delay;
import io.crankfire.testkit.Header;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/// A body that comes piece by piece at known times, a frame for each. Begin with [#of] or [#events]
/// and change what differs. What really was is in [Http2TestServer#firstNanos()] and
/// [Http2TestServer#gapNanos()].
///
/// @param fields of the head
/// @param piece each piece by its number, from 1
/// @param count how many; [Long#MAX_VALUE] for no end
/// @param first from the request's end to the first piece
/// @param gap from each piece to the next, whatever the one before was late
/// @param seed makes the draws repeatable; each stream has its own
/// @param trailers after the last piece
public record Http2Flow(
    List<Header> fields,
    LongFunction<byte[]> piece,
    long count,
    Delay first,
    Delay gap,
    long seed,
    List<Header> trailers)
    implements Http2Behavior {

  private static final Delay NONE = Delay.constant(Duration.ZERO);
  private static final AtomicLong STREAMS = new AtomicLong();

  public Http2Flow {
    fields = List.copyOf(fields);
    trailers = List.copyOf(trailers);
    Objects.requireNonNull(piece, "piece");
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(gap, "gap");
  }

  /// So many pieces of these bytes.
  public static Http2Flow of(byte[] piece, long count) {
    return new Http2Flow(List.of(), _ -> piece, count, NONE, NONE, 0, List.of());
  }

  /// An event stream (SSE) of so many events, `id: n` and `data: event n`.
  public static Http2Flow events(long count) {
    return new Http2Flow(
        List.of(new Header("content-type", "text/event-stream")),
        number -> ("id: " + number + "\ndata: event " + number + "\n\n").getBytes(UTF_8),
        count,
        NONE,
        NONE,
        0,
        List.of());
  }

  /// At these times.
  public Http2Flow at(Delay newFirst, Delay newGap, long newSeed) {
    return new Http2Flow(fields, piece, count, newFirst, newGap, newSeed, trailers);
  }

  @Override
  public void answer(Http2Request request, Http2Wire wire)
      throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(seed + STREAMS.getAndIncrement());
    wire.awaitRequest();
    wire.head(200, fields, false);
    long before = wire.requestNanos();
    long due = before + first.sample(random);
    for (long number = 1; number <= count; number++) {
      byte[] bytes = piece.apply(number);
      wire.pauseUntil(due);
      long now = wire.data(bytes, bytes.length, number == count && trailers.isEmpty());
      wire.recordPiece(number == 1, now - before);
      before = now;
      due += gap.sample(random);
    }
    if (!trailers.isEmpty()) {
      wire.trailers(trailers);
    } else if (count == 0) {
      wire.data(new byte[0], true);
    }
  }
}
