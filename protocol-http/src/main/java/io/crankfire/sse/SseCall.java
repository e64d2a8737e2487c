package io.crankfire.sse;

import io.crankfire.http.StreamRequest;
import io.crankfire.metrics.Measure;
import io.crankfire.plan.Call;
import io.crankfire.plan.Target;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.ValuePath;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An event stream to be read, compiled. Immutable; shared by all workers.
///
/// @param request what opens it
/// @param conduct what is done around it; what every event has to be is at the end of its checks
/// @param readNanos how long it is read, from its head on; 0 for ever
/// @param maxEvents after how many events it is done; 0 for any number
/// @param until the data of the event that has to end it, or null
/// @param untilType the type of the event that has to end it, or null
/// @param reconnecting how it goes on when it ends, or null if it does not
/// @param tokens where tokens are in the data of events, or null
/// @param expected what every event has to be
/// @param maxEventSize how many bytes an event or a line has at the most
@SuppressWarnings("ArrayRecordComponent") // never compared
record SseCall(
    StreamRequest request,
    Conduct conduct,
    long readNanos,
    long maxEvents,
    byte @Nullable [] until,
    byte @Nullable [] untilType,
    @Nullable Reconnecting reconnecting,
    @Nullable ValuePath tokens,
    List<Check> expected,
    int maxEventSize)
    implements Call {

  /// Going on over a new connection.
  ///
  /// @param delayNanos the wait before it, unless the server has said another
  /// @param most how often it is done for one stream; 0 for any number
  record Reconnecting(long delayNanos, long most) {}

  @Override
  public String name() {
    return request.label();
  }

  @Override
  public String protocol() {
    return SseProtocol.NAME;
  }

  @Override
  public Target target() {
    return request.target();
  }

  @Override
  public List<Measure> measures() {
    return tokens == null ? SseMeasures.WITHOUT_TOKENS : SseMeasures.ALL;
  }

  /// No limit: a stream may be endless. The step's own limits the opening, see [SseStream].
  @Override
  public Duration timeout() {
    return Duration.ZERO;
  }

  /// Whether one event has to come, for the stream to be whole.
  boolean hasEnd() {
    return until != null || untilType != null;
  }

  /// Whether the last event is looked at when the stream is over.
  boolean keepsLast() {
    return request.conduct().needsBody();
  }

  /// Whether each event is looked at as it comes.
  boolean looksAtEach() {
    return tokens != null || !expected.isEmpty();
  }

  /// Whether anything looks at the data of events.
  boolean needsData() {
    return until != null || keepsLast() || looksAtEach();
  }
}
