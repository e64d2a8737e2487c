package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;
import io.crankfire.net.ConnectionHandler;
import io.crankfire.protocol.Requester;

/// Hears of the first connection to a target, made to see whether it can be reached, and hands it
/// over to the pool. Confined to its event loop.
///
/// @param pool whose connection it becomes
/// @param connection what becomes of it
/// @param readiness waits for the answer
record Preparation(Pool pool, Http1Connection connection, Requester.Readiness readiness)
    implements ConnectionHandler {

  @Override
  public void connected(Connection made) {
    made.handler(connection);
    connection.connected(made);
    pool.prepared(connection);
    readiness.ready(Outcome.OK, "");
  }

  @Override
  public void received(Connection from, byte[] buffer, int offset, int length) {
    connection.received(from, buffer, offset, length);
  }

  @Override
  public void ended(Connection from) {
    connection.ended(from);
  }

  @Override
  public void failed(Connection from, Outcome outcome, String detail) {
    connection.close();
    readiness.ready(outcome, detail);
  }
}
