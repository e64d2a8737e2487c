package io.crankfire.http;

import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;

/// HTTP for protocols on top of it: over the same connections as HTTP's own requests. One for each
/// worker; confined to its event loop.
public final class HttpStreams implements AutoCloseable {

  private final HttpRequester requester;

  private HttpStreams(HttpRequester requester) {
    this.requester = requester;
  }

  /// That of the worker.
  public static HttpStreams of(WorkerContext worker) {
    return new HttpStreams(HttpRequester.of(worker));
  }

  /// Makes one connection to where the request goes and keeps it for later.
  public void prepare(StreamRequest request, Requester.Readiness readiness) {
    requester.prepare(request.call(), readiness);
  }

  /// A stream for an exchange; to be kept with its session and used again.
  public HttpStream stream(Exchange exchange) {
    return new HttpStream(requester, exchange);
  }

  /// Closes all connections but those that were given away. Idempotent.
  @Override
  public void close() {
    requester.close();
  }
}
