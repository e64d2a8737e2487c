package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;
import io.crankfire.net.ConnectionHandler;
import io.crankfire.net.Connector;
import io.crankfire.net.PhaseListener;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Requester;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes the first connection to a target whose server may choose the version of HTTP (ALPN, RFC
/// 7301). Confined to its event loop.
final class Negotiation implements ConnectionHandler {

  private static final List<String> BOTH = List.of("h2", "http/1.1");

  private final Pool pool;
  private final ArrayList<Requester.Readiness> readiness = new ArrayList<>(1);
  private Connector.@Nullable Attempt attempt;

  Negotiation(Pool pool) {
    this.pool = pool;
  }

  void open(Connector connector, Target target, PhaseListener phases) {
    attempt = connector.open(target, BOTH, this, phases);
  }

  /// Hears whether the target can be reached.
  void whenDone(Requester.Readiness listener) {
    readiness.add(listener);
  }

  /// Whether nobody but those who wait for connections wants to hear of it.
  boolean isForNobody() {
    return readiness.isEmpty();
  }

  /// Gives it up.
  void cancel() {
    if (attempt != null) {
      attempt.cancel();
      attempt = null;
    }
  }

  @Override
  public void connected(Connection made) {
    attempt = null;
    if (made.applicationProtocol().equals("h2")) {
      pool.chose2(made, readiness.isEmpty() ? null : this::tell);
    } else {
      pool.chose1(made);
      tell(Outcome.OK, "");
    }
  }

  @Override
  public void failed(Connection connection, Outcome outcome, String detail) {
    attempt = null;
    pool.choseNothing(outcome, detail);
    tell(outcome, detail);
  }

  private void tell(Outcome outcome, String detail) {
    readiness.forEach(listener -> listener.ready(outcome, detail));
    readiness.clear();
  }

  @Override
  public void received(Connection connection, byte[] buffer, int offset, int length) {
    throw new IllegalStateException("it belongs to another");
  }

  @Override
  public void ended(Connection connection) {
    throw new IllegalStateException("it belongs to another");
  }
}
