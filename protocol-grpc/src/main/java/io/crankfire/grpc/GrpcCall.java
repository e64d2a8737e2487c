package io.crankfire.grpc;

import io.crankfire.grpc.message.WireCheck;
import io.crankfire.metrics.Measure;
import io.crankfire.plan.Call;
import io.crankfire.plan.Target;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Template;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A call of a method, compiled. Immutable; shared by all workers.
///
/// @param path `/package.Service/Method`
/// @param place where it goes
/// @param messages what is sent, in this order, and again from the beginning; none if the client
///   streams and sends nothing
/// @param answers what is received
/// @param conduct what is done around it; what every message has to be is at the end of its checks
/// @param expected what every message received has to be
record GrpcCall(
    String name,
    String path,
    Kind kind,
    Place place,
    CallHead head,
    List<Outgoing> messages,
    Options options,
    Answers answers,
    Conduct conduct,
    List<Check> expected,
    Duration timeout)
    implements Call {

  /// How many messages either side sends.
  enum Kind {
    UNARY,
    SERVER_STREAMING,
    CLIENT_STREAMING,
    BIDIRECTIONAL;

    boolean clientStreams() {
      return this == CLIENT_STREAMING || this == BIDIRECTIONAL;
    }

    boolean serverStreams() {
      return this == SERVER_STREAMING || this == BIDIRECTIONAL;
    }
  }

  /// When the request ends.
  enum HalfClose {
    /// With the last message.
    SENT,
    /// When every message was answered.
    REPLIES,
    /// Not before the response.
    NEVER
  }

  /// Where it goes: always to one target, or to one that rendering tells.
  ///
  /// @param fixed of one that varies, a host that does not exist
  /// @param varying null if it is fixed
  record Place(GrpcTarget fixed, @Nullable Template varying, boolean tls, boolean insecure) {}

  /// Everything that is a number or a choice. Times are nanoseconds.
  ///
  /// @param count messages sent in one call
  /// @param mostReceived messages after which a call is done; 0 for any number
  /// @param mostBytes of a message received
  record Options(
      long count,
      long intervalNanos,
      boolean awaitReplies,
      HalfClose halfClose,
      boolean gzip,
      long mostReceived,
      int mostBytes) {}

  /// What is received.
  ///
  /// @param check whether bytes are a message
  /// @param json makes JSON of it
  record Answers(WireCheck check, MessageJson json) {}

  /// Copies the lists.
  GrpcCall {
    messages = List.copyOf(messages);
    expected = List.copyOf(expected);
  }

  @Override
  public String protocol() {
    return GrpcProtocol.NAME;
  }

  @Override
  public Target target() {
    return place.fixed.target();
  }

  @Override
  public List<Measure> measures() {
    return switch (kind) {
      case UNARY, CLIENT_STREAMING -> GrpcMeasures.OF_ONE;
      case SERVER_STREAMING -> GrpcMeasures.OF_SEVERAL;
      case BIDIRECTIONAL -> GrpcMeasures.ALL;
    };
  }

  /// Whether anything looks at messages received.
  boolean keepsMessages() {
    return !expected.isEmpty() || conduct.needsBody();
  }
}
