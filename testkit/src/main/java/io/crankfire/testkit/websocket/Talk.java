package io.crankfire.testkit.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.Delay;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a server says on a WebSocket connection: to the opening, and to each message.
///
/// Called on the connection's own virtual thread, so it may block; while it does, nothing more is
/// read. Pings and closes are answered without it (see [Endpoint]). One instance serves many
/// connections at once. An [IOException] means that the client is gone; anything else that is
/// thrown is a bug, and is kept for [WebSocketTestServer#failures()].
@FunctionalInterface
public interface Talk {

  /// Answers a message, or fails to on purpose.
  void message(WebSocketWire wire, Message message) throws IOException, InterruptedException;

  /// Speaks first, right after the handshake.
  default void opened(WebSocketWire wire) throws IOException, InterruptedException {}

  /// The message back, as what it came.
  static Talk echo() {
    return (wire, message) -> wire.reply(message, message.isText(), message.payload());
  }

  /// Always this text.
  static Talk replying(String text) {
    byte[] payload = text.getBytes(UTF_8);
    return (wire, message) -> wire.reply(message, true, payload);
  }

  /// Never anything.
  static Talk silent() {
    return (_, _) -> {};
  }

  /// These raw bytes, whatever was said, and nothing more after.
  static Talk raw(byte[] bytes) {
    return (wire, _) -> wire.raw(bytes);
  }

  /// `{"id":…,"reply":n}` with the id of the JSON message, a number or a string, and the message's
  /// number.
  static Talk replyingToIds() {
    Pattern id = Pattern.compile("\"id\"\\s*:\\s*(\"[^\"]*\"|-?\\d+)");
    return (wire, message) -> {
      Matcher matcher = id.matcher(message.string());
      String found = matcher.find() ? matcher.group(1) : "null";
      String reply = "{\"id\":" + found + ",\"reply\":" + message.number() + "}";
      wire.reply(message, true, reply.getBytes(UTF_8));
    };
  }

  /// The first message of a connection gets the first, the second the second, and all further ones
  /// the last.
  static Talk sequence(Talk... talks) {
    List<Talk> list = List.of(talks);
    return (wire, message) ->
        list.get(Math.min(message.number(), list.size()) - 1).message(wire, message);
  }

  /// The same, for each message after a time drawn from the distribution; the seed makes the
  /// sequence repeatable. Messages do not wait for each other: a short delay overtakes a long one.
  default Talk after(Delay delay, long seed) {
    return new Later(this, delay, seed, false);
  }

  /// The same, for each message after that time.
  default Talk after(Duration time) {
    return after(Delay.constant(time), 0);
  }

  /// As [#after(Delay, long)], but a reply that would overtake waits for the one before it.
  default Talk afterInOrder(Delay delay, long seed) {
    return new Later(this, delay, seed, true);
  }

  /// The same, each two messages of a connection answered together, the second first.
  default Talk swapping() {
    return new Swapped(this);
  }

  /// The same, and besides this text on its own again and again, the first time and every further
  /// time after a pause drawn from the distribution.
  default Talk pushing(String text, Delay gap, long seed) {
    return new Pushing(this, text.getBytes(UTF_8), gap, seed);
  }

  /// The same, after having said this at the opening, in the same segment as the end of the
  /// handshake if the network wants it.
  default Talk greeting(String text) {
    Talk self = this;
    return new Talk() {
      @Override
      public void opened(WebSocketWire wire) throws IOException, InterruptedException {
        wire.push(text);
        self.opened(wire);
      }

      @Override
      public void message(WebSocketWire wire, Message message)
          throws IOException, InterruptedException {
        self.message(wire, message);
      }
    };
  }

  /// See [Talk#after(Delay, long)].
  final class Later implements Talk {
    private final Talk talk;
    private final Delay delay;
    private final boolean inOrder;
    private final SplittableRandom random;

    private Later(Talk talk, Delay delay, long seed, boolean inOrder) {
      this.talk = talk;
      this.delay = delay;
      this.inOrder = inOrder;
      random = new SplittableRandom(seed);
    }

    @Override
    public void opened(WebSocketWire wire) throws IOException, InterruptedException {
      talk.opened(wire);
    }

    @Override
    public void message(WebSocketWire wire, Message message) {
      long due = message.arrivedNanos() + draw();
      if (inOrder) {
        due = wire.notBeforeTheLast(due);
      }
      wire.timer().at(due, () -> talk.message(wire, message));
    }

    private synchronized long draw() {
      return delay.sample(random);
    }
  }

  /// See [Talk#swapping()].
  record Swapped(Talk talk) implements Talk {
    @Override
    public void opened(WebSocketWire wire) throws IOException, InterruptedException {
      talk.opened(wire);
    }

    @Override
    public void message(WebSocketWire wire, Message message)
        throws IOException, InterruptedException {
      Message first = wire.hold(message);
      if (first != null) {
        talk.message(wire, message);
        talk.message(wire, first);
      }
    }
  }

  /// See [Talk#pushing(String, Delay, long)].
  final class Pushing implements Talk {
    private final Talk talk;
    private final byte[] payload;
    private final Delay gap;
    private final long seed;
    private final AtomicLong connections = new AtomicLong();

    private Pushing(Talk talk, byte[] payload, Delay gap, long seed) {
      this.talk = talk;
      this.payload = payload;
      this.gap = gap;
      this.seed = seed;
    }

    @Override
    public void opened(WebSocketWire wire) throws IOException, InterruptedException {
      SplittableRandom random = new SplittableRandom(seed + connections.getAndIncrement());
      push(wire, random, System.nanoTime());
      talk.opened(wire);
    }

    private void push(WebSocketWire wire, SplittableRandom random, long last) {
      long due = last + gap.sample(random);
      wire.timer()
          .at(
              due,
              () -> {
                if (!wire.ended()) {
                  wire.push(true, payload);
                  push(wire, random, due);
                }
              });
    }

    @Override
    public void message(WebSocketWire wire, Message message)
        throws IOException, InterruptedException {
      talk.message(wire, message);
    }
  }
}
