package io.crankfire.testkit.websocket;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Header;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How a WebSocket server answers on a path: the handshake, messages, the close. Begin with [#of]
/// and change what differs. Answers only on a [WebSocketTestServer], alone or within other
/// behaviours such as [Behavior#sequence(Behavior...)].
///
/// @param talk what becomes of messages
/// @param head what is sent instead of a right response, `{accept}` standing for the right value of
///   Sec-WebSocket-Accept; null for a right one
/// @param subprotocols what the server speaks; the client's favourite of them is agreed on
/// @param deflating whether and how it compresses if the client offers permessage-deflate
/// @param more further header lines of a right response
/// @param closing what it does when the client closes
/// @param messageLimit the longest message in bytes; a longer one is answered with 1009
public record Endpoint(
    Talk talk,
    @Nullable String head,
    List<String> subprotocols,
    Deflating deflating,
    List<Header> more,
    Closing closing,
    int messageLimit)
    implements Behavior {

  private static final int MESSAGE_LIMIT = 16 << 20;

  public Endpoint {
    Objects.requireNonNull(talk, "talk");
    Objects.requireNonNull(deflating, "deflating");
    Objects.requireNonNull(closing, "closing");
    subprotocols = List.copyOf(subprotocols);
    more = List.copyOf(more);
  }

  /// Whether and how a server compresses.
  public enum Deflating {
    /// Never.
    NONE,
    /// Every message refers to those before it.
    TAKEOVER,
    /// Every message stands alone, in both directions.
    NO_TAKEOVER,
    /// The server's messages stand alone.
    NO_SERVER_TAKEOVER,
    /// The client's messages stand alone, if it lets itself be told.
    NO_CLIENT_TAKEOVER
  }

  /// What a server does when the client closes first.
  public enum Closing {
    /// Closes with the same code, and then the connection, as it should.
    ANSWERS,
    /// Closes without a code, and then the connection, which is as good.
    ANSWERS_EMPTY,
    /// Closes with 1011.
    ANSWERS_OTHERWISE,
    /// Closes, and leaves the end of the connection to the client.
    LINGERS,
    /// Does nothing until the client leaves.
    IS_SILENT,
    /// FIN without a close frame.
    CUTS,
    /// RST.
    RESETS,
    /// Sends a text and then closes: right, as it had not yet closed itself.
    SPEAKS_ON,
    /// Sends what is no frame.
    BABBLES
  }

  /// A right handshake without sub-protocol and compression, and that talk.
  public static Endpoint of(Talk talk) {
    return new Endpoint(
        talk, null, List.of(), Deflating.NONE, List.of(), Closing.ANSWERS, MESSAGE_LIMIT);
  }

  /// An echo.
  public static Endpoint echo() {
    return of(Talk.echo());
  }

  /// Speaking these sub-protocols.
  public Endpoint speaking(String... names) {
    return new Endpoint(talk, head, List.of(names), deflating, more, closing, messageLimit);
  }

  /// Compressing.
  public Endpoint deflating(Deflating how) {
    return new Endpoint(talk, head, subprotocols, how, more, closing, messageLimit);
  }

  /// With one header line more in its response.
  public Endpoint with(String name, String value) {
    List<Header> all = new ArrayList<>(more);
    all.add(new Header(name, value));
    return new Endpoint(talk, head, subprotocols, deflating, all, closing, messageLimit);
  }

  /// With that text as the response to the handshake.
  public Endpoint answering(String text) {
    return new Endpoint(talk, text, subprotocols, deflating, more, closing, messageLimit);
  }

  /// Closing in that way.
  public Endpoint closing(Closing how) {
    return new Endpoint(talk, head, subprotocols, deflating, more, how, messageLimit);
  }

  /// Taking messages up to that length in bytes.
  public Endpoint messageLimit(int bytes) {
    return new Endpoint(talk, head, subprotocols, deflating, more, closing, bytes);
  }

  @Override
  public Stage stage() {
    return Stage.WITHOUT_BODY;
  }

  @Override
  public void answer(Request request, Wire wire) throws IOException, InterruptedException {
    if (!WebSocketTestServer.CURRENT.isBound()) {
      throw new IllegalStateException("an Endpoint answers on a WebSocketTestServer only");
    }
    WebSocketTestServer.CURRENT.get().serve(this, request, wire);
  }
}
