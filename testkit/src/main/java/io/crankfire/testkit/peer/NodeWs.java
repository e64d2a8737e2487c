package io.crankfire.testkit.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A WebSocket server of Node's library `ws` on loopback. It echoes at `/echo`, compressed at
/// `/deflate` and `/deflate-alone` (no context is kept), with the sub-protocol `soap` at
/// `/subprotocol`, and at `/pinging` after a ping whose pong it awaits; to a message it closes at
/// `/close?code=…&reason=…`, and leaves without a close at `/terminate`.
public final class NodeWs implements AutoCloseable {
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

  /// What it has seen: `connections`, `messages` and their `bytes`, `deflated` connections,
  /// `closes` by their code, and `errors`, as JSON.
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
