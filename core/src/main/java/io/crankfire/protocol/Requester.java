package io.crankfire.protocol;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;

/// Sends exchanges over one worker's connections. Confined to that worker's event loop.
public interface Requester extends AutoCloseable {

  /// Hears whether a call's target can be reached.
  interface Readiness {
    /// It can, or it cannot.
    ///
    /// @param outcome [Outcome#OK], or why not
    /// @param detail why not, for a person
    void ready(Outcome outcome, String detail);
  }

  /// Makes one connection to the call's target, TLS and all, and keeps it for later. Sends nothing.
  void prepare(Call call, Readiness readiness);

  /// Sends. Whatever goes wrong ends the exchange; nothing is thrown.
  void send(Exchange exchange);

  /// Gives an exchange up: ends it with `outcome` and sees to it that a late answer is not taken
  /// for another exchange's. Does nothing if it is not under way.
  void cancel(Exchange exchange, Outcome outcome, String detail);

  /// Closes all connections. Exchanges under way were cancelled before.
  @Override
  void close();
}
