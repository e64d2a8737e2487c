package io.crankfire.testkit.http2;

import io.crankfire.testkit.Delay;
import io.crankfire.testkit.Header;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// How a server answers one request: says on the [Http2Wire] whatever it likes, or nothing.
///
/// Called on a virtual thread of the stream's own as soon as the request's head is there, so it may
/// block. One instance serves many streams at once. An [IOException] means that the client has
/// ended the stream; anything else that is thrown is a bug of the behaviour, and is kept for
/// [Http2TestServer#failures()]. A stream whose behaviour returns without an end stays open.
@FunctionalInterface
public interface Http2Behavior {

  /// Answers the request, or fails to on purpose.
  void answer(Http2Request request, Http2Wire wire) throws IOException, InterruptedException;

  /// The same, so long after the whole request has come, each time drawn from the distribution; the
  /// seed makes the sequence repeatable.
  default Http2Behavior after(Delay delay, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return (request, wire) -> {
      long pause;
      synchronized (random) {
        pause = delay.sample(random);
      }
      wire.awaitRequest();
      wire.pauseUntil(wire.requestNanos() + pause);
      answer(request, wire);
    };
  }

  /// The same, after a fixed pause.
  default Http2Behavior after(Duration pause) {
    return after(Delay.constant(pause), 0);
  }

  /// Chooses by the request.
  static Http2Behavior by(Function<Http2Request, Http2Behavior> choice) {
    return (request, wire) -> choice.apply(request).answer(request, wire);
  }

  /// The first request gets the first behaviour, the second the second, and all further ones the
  /// last.
  static Http2Behavior sequence(Http2Behavior... behaviors) {
    List<Http2Behavior> list = List.of(behaviors);
    AtomicLong next = new AtomicLong();
    return (request, wire) ->
        list.get((int) Math.min(next.getAndIncrement(), list.size() - 1)).answer(request, wire);
  }

  /// The behaviours in turn, over and over.
  static Http2Behavior cycle(List<? extends Http2Behavior> behaviors) {
    List<Http2Behavior> list = List.copyOf(behaviors);
    AtomicLong next = new AtomicLong();
    return (request, wire) ->
        list.get((int) (next.getAndIncrement() % list.size())).answer(request, wire);
  }

  /// Answers at once, and then sends back each piece of the body as it comes; every field of the
  /// request comes back as `x-echo-…`, those of pseudo-headers without their colon.
  static Http2Behavior echo() {
    return (request, wire) -> {
      List<Header> fields = new ArrayList<>();
      for (Header field : request.fields()) {
        String name = field.name().startsWith(":") ? field.name().substring(1) : field.name();
        fields.add(new Header("x-echo-" + name, field.value()));
      }
      wire.head(200, fields, false);
      byte[] piece = wire.read();
      while (piece != null) {
        wire.data(piece, false);
        piece = wire.read();
      }
      wire.data(new byte[0], true);
    };
  }

  /// Does nothing until the client ends the stream.
  static Http2Behavior silence() {
    return (request, wire) -> wire.stall();
  }
}
