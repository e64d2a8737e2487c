package io.crankfire.websocket;

import io.crankfire.config.ConfigNode;
import io.crankfire.metrics.Measure;
import io.crankfire.plan.Call;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WebSocketKeys;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Variables;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// WebSocket. A step's keys: those that say where an HTTP request goes and who we are, and the
/// block `websocket` (see [WebSocketKeys]). Placeholders may stand where they may for HTTP, and in
/// the texts of messages.
public final class WebSocketProtocol implements Protocol {

  /// The protocol's name, and the key of its block.
  public static final String NAME = "websocket";

  private static final List<String> KEYS =
      List.of("url", "path", "headers", "unix", "cookies", "http_version", NAME);

  private static final List<String> SCHEMES = List.of("ws", "wss");

  /// Made by the service loader.
  public WebSocketProtocol() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Collection<String> keys() {
    return KEYS;
  }

  @Override
  public List<String> schemes() {
    return SCHEMES;
  }

  @Override
  public List<Measure> measures() {
    return WebSocketMeasures.ALL;
  }

  @Override
  public @Nullable Call compile(ConfigNode.Mapping step, Compiling compiling) {
    return new CallReader(step, compiling).read();
  }

  /// The handshake, then a line for each message.
  @Override
  public String preview(Call call, Variables variables) {
    WebSocketCall mine = (WebSocketCall) call;
    StringBuilder text = new StringBuilder(mine.request().preview(variables));
    for (Message message : mine.messages()) {
      ByteSink payload = new ByteSink(64);
      message.write(payload, variables);
      text.append(
          message.opcode() == Opcode.BINARY
              ? "> " + payload.size() + " bytes"
              : (message.opcode() == Opcode.PING ? "> ping " : "> ")
                  + new String(payload.array(), 0, payload.size(), StandardCharsets.UTF_8));
      text.append("\n");
    }
    return text.toString();
  }

  @Override
  public Requester open(WorkerContext worker) {
    return new WebSocketRequester(worker);
  }
}
