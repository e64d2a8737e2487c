package io.crankfire.http;

import io.crankfire.plan.Connections;
import io.crankfire.plan.Proxy;
import io.crankfire.plan.TlsOptions;
import io.crankfire.testkit.tls.Identity;
import io.crankfire.testkit.tls.TestCertificates;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How connections are made, one difference from the default after the other. Immutable. Trusts the
/// test authority unless told otherwise.
record Ways(Connections connections) {

  Ways() {
    this(trusting(Connections.DEFAULT, TestCertificates.ca(), null));
  }

  private static Connections trusting(
      Connections from, @Nullable Identity authority, @Nullable Identity client) {
    TlsOptions tls =
        new TlsOptions(
            authority == null ? null : authority.certificatePem(),
            client == null ? null : client.certificatePem(),
            client == null ? null : client.keyPem(),
            null,
            false,
            null,
            List.of());
    return with(from, from.limit(), from.keepAlive(), from.connectTimeout(), from.resolve(), tls);
  }

  private static Connections with(
      Connections from,
      int limit,
      boolean keepAlive,
      Duration connectTimeout,
      Map<String, List<String>> resolve,
      TlsOptions tls) {
    return new Connections(
        limit,
        keepAlive,
        from.maxRequestsPerConnection(),
        connectTimeout,
        resolve,
        from.proxy(),
        from.sourceAddress(),
        tls);
  }

  Ways keepAlive(boolean keepAlive) {
    Connections c = connections;
    return new Ways(with(c, c.limit(), keepAlive, c.connectTimeout(), c.resolve(), c.tls()));
  }

  Ways limit(int limit) {
    Connections c = connections;
    return new Ways(with(c, limit, c.keepAlive(), c.connectTimeout(), c.resolve(), c.tls()));
  }

  Ways connectTimeout(Duration timeout) {
    Connections c = connections;
    return new Ways(with(c, c.limit(), c.keepAlive(), timeout, c.resolve(), c.tls()));
  }

  Ways resolve(String hostAndPort, String... addresses) {
    Connections c = connections;
    Map<String, List<String>> given = Map.of(hostAndPort, List.of(addresses));
    return new Ways(with(c, c.limit(), c.keepAlive(), c.connectTimeout(), given, c.tls()));
  }

  Ways tls(TlsOptions tls) {
    Connections c = connections;
    return new Ways(with(c, c.limit(), c.keepAlive(), c.connectTimeout(), c.resolve(), tls));
  }

  Ways client(Identity identity) {
    return new Ways(trusting(connections, TestCertificates.ca(), identity));
  }

  Ways maxRequests(int most) {
    Connections c = connections;
    return new Ways(
        new Connections(
            c.limit(),
            c.keepAlive(),
            most,
            c.connectTimeout(),
            c.resolve(),
            c.proxy(),
            c.sourceAddress(),
            c.tls()));
  }

  Ways proxy(Proxy proxy) {
    Connections c = connections;
    return new Ways(
        new Connections(
            c.limit(),
            c.keepAlive(),
            c.maxRequestsPerConnection(),
            c.connectTimeout(),
            c.resolve(),
            proxy,
            c.sourceAddress(),
            c.tls()));
  }
}
