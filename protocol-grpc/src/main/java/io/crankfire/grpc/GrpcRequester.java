package io.crankfire.grpc;

import io.crankfire.http2.Http2Pool;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Outcome;
import io.crankfire.net.Loop;
import io.crankfire.plan.Call;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.Unsendable;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Template;
import io.crankfire.template.Variables;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes the calls of one worker. Confined to its event loop.
final class GrpcRequester implements Requester {

  private static final byte[] NOTHING = {};

  /// Above so many targets, those without anything under way are forgotten.
  private static final int MANY_TARGETS = 256;

  private final WorkerContext worker;
  private final Loop loop;
  private final Supplier<GrpcStream> newStream = this::newStream; // made once
  private final ByteSink scratch = new ByteSink(256);
  private final ByteSink message = new ByteSink(0);
  private final @Nullable String[] fault = new @Nullable String[1];
  private @Nullable Http2Pool[] byCall = new @Nullable Http2Pool[4];
  private @Nullable Gzip gzip;
  private final Set<Http2Pool> pools = new HashSet<>();
  private int renderedSize;

  GrpcRequester(WorkerContext worker) {
    this.worker = worker;
    loop = worker.loop();
  }

  private GrpcStream newStream() {
    return new GrpcStream(this);
  }

  Loop loop() {
    return loop;
  }

  /// For whatever is needed within one call only.
  ByteSink scratch() {
    return scratch;
  }

  /// Compresses and decompresses.
  Gzip gzip() {
    Gzip made = gzip;
    if (made == null) {
      made = new Gzip();
      gzip = made;
    }
    return made;
  }

  /// Where measures of a call are counted.
  Measures measures(int callIndex) {
    return worker.recorder().call(callIndex).measures;
  }

  /// Adds the frame of a call's message with the values of a session; its size is
  /// [#renderedSize()].
  ///
  /// @return why it cannot be sent, for a person; null if all went well
  @Nullable String render(ByteSink out, GrpcCall call, int index, Variables variables) {
    renderedSize =
        call.messages()
            .get(index)
            .write(out, message, variables, call.options().gzip() ? gzip() : null, fault);
    return fault[0];
  }

  /// How long the message that was rendered last is, without prefix and compression.
  int renderedSize() {
    return renderedSize;
  }

  @Override
  public void prepare(Call call, Readiness readiness) {
    if (((GrpcCall) call).place().varying() != null) { // nobody knows yet where it goes
      loop.execute(() -> readiness.ready(Outcome.OK, ""));
      return;
    }
    pool(call.target()).prepare(0, readiness);
  }

  @Override
  public void send(Exchange exchange) {
    GrpcCall call = (GrpcCall) exchange.call();
    GrpcStream stream = exchange.keepsake(GrpcStream.class, newStream);
    Http2Pool pool;
    byte[] authority = NOTHING;
    Template varying = call.place().varying();
    if (varying == null) {
      pool = pool(exchange.callIndex(), call);
    } else {
      try {
        GrpcCall.Place place = call.place();
        String text = varying.text(exchange.variables());
        GrpcTarget target = GrpcTarget.parse(text, place.tls(), place.insecure());
        authority = target.authority().getBytes(StandardCharsets.UTF_8);
        pool = pool(target.target());
      } catch (IllegalArgumentException e) {
        Unsendable.end(exchange, String.valueOf(e.getMessage()), loop);
        return;
      }
    }
    String why = stream.prepare(exchange, call, authority, pool);
    if (why != null) {
      Unsendable.end(exchange, why, loop);
      return;
    }
    pool.send(stream, exchange);
  }

  private Http2Pool pool(Target target) {
    if (pools.size() >= MANY_TARGETS) {
      List<Http2Pool> inUse = Arrays.asList(byCall);
      pools.removeIf(pool -> !inUse.contains(pool) && pool.abandon());
    }
    Http2Pool pool = Http2Pool.of(worker, target);
    pools.add(pool);
    return pool;
  }

  private Http2Pool pool(int index, GrpcCall call) {
    if (index >= byCall.length) {
      byCall = Arrays.copyOf(byCall, index + 4);
    }
    Http2Pool pool = byCall[index];
    if (pool == null) {
      pool = pool(call.target());
      byCall[index] = pool;
    }
    return pool;
  }

  /// Gives an exchange up; a call whose time is over, with the status that says so in gRPC.
  @Override
  public void cancel(Exchange exchange, Outcome outcome, String detail) {
    if (!exchange.underWay()) {
      return;
    }
    if (exchange.carrier instanceof GrpcStream stream) {
      stream.giveUp(outcome, detail);
    } else {
      exchange.fail(outcome, detail, loop.now());
    }
  }

  @Override
  public void close() {
    pools.forEach(Http2Pool::close);
    Gzip made = gzip;
    if (made != null) {
      made.close();
      gzip = null;
    }
  }
}
