package io.crankfire.sse;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.http.StreamRequest;
import io.crankfire.metrics.Measure;
import io.crankfire.plan.Call;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Expectation;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.SseKeys;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.ValuePath;
import io.crankfire.template.Variables;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Server-Sent Events (WHATWG HTML §9.2): a request of HTTP, and the events of its response until
/// enough have come, the time is over, or the server ends it. A step has the keys of HTTP's, and
/// those of a block `sse` ([SseKeys]).
public final class SseProtocol implements Protocol {

  /// The protocol's name.
  public static final String NAME = SseKeys.NAME;

  private static final List<String> KEYS = keysOf();

  private static final int MOST_CHECKS = 64;

  /// What is sent unless the user says otherwise. A stream is read as it comes: nobody could tell
  /// when the events of a compressed one were sent.
  private static final StreamRequest.Shape SHAPE = new StreamRequest.Shape(headers(), false);

  /// Made by the service loader.
  public SseProtocol() {}

  private static List<String> keysOf() {
    List<String> keys = new ArrayList<>(StreamRequest.KEYS);
    keys.add(NAME);
    return List.copyOf(keys);
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", "text/event-stream");
    headers.put("Cache-Control", "no-cache");
    headers.put("Accept-Encoding", "identity");
    headers.put("Connection", "keep-alive");
    return headers;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Collection<String> keys() {
    return KEYS;
  }

  @Override
  public List<Measure> measures() {
    return SseMeasures.ALL;
  }

  @Override
  public String preview(Call call, Variables variables) {
    return ((SseCall) call).request().preview(variables);
  }

  @Override
  public Requester open(WorkerContext worker) {
    return new SseRequester(worker);
  }

  @Override
  public @Nullable Call compile(ConfigNode.Mapping step, Compiling compiling) {
    Problems problems = compiling.problems();
    int before = problems.all().size();
    Fields all = new Fields(step, problems);
    Fields block = all.fields(NAME);
    block.rejectOthersThan(SseKeys.SSE.names());
    if ("HEAD".equalsIgnoreCase(String.valueOf(all.text("method")).strip())) {
      problems.add(all.position("method"), "the response to a HEAD has no events");
    }
    StreamRequest request = StreamRequest.compile(step, compiling, SHAPE);
    long readNanos = block.duration(SseKeys.READ_TIMEOUT).toNanos();
    long maxEvents = block.whole(SseKeys.MAX_EVENTS);
    byte[] until = bytes(block, SseKeys.UNTIL.name());
    byte[] untilType = bytes(block, SseKeys.UNTIL_EVENT.name());
    SseCall.Reconnecting reconnecting = reconnecting(block, problems);
    ValuePath tokens =
        block.node(SseKeys.TOKENS.name()) instanceof ConfigNode.Scalar path
            ? compiling.data().path(path)
            : null;
    List<Check> expected = Expectation.read(block, SseKeys.SSE_EXPECT, compiling);
    int maxEventSize = block.count(SseKeys.MAX_EVENT_SIZE);
    if (request == null || problems.all().size() > before) {
      return null;
    }
    Conduct conduct = Expectation.with(request.conduct(), expected, "every event");
    if (conduct == null) {
      problems.add(
          block.position(SseKeys.EXPECT.name()),
          "an endpoint has %d checks at the most, this one included".formatted(MOST_CHECKS));
      return null;
    }
    return new SseCall(
        request,
        conduct,
        readNanos,
        maxEvents,
        until,
        untilType,
        reconnecting,
        tokens,
        expected,
        maxEventSize);
  }

  private static byte @Nullable [] bytes(Fields block, String key) {
    String text = block.text(key);
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static SseCall.@Nullable Reconnecting reconnecting(Fields block, Problems problems) {
    boolean on = block.flag(SseKeys.RECONNECT);
    long delay = block.duration(SseKeys.RECONNECT_DELAY).toNanos();
    long most = block.whole(SseKeys.MAX_RECONNECTS);
    for (String key : List.of(SseKeys.RECONNECT_DELAY.name(), SseKeys.MAX_RECONNECTS.name())) {
      if (!on && block.has(key)) {
        problems.warn(block.position(key), key + " is not used: reconnect is false");
      }
    }
    return on ? new SseCall.Reconnecting(delay, most) : null;
  }
}
