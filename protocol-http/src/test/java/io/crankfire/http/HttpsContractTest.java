package io.crankfire.http;

import io.crankfire.plan.Connections;
import io.crankfire.plan.TlsOptions;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.contract.ProtocolContract;
import io.crankfire.testkit.tls.TestCertificates;
import io.crankfire.testkit.tls.TlsSetup;
import java.util.List;
import java.util.Map;

/// The contract, by HTTP/1.1 over TLS.
class HttpsContractTest extends ProtocolContract {

  @Override
  protected Peer peer() {
    HttpTestServer server = HttpTestServer.start(ServerSetup.plain().with(TlsSetup.server()));
    return new HttpPeer(server, Map.of());
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
