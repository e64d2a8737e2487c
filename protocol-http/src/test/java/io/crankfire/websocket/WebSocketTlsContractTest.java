package io.crankfire.websocket;

import io.crankfire.plan.Connections;
import io.crankfire.plan.TlsOptions;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.tls.TestCertificates;
import io.crankfire.testkit.tls.TlsSetup;
import io.crankfire.testkit.websocket.WebSocketTestServer;
import java.util.List;

/// The contract, by WebSockets over TLS.
class WebSocketTlsContractTest extends WebSocketContractTest {

  @Override
  protected Peer peer() {
    ServerSetup secure = ServerSetup.plain().with(TlsSetup.server());
    return new WebSocketPeer(WebSocketTestServer.start(secure));
  }

  @Override
  protected Connections connections(int limit, boolean keepAlive, int maxRequests) {
    Connections plain = super.connections(limit, keepAlive, maxRequests);
    TlsOptions trusting =
        new TlsOptions(
            TestCertificates.ca().certificatePem(), null, null, null, false, null, List.of());
    return new Connections(
        plain.limit(),
        plain.keepAlive(),
        plain.maxRequestsPerConnection(),
        plain.connectTimeout(),
        plain.resolve(),
        plain.proxy(),
        plain.sourceAddress(),
        trusting);
  }
}
