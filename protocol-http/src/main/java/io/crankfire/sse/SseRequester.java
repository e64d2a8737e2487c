package io.crankfire.sse;

import io.crankfire.http.HttpStreams;
import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;

/// Reads the event streams of one worker. Confined to its event loop.
final class SseRequester implements Requester {

  private final WorkerContext worker;
  private final HttpStreams streams;

  SseRequester(WorkerContext worker) {
    this.worker = worker;
    streams = HttpStreams.of(worker);
  }

  @Override
  public void prepare(Call call, Readiness readiness) {
    streams.prepare(((SseCall) call).request(), readiness);
  }

  @Override
  public void send(Exchange exchange) {
    stream(exchange).begin();
  }

  @Override
  public void cancel(Exchange exchange, Outcome outcome, String detail) {
    if (exchange.underWay()) {
      stream(exchange).cancel(outcome, detail);
    }
  }

  private SseStream stream(Exchange exchange) {
    return exchange.keepsake(
        SseStream.class, () -> new SseStream(worker, exchange, streams.stream(exchange)));
  }

  @Override
  public void close() {
    streams.close();
  }
}
