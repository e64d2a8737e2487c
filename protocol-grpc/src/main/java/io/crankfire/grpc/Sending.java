package io.crankfire.grpc;

import io.crankfire.metrics.Measures;
import io.crankfire.net.Timer;
import io.crankfire.protocol.Exchange;
import io.crankfire.template.ByteSink;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Sends the messages of a call that has several: at their times, no more than the server takes,
/// and measures their replies. Used again for the session's next call. Confined to its worker's
/// event loop.
final class Sending {

  /*
   * Message k is due at the beginning and k intervals, never later because the one before was late. A few at a time
   * go out in one turn of the loop, so that a call with a million of them does not hold it; none while what was
   * written waits for the server's windows, so that nothing piles up.
   */

  /// How many messages go out before the loop looks at other things.
  private static final int BURST = 64;

  /// How many bytes may wait for the server's windows before the next message.
  private static final int HIGH_WATER = 64 * 1024;

  /// Above so many messages without a reply, round trips are not measured.
  private static final int MOST_OPEN = 1 << 16;

  private final GrpcStream stream;
  private final GrpcRequester requester;
  private final Timer timer = new Timer(this::timeHasCome);
  private final Runnable goOn = this::goOn;
  private final ByteSink frame = new ByteSink(0);

  private @Nullable GrpcCall call;
  private @Nullable Exchange exchange;
  private boolean under;
  private long beganAt;
  private long sent;
  private boolean closed;
  private long yieldedFor = -1;

  /// When the messages were sent that have no reply, as a ring from the oldest on.
  private long[] open = new long[16];

  private int oldest;
  private int waiting;
  private boolean measured;

  Sending(GrpcStream stream, GrpcRequester requester) {
    this.stream = stream;
    this.requester = requester;
  }

  private GrpcCall call() {
    return Objects.requireNonNull(call);
  }

  /// A call begins, whose head has gone out.
  void begin(GrpcCall newCall, Exchange newExchange) {
    call = newCall;
    exchange = newExchange;
    under = true;
    beganAt = requester.loop().now();
    sent = 0;
    closed = false;
    oldest = 0;
    waiting = 0;
    measured = newCall.kind() == GrpcCall.Kind.BIDIRECTIONAL;
    more();
  }

  /// The call is over.
  void end() {
    under = false;
    requester.loop().disarm(timer);
  }

  private void timeHasCome() {
    if (under) {
      more();
      stream.giveUpIfDecided();
    }
  }

  private void goOn() {
    if (under && yieldedFor == stream.number()) {
      yieldedFor = -1;
      more();
      stream.giveUpIfDecided();
    }
  }

  /// Sends what is due.
  void more() {
    GrpcCall.Options options = call().options();
    for (int n = 0; under && !closed && sent < options.count(); n++) {
      if (options.awaitReplies() && stream.received() < sent) {
        return;
      }
      if (stream.unsent() > HIGH_WATER) {
        return; // drained() comes
      }
      long due = beganAt + sent * options.intervalNanos();
      if (options.intervalNanos() > 0 && due > requester.loop().now()) {
        requester.loop().arm(timer, due);
        return;
      }
      if (n == BURST) {
        if (yieldedFor != stream.number()) {
          yieldedFor = stream.number();
          requester.loop().execute(goOn);
        }
        return;
      }
      boolean ends = sent + 1 == options.count() && options.halfClose() == GrpcCall.HalfClose.SENT;
      if (!send(options.intervalNanos() > 0 ? due : requester.loop().now(), ends)) {
        return;
      }
    }
    if (under && !closed && sent == options.count() && closes(options.halfClose())) {
      closed = true;
      stream.writeNext(frame.array(), 0, false, true);
    }
  }

  private boolean closes(GrpcCall.HalfClose when) {
    return switch (when) {
      case SENT -> true; // no message at all
      case REPLIES -> stream.received() >= sent;
      case NEVER -> false;
    };
  }

  /// Sends the next message.
  ///
  /// @param due when it was to be sent
  /// @return false if it cannot be
  private boolean send(long due, boolean ends) {
    int index = (int) (sent % call().messages().size());
    Outgoing message = call().messages().get(index);
    byte[] constant = message.frame();
    int size;
    long number = stream.number();
    if (sent == 0) {
      size = stream.firstSize();
    } else if (constant != null) {
      size = message.size();
    } else {
      frame.clear();
      String fault =
          requester.render(frame, call(), index, Objects.requireNonNull(exchange).variables());
      if (fault != null) {
        stream.unsendable(fault);
        return false;
      }
      size = requester.renderedSize();
    }
    Measures measures = stream.measures();
    measures.count(GrpcMeasures.SENT, 1);
    measures.count(GrpcMeasures.BYTES_SENT, size);
    open(due);
    closed = ends;
    boolean first = sent++ == 0;
    if (first) {
      stream.writeFirst(ends);
    } else if (constant != null) {
      stream.writeNext(constant, constant.length, true, ends);
    } else {
      stream.writeNext(frame.array(), frame.size(), false, ends);
    }
    return number == stream.number();
  }

  private void open(long at) {
    if (!measured) {
      return;
    }
    if (waiting == open.length) {
      if (waiting == MOST_OPEN) {
        measured = false;
        return;
      }
      long[] larger = new long[2 * waiting];
      for (int i = 0; i < waiting; i++) {
        larger[i] = open[(oldest + i) % waiting];
      }
      open = larger;
      oldest = 0;
    }
    open[(oldest + waiting++) % open.length] = at;
  }

  /// A message came: of those without a reply the oldest has it.
  void replied(long now) {
    if (measured && waiting > 0) {
      stream.measures().record(GrpcMeasures.ROUND_TRIP, now - open[oldest]);
      oldest = (oldest + 1) % open.length;
      waiting--;
    }
    GrpcCall.Options options = call().options();
    if (!closed && (options.awaitReplies() || options.halfClose() == GrpcCall.HalfClose.REPLIES)) {
      more();
    }
  }
}
