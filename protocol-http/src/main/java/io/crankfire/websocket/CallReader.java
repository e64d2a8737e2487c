package io.crankfire.websocket;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Durations;
import io.crankfire.config.Fields;
import io.crankfire.config.JsonText;
import io.crankfire.config.Problems;
import io.crankfire.http.StreamRequest;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Expectation;
import io.crankfire.protocol.WebSocketKeys;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.websocket.WebSocketCall.Mode;
import io.crankfire.websocket.WebSocketCall.Receive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles a step. Confined to one thread.
final class CallReader {

  private static final int MOST_CHECKS = 64;

  private final ConfigNode.Mapping step;
  private final Compiling compiling;
  private final Problems problems;
  private final Fields whole;
  private final Fields block;

  CallReader(ConfigNode.Mapping step, Compiling compiling) {
    this.compiling = compiling;
    problems = compiling.problems();
    this.step = step;
    whole = new Fields(step, problems);
    block = whole.fields(WebSocketProtocol.NAME);
  }

  /// The call; null if there was a fault.
  @Nullable WebSocketCall read() {
    int before = problems.all().size();
    block.rejectOthersThan(WebSocketKeys.WEBSOCKET.names());
    WebSocketCall.Options options = options();
    List<Message> messages = new ArrayList<>();
    MessageReader reader = new MessageReader(compiling, options.receive());
    for (ConfigNode node : messageNodes()) {
      Message message = reader.read(node);
      if (message != null) {
        messages.add(message);
      }
    }
    StreamRequest.Shape shape =
        new StreamRequest.Shape(
            Handshake.headers(options.subProtocols(), options.compression()), true);
    StreamRequest request = StreamRequest.compile(step, compiling, shape);
    Conduct conduct = conduct(reader.expected());
    if (request == null || conduct == null || problems.all().size() > before) {
      return null;
    }
    boolean looks = compiling.conduct().needsBody();
    for (Message message : messages) {
      looks |= message.looks();
    }
    return new WebSocketCall(
        request,
        new WebSocketCall.Link(handshake(options), compiling.conduct().credential()),
        messages,
        options,
        conduct,
        looks ? conduct.captureLimit() : 0);
  }

  private List<ConfigNode> messageNodes() {
    ConfigNode node = block.node("messages");
    return node == null
        ? List.of()
        : node instanceof ConfigNode.Sequence list ? list.items() : List.of(node);
  }

  private WebSocketCall.Options options() {
    Mode mode = block.choice("mode", Mode.SESSION);
    Receive receive = block.choice("receive", Receive.REPLY);
    long receiveNanos = block.duration(WebSocketKeys.RECEIVE_TIMEOUT).toNanos();
    if (receiveNanos == 0 && !block.has("receive")) {
      receive = Receive.NONE; // as it always was
    } else if (receiveNanos == 0 && receive == Receive.WINDOW) {
      problems.add(block.position("receive_timeout"), "a window has a length: give a time above 0");
    }
    return new WebSocketCall.Options(
        mode,
        receive,
        block.duration(WebSocketKeys.MESSAGE_INTERVAL).toNanos(),
        receiveNanos,
        handshakeNanos(),
        block.duration(WebSocketKeys.CLOSE_TIMEOUT).toNanos(),
        block.count(WebSocketKeys.GREETINGS),
        subProtocols(),
        block.flag(WebSocketKeys.COMPRESSION),
        block.whole(WebSocketKeys.MAX_MESSAGE_SIZE));
  }

  /// Zero stands for the default, as it always was.
  private long handshakeNanos() {
    long nanos = block.duration(WebSocketKeys.HANDSHAKE_TIMEOUT).toNanos();
    return nanos == 0
        ? Durations.parse(WebSocketKeys.HANDSHAKE_TIMEOUT.otherwise()).toNanos()
        : nanos;
  }

  /// Those of the block, or of the header if that was configured.
  private List<String> subProtocols() {
    List<String> offered = new ArrayList<>();
    for (ConfigNode.Scalar name : block.texts("subprotocols")) {
      offer(offered, name.text().strip(), name);
    }
    if (whole.node("headers") instanceof ConfigNode.Mapping headers) {
      headers
          .entries()
          .forEach((name, value) -> {
            String header = name.strip();
            if (header.equalsIgnoreCase(Handshake.PROTOCOLS)
                && value instanceof ConfigNode.Scalar list) {
              if (!offered.isEmpty()) {
                problems.add(
                    list.position(), "subprotocols say what is offered: leave the header out");
              }
              for (String one : list.text().split(",", -1)) {
                offer(offered, one.strip(), list);
              }
            } else if (Handshake.FIXED.stream().anyMatch(header::equalsIgnoreCase)) {
              problems.add(
                  value.position(),
                  "the header " + header + " follows from the protocol; leave it out");
            }
          });
    }
    return List.copyOf(offered);
  }

  private void offer(List<String> offered, String name, ConfigNode.Scalar at) {
    if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      problems.add(at.position(), "\"" + name + "\" is not the name of a sub-protocol");
    } else if (offered.contains(name)) {
      problems.add(at.position(), "the sub-protocol " + name + " is there already");
    } else {
      offered.add(name);
    }
  }

  /// What is done around the call, with what its messages expect as further checks.
  private @Nullable Conduct conduct(List<Check> expected) {
    Conduct given = compiling.conduct();
    if (expected.isEmpty()) {
      return given;
    }
    List<Check> checks = new ArrayList<>(given.checks());
    Set<String> names = new HashSet<>();
    checks.forEach(check -> names.add(check.name()));
    for (int i = 0; i < expected.size(); i++) {
      String name = expected.get(i).name();
      String unique = name;
      for (int n = 2; !names.add(unique); n++) {
        unique = name + " (" + n + ")";
      }
      checks.add(new Expectation(i, unique));
    }
    if (checks.size() > MOST_CHECKS) {
      problems.add(
          block.position("messages"),
          "checks and what messages expect are %d at the most together".formatted(MOST_CHECKS));
      return null;
    }
    return new Conduct(
        given.extractors(), checks, given.retry(), given.credential(), given.captureLimit());
  }

  /// All that was configured of the handshake.
  private String handshake(WebSocketCall.Options options) {
    Map<String, ConfigNode> said = new LinkedHashMap<>();
    List<String> keys = new ArrayList<>(StreamRequest.KEYS);
    keys.add("target");
    for (String key : keys) {
      ConfigNode value = whole.node(key);
      if (value != null) {
        said.put(key, value);
      }
    }
    return JsonText.of(new ConfigNode.Mapping(said, step.position()))
        + options.subProtocols()
        + options.compression()
        + options.mostBytes();
  }
}
