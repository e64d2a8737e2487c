package io.crankfire.websocket;

import io.crankfire.metrics.Outcome;
import io.crankfire.testkit.contract.Deed;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.contract.ProtocolContract;
import io.crankfire.testkit.websocket.WebSocketTestServer;

/// The contract, by WebSockets over TCP: a connection for each exchange.
class WebSocketContractTest extends ProtocolContract {

  @Override
  protected Peer peer() {
    return new WebSocketPeer(WebSocketTestServer.start());
  }

  @Override
  protected boolean sharesConnections() {
    return false;
  }

  /// A connection that ends without a close frame has the code 1006 (RFC 6455 §7.1.5).
  @Override
  protected boolean explains(Deed deed, Outcome outcome) {
    return switch (deed) {
      case CLOSES, RESETS, CUTS, TEARS -> outcome.bucket().equals("1006");
      default -> super.explains(deed, outcome);
    };
  }
}
