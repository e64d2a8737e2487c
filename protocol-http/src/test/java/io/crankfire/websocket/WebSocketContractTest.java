package io.crankfire.websocket;

import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.contract.ProtocolContract;
import io.crankfire.testkit.websocket.WebSocketTestServer;

/// WebSocket keeps what every protocol promises, each exchange with a connection of its own. What
/// the contract says of connections that exchanges of different sessions share cannot be: one that
/// is kept is one session's (see [PersistentTest]).
class WebSocketContractTest extends ProtocolContract {

  @Override
  protected Peer peer() {
    return new WebSocketPeer(WebSocketTestServer.start());
  }

  @Override
  protected boolean sharesConnections() {
    return false;
  }
}
