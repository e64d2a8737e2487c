package io.crankfire.sse;

import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.contract.ProtocolContract;
import io.crankfire.testkit.sse.SseTestServer;

/// The contract, by event streams over HTTP/1.1.
class SseContractTest extends ProtocolContract {

  @Override
  protected Peer peer() {
    return new SsePeer(SseTestServer.start());
  }
}
