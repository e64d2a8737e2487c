package io.crankfire.websocket;

import io.crankfire.http.StreamRequest;
import io.crankfire.metrics.Measure;
import io.crankfire.plan.Call;
import io.crankfire.plan.Target;
import io.crankfire.template.Conduct;
import io.crankfire.template.Credential;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A conversation over a WebSocket, compiled. Immutable; shared by all workers.
///
/// @param request the handshake
/// @param link which connections of a session it can share
/// @param messages what is sent, in this order
/// @param options how
/// @param conduct what is done around it; what messages expect is at the end of its checks
/// @param capture how much is kept of messages; 0 if nobody looks at any
record WebSocketCall(
    StreamRequest request,
    Link link,
    List<Message> messages,
    Options options,
    Conduct conduct,
    int capture)
    implements Call {

  /// Where connections are kept.
  enum Mode {
    /// Each exchange has its own.
    SESSION,
    /// A session keeps it from one exchange to the next.
    PERSISTENT
  }

  /// What is awaited.
  enum Receive {
    /// A reply to each message.
    REPLY,
    /// Nothing.
    NONE,
    /// Whatever comes in a time after the last message.
    WINDOW
  }

  /// What has to be the same for two calls to share a persistent connection.
  ///
  /// @param handshake everything that was configured of it
  record Link(String handshake, @Nullable Credential credential) {}

  /// Everything that is a number or a choice. Times are nanoseconds.
  ///
  /// @param receiveNanos 0 for no limit but the exchange's
  /// @param greetings how many messages come unasked after the handshake
  /// @param subProtocols offered
  record Options(
      Mode mode,
      Receive receive,
      long intervalNanos,
      long receiveNanos,
      long handshakeNanos,
      long closeNanos,
      int greetings,
      List<String> subProtocols,
      boolean compression,
      long mostBytes) {}

  /// Copies the list.
  WebSocketCall {
    messages = List.copyOf(messages);
  }

  boolean persistent() {
    return options.mode == Mode.PERSISTENT;
  }

  @Override
  public String name() {
    return request.label();
  }

  @Override
  public String protocol() {
    return WebSocketProtocol.NAME;
  }

  @Override
  public Target target() {
    return request.target();
  }

  @Override
  public Duration timeout() {
    return request.timeout();
  }

  @Override
  public List<Measure> measures() {
    return WebSocketMeasures.ALL;
  }
}
