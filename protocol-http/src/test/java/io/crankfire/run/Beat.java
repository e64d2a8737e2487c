package io.crankfire.run;

import io.crankfire.config.ConfigNode;
import io.crankfire.http.HttpProtocol;
import io.crankfire.metrics.Measure;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Recorder;
import io.crankfire.net.Loop;
import io.crankfire.plan.Call;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.Conduct;
import io.crankfire.template.Variables;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A protocol that measures something of its own: each exchange is one HTTP request, taken for a
/// message and its reply.
final class Beat implements Protocol {

  static final Measure ROUND_TRIP =
      new Measure("message_round_trip", Measure.Kind.TIME, "Round trip");
  static final Measure SENT = new Measure("messages_sent", Measure.Kind.COUNT, "Messages sent");
  static final Measure RATE = new Measure("tokens_per_second", Measure.Kind.NUMBER, "Tokens/s");
  static final Measure CLOSE = new Measure("close_code", Measure.Kind.LABEL, "Close code");

  /// Of no call.
  static final Measure GAP = new Measure("event_gap", Measure.Kind.TIME, "Gap");

  private static final List<Measure> MEASURES = List.of(ROUND_TRIP, SENT, RATE, CLOSE);

  private final Protocol http = new HttpProtocol();

  private record Message(Call request) implements Call {
    @Override
    public String name() {
      return request.name();
    }

    @Override
    public String protocol() {
      return "beat";
    }

    @Override
    public Target target() {
      return request.target();
    }

    @Override
    public Conduct conduct() {
      return request.conduct();
    }

    @Override
    public List<Measure> measures() {
      return MEASURES;
    }

    @Override
    public Duration timeout() {
      return request.timeout();
    }
  }

  @Override
  public String name() {
    return "beat";
  }

  @Override
  public @Nullable Call compile(ConfigNode.Mapping step, Compiling compiling) {
    Call call = http.compile(step, compiling);
    return call == null ? null : new Message(call);
  }

  @Override
  public Collection<String> keys() {
    return http.keys();
  }

  @Override
  public List<Measure> measures() {
    return List.of(ROUND_TRIP, SENT, RATE, CLOSE, GAP);
  }

  @Override
  public String preview(Call call, Variables variables) {
    return http.preview(((Message) call).request, variables);
  }

  @Override
  public Requester open(WorkerContext worker) {
    return new Beats(http.open(worker), worker.loop(), worker.recorder());
  }

  private record Beats(Requester http, Loop loop, Recorder recorder) implements Requester {

    @Override
    public void prepare(Call call, Readiness readiness) {
      http.prepare(((Message) call).request, readiness);
    }

    @Override
    public void send(Exchange exchange) {
      Exchange inner = new Exchange(reply -> ended(exchange, reply), exchange.variables());
      exchange.carrier = inner;
      inner.begin(
          ((Message) exchange.call()).request,
          exchange.callIndex(),
          exchange.scheduled(),
          loop.now());
      recorder.call(exchange.callIndex()).measures.count(1, 1);
      http.send(inner);
    }

    private void ended(Exchange exchange, Exchange reply) {
      Measures measures = recorder.call(exchange.callIndex()).measures;
      if (reply.outcome().isOk()) {
        measures.record(0, reply.ended() - reply.sent());
        measures.record(2, 12_500);
      }
      measures.label(3, reply.outcome().bucket());
      exchange.end(reply.outcome(), loop.now());
    }

    @Override
    public void cancel(Exchange exchange, Outcome outcome, String detail) {
      if (exchange.carrier instanceof Exchange inner) {
        http.cancel(inner, outcome, detail);
      }
    }

    @Override
    public void close() {
      http.close();
    }
  }
}
