package io.crankfire.testkit.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.Delay;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// How a server answers one call, of whatever kind: reads messages from the [GrpcWire] and writes
/// some, or what is none.
///
/// Called on a virtual thread of the call's own, so it may block. One instance serves many calls at
/// once. An [IOException] means that the client has ended the call; anything else that is thrown is
/// a bug of the behaviour, and is kept for [GrpcTestServer#failures()].
@FunctionalInterface
public interface GrpcBehavior {

  /// Answers the call, or fails to on purpose.
  void answer(GrpcWire wire) throws IOException, InterruptedException;

  /// The same, so long after the call's head has come, each time drawn from the distribution; the
  /// seed makes the sequence repeatable.
  default GrpcBehavior after(Delay delay, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return wire -> {
      long pause;
      synchronized (random) {
        pause = delay.sample(random);
      }
      wire.stream().pauseUntil(wire.request().arrivedNanos() + pause);
      answer(wire);
    };
  }

  /// The same, after a fixed pause.
  default GrpcBehavior after(Duration pause) {
    return after(Delay.constant(pause), 0);
  }

  /// The first call gets the first behaviour, the second the second, and all further ones the last.
  static GrpcBehavior sequence(GrpcBehavior... behaviors) {
    List<GrpcBehavior> list = List.of(behaviors);
    AtomicLong next = new AtomicLong();
    return wire -> list.get((int) Math.min(next.getAndIncrement(), list.size() - 1)).answer(wire);
  }

  /// One message to the whole request, and OK.
  static GrpcBehavior unary(byte[] reply) {
    return wire -> {
      wire.awaitRequest();
      wire.send(reply);
      wire.finish(GrpcCode.OK, "");
    };
  }

  /// Each message back as it comes, and OK.
  static GrpcBehavior echo() {
    return wire -> {
      for (byte[] message = wire.read(); message != null; message = wire.read()) {
        wire.send(message);
      }
      wire.finish(GrpcCode.OK, "");
    };
  }

  /// How many messages came, as the number of one `Text`, and OK.
  static GrpcBehavior count() {
    return wire -> {
      long count = 0;
      for (byte[] message = wire.read(); message != null; message = wire.read()) {
        count++;
      }
      wire.send(GrpcMessages.text("", count));
      wire.finish(GrpcCode.OK, "");
    };
  }

  /// So many `Text`s with numbers from 1, and OK.
  static GrpcBehavior several(int count) {
    return wire -> {
      wire.awaitRequest();
      for (int i = 1; i <= count; i++) {
        wire.send(GrpcMessages.text("message", i));
      }
      wire.finish(GrpcCode.OK, "");
    };
  }

  /// A status and no message, with trailers alone.
  static GrpcBehavior status(GrpcCode code, String message) {
    return wire -> {
      wire.awaitRequest();
      wire.finish(code, message);
    };
  }

  /// Messages without end, each of so many bytes.
  static GrpcBehavior endless(int bytes) {
    byte[] message = GrpcMessages.text("m".repeat(bytes));
    return wire -> {
      wire.awaitRequest();
      while (!wire.stream().isBroken()) {
        wire.send(message);
      }
    };
  }

  /// The request's metadata as trailers `echo-…`, and what the first message is.
  static GrpcBehavior metadata() {
    return wire -> {
      byte[] first = wire.read();
      wire.awaitRequest();
      wire.send(first == null ? "".getBytes(UTF_8) : first);
      List<String> echoes =
          wire.request().fields().stream()
              .filter(field -> field.name().startsWith("x-"))
              .flatMap(field -> java.util.stream.Stream.of("echo-" + field.name(), field.value()))
              .toList();
      wire.finish(GrpcCode.OK, "", echoes.toArray(String[]::new));
    };
  }
}
