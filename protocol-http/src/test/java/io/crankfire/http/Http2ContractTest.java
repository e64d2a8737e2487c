package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Connections;
import io.crankfire.testkit.contract.Deed;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.contract.ProtocolContract;
import io.crankfire.testkit.http2.Http2TestServer;

/// The contract, by HTTP/2 over TCP; a stream at a time on each connection, since what a server
/// does to a connection it does to all its streams.
class Http2ContractTest extends ProtocolContract {

  @Override
  protected Peer peer() {
    return new Http2Peer(Http2TestServer.start(), "2-prior-knowledge");
  }

  /// The server resets a connection that another of its threads reads, which then may end it first.
  @Override
  protected boolean explains(Deed deed, Outcome outcome) {
    boolean ended = deed == Deed.RESETS && outcome.equals(Outcome.CONNECTION_CLOSED);
    return ended || super.explains(deed, outcome);
  }

  @Override
  protected Connections connections(int limit, boolean keepAlive, int maxRequests) {
    return super.connections(limit, keepAlive, maxRequests).withMaxStreams(1);
  }
}
