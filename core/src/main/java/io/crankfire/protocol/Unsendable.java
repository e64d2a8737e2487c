package io.crankfire.protocol;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.Loop;

/// An exchange that cannot be sent, since a value does not fit where it stands. Ends in the next
/// turn of the loop: whoever sends an exchange does not expect its end before that. Confined to
/// that loop.
public final class Unsendable implements Runnable {

  private final Exchange exchange;
  private final String detail;
  private final Loop loop;

  private Unsendable(Exchange exchange, String detail, Loop loop) {
    this.exchange = exchange;
    this.detail = detail;
    this.loop = loop;
  }

  /// Ends the exchange soon, unless it ends before.
  ///
  /// @param detail what does not fit, for a person
  public static void end(Exchange exchange, String detail, Loop loop) {
    Unsendable unsendable = new Unsendable(exchange, detail, loop);
    exchange.carrier = unsendable;
    loop.execute(unsendable);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // unless it has ended since
  public void run() {
    if (exchange.underWay() && exchange.carrier == this) {
      exchange.fail(Outcome.BAD_REQUEST_VALUE, detail, loop.now());
    }
  }
}
