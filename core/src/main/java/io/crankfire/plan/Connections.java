package io.crankfire.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How connections are made and kept, for every protocol.
///
/// @param limit connections at the most, all workers together; 0 for as many as sessions need
/// @param keepAlive whether a connection carries more than one exchange
/// @param maxRequestsPerConnection exchanges after which a connection is closed; 0 for no limit
/// @param connectTimeout from the first packet to a usable connection, TLS included
/// @param resolve addresses to use for `host:port` instead of asking the resolver
/// @param proxy a proxy for every connection, or null
/// @param sourceAddress the local address to connect from, or null
/// @param tls how TLS connections are made
/// @param maxStreams exchanges under way at once on a connection that carries several (HTTP/2); 0
///   for as many as the peer allows
public record Connections(
    int limit,
    boolean keepAlive,
    int maxRequestsPerConnection,
    Duration connectTimeout,
    Map<String, List<String>> resolve,
    @Nullable Proxy proxy,
    @Nullable String sourceAddress,
    TlsOptions tls,
    int maxStreams) {

  /// Keep-alive without a limit, verified TLS, ten seconds to connect.
  public static final Connections DEFAULT =
      new Connections(0, true, 0, Duration.ofSeconds(10), Map.of(), null, null, TlsOptions.DEFAULT);

  /// With as many streams on a connection as the peer allows.
  public Connections(
      int limit,
      boolean keepAlive,
      int maxRequestsPerConnection,
      Duration connectTimeout,
      Map<String, List<String>> resolve,
      @Nullable Proxy proxy,
      @Nullable String sourceAddress,
      TlsOptions tls) {
    this(
        limit,
        keepAlive,
        maxRequestsPerConnection,
        connectTimeout,
        resolve,
        proxy,
        sourceAddress,
        tls,
        0);
  }

  /// The same with so many streams on a connection.
  public Connections withMaxStreams(int streams) {
    return new Connections(
        limit,
        keepAlive,
        maxRequestsPerConnection,
        connectTimeout,
        resolve,
        proxy,
        sourceAddress,
        tls,
        streams);
  }

  /// Copies the map.
  public Connections {
    resolve = Map.copyOf(resolve);
  }
}
