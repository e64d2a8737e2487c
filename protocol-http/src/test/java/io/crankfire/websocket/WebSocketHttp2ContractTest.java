package io.crankfire.websocket;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Connections;
import io.crankfire.testkit.contract.Deed;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.contract.ProtocolContract;

/// The contract, by WebSockets over HTTP/2; one at a time on each connection, since what a server
/// does to a connection it does to all its streams.
class WebSocketHttp2ContractTest extends ProtocolContract {

  @Override
  protected Peer peer() {
    return new WebSocketHttp2Peer();
  }

  /// A stream that ends without a close frame has the code 1006 (RFC 6455 §7.1.5): also one that
  /// was begun over a connection which the server was about to leave, and that nothing came for.
  @Override
  protected boolean explains(Deed deed, Outcome outcome) {
    return switch (deed) {
      case CLOSES, RESETS, CUTS, TEARS -> outcome.bucket().equals("1006");
      case IS_SILENT, STALLS, IS_LATE ->
          super.explains(deed, outcome) || outcome.bucket().equals("1006");
      default -> super.explains(deed, outcome);
    };
  }

  @Override
  protected Connections connections(int limit, boolean keepAlive, int maxRequests) {
    return super.connections(limit, keepAlive, maxRequests).withMaxStreams(1);
  }
}
