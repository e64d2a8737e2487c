package io.crankfire.http;

import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.contract.ProtocolContract;
import java.util.Map;

/// The contract, by HTTP/1.1 over TCP.
class HttpContractTest extends ProtocolContract {

  @Override
  protected Peer peer() {
    return new HttpPeer(HttpTestServer.start(), Map.of());
  }
}
