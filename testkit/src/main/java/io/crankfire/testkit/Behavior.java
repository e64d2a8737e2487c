package io.crankfire.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// How a server answers one request: writes to the [Wire] whatever it likes, or nothing.
///
/// Called on the connection's own virtual thread once the request is complete, so it may block. One
/// instance serves many connections at once. An [IOException] means that the client is gone;
/// anything else that is thrown is a bug of the behaviour, and is kept for
/// [HttpTestServer#failures()].
///
/// Implementations that hold no state compose freely:
/// `Response.text("ok").after(Delay.constant(ofMillis(3)), 42)`.
@FunctionalInterface
public interface Behavior {

  /// Answers the request, or fails to on purpose.
  void answer(Request request, Wire wire) throws IOException, InterruptedException;

  /// When the server calls [#answer].
  default Stage stage() {
    return Stage.WITH_BODY;
  }

  /// The same, after a pause drawn from the distribution for each request; the seed makes the
  /// sequence repeatable.
  default Behavior after(Delay delay, long seed) {
    return new Delayed(delay, seed, this);
  }

  /// The same, after a fixed pause.
  default Behavior after(Duration pause) {
    return after(Delay.constant(pause), 0);
  }

  /// The same, called as soon as the head is there: the body is not read before, and the connection
  /// is given up after.
  default Behavior beforeBody() {
    return new Staged(this, Stage.ON_HEAD);
  }

  /// Chooses by the request.
  static Behavior by(Function<Request, Behavior> choice) {
    return (request, wire) -> choice.apply(request).answer(request, wire);
  }

  /// The first request gets the first behaviour, the second the second, and all further ones the
  /// last.
  static Behavior sequence(Behavior... behaviors) {
    List<Behavior> list = List.of(behaviors);
    AtomicLong next = new AtomicLong();
    return (request, wire) ->
        list.get((int) Math.min(next.getAndIncrement(), list.size() - 1)).answer(request, wire);
  }

  /// The behaviours in turn, over and over.
  static Behavior cycle(List<? extends Behavior> behaviors) {
    List<Behavior> list = List.copyOf(behaviors);
    AtomicLong next = new AtomicLong();
    return (request, wire) ->
        list.get((int) (next.getAndIncrement() % list.size())).answer(request, wire);
  }

  /// Answers with what came: method and target in headers `X-Method` and `X-Target`, every request
  /// header as `X-Echo-…`, the body as body.
  static Behavior echo() {
    return (request, wire) -> {
      Response response =
          Response.bytes(200, "application/octet-stream", request.body())
              .with("X-Method", request.method())
              .with("X-Target", request.target());
      for (Header header : request.headers()) {
        response = response.with("X-Echo-" + header.name(), header.value());
      }
      wire.send(response);
    };
  }

  /// The response; the connection's `n`-th one announces `Connection: close` and closes.
  static Behavior closingAfter(int n, Response response) {
    return (request, wire) -> {
      if (request.number() < n) {
        wire.send(response);
      } else {
        wire.send(response.with("Connection", "close"));
        wire.close();
      }
    };
  }

  /// The response; after the connection's `n`-th one the server closes without having said so.
  static Behavior closingSilentlyAfter(int n, Response response) {
    return (request, wire) -> {
      wire.send(response);
      if (request.number() >= n) {
        wire.close();
      }
    };
  }

  /// When a behaviour is called, and what it is given.
  enum Stage {
    /// When the whole request is there; the body is kept.
    WITH_BODY,
    /// When the whole request is there; the body is read and counted, and not kept.
    WITHOUT_BODY,
    /// When the head is there. `100 Continue` is not sent. If there is a body, the connection ends
    /// after the answer.
    ON_HEAD
  }
}
