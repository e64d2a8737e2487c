package io.crankfire.testkit.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A WebSocket server of Node's library `ws` on loopback. It echoes at `/echo`, compressed at
/// `/deflate` and `/deflate-alone` (no context is kept), with the sub-protocol `soap` at
/// `/subprotocol`, and at `/pinging` after a ping whose pong it awaits; to a message it closes at
/// `/close?code=…&reason=…`, and leaves without a close at `/terminate`. It does the same over
/// HTTP/2 (RFC 8441), by prior knowledge.
public final class NodeWs implements AutoCloseable {
  private static final Pattern HTTP2_PORT = Pattern.compile("\"http2\":(\\d+)");

  private final NodeProgram program;

  private NodeWs(NodeProgram program) {
    this.program = program;
  }

  /// Starts a server if Node and the library are installed, and returns when it accepts.
  ///
  /// @throws UncheckedIOException when it does not start
  public static Optional<NodeWs> start() {
    return NodeProgram.start("node-ws.mjs", "ws").map(NodeWs::new);
  }

  /// The URL of a path.
  public URI url(String path) {
    return URI.create("ws://127.0.0.1:" + program.port() + path);
  }

  /// The URL of a path over HTTP/2.
  public URI http2Url(String path) {
    Matcher port = HTTP2_PORT.matcher(counts());
    if (!port.find()) {
      throw new IllegalStateException("no HTTP/2 port in " + counts());
    }
    return URI.create("ws://127.0.0.1:" + port.group(1) + path);
  }

  /// What it has seen: `connections`, `messages` and their `bytes`, `deflated` connections,
  /// `closes` by their code, over HTTP/2 `sessions`, `streams` and `resets` by the client, and
  /// `errors`, as JSON.
  public String counts() {
    try (InputStream in =
        URI.create("http://127.0.0.1:" + program.port() + "/counts").toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Stops it and removes its folder.
  @Override
  public void close() {
    program.close();
  }
}
