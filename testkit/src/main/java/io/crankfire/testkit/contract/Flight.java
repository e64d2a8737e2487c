package io.crankfire.testkit.contract;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.protocol.Exchange;
import io.crankfire.template.Variables;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An exchange of a test, and all the ends it has had. Confined to the test's thread.
public final class Flight implements Exchange.Listener {

  /// One end.
  public record Ending(
      Outcome outcome,
      @Nullable String detail,
      long scheduled,
      long sent,
      long written,
      long firstByte,
      long ended,
      long bytesIn,
      long bytesOut) {

    /// The name of the outcome, for a table.
    public String bucket() {
      return outcome.bucket();
    }

    /// Whether the times lie in the order in which they have to lie.
    public boolean isOrdered() {
      long first = firstByte == 0 ? ended : firstByte;
      return scheduled <= sent && sent <= written && written <= first && first <= ended;
    }

    @Override
    public String toString() {
      return outcome.bucket()
          + (detail == null ? "" : " (" + detail + ")")
          + ", times from scheduled: "
          + List.of(sent - scheduled, written - scheduled, firstByte - scheduled, ended - scheduled)
          + ", bytes "
          + bytesOut
          + " out "
          + bytesIn
          + " in";
    }
  }

  private final Rig rig;
  private final Exchange exchange;
  private final List<Ending> endings = new ArrayList<>();
  private Runnable afterwards = () -> {};
  private long deadline = Long.MAX_VALUE;

  Flight(Rig rig, Variables variables) {
    this.rig = rig;
    exchange = new Exchange(this, variables);
  }

  /// Does this within each end.
  public Flight afterwards(Runnable task) {
    afterwards = task;
    return this;
  }

  /// Begins and sends.
  public Flight send(Call call) {
    long now = rig.loop().readClock();
    exchange.begin(call, rig.index(call), now, now);
    long timeout = call.timeout().toNanos();
    deadline = timeout == 0 ? Long.MAX_VALUE : now + timeout;
    rig.requester().send(exchange);
    return this;
  }

  /// Gives it up.
  public void cancel(Outcome outcome) {
    rig.requester().cancel(exchange, outcome, "the test gave it up");
  }

  /// Gives it up if its time is over.
  void expire(long now) {
    if (exchange.underWay() && now >= deadline) {
      deadline = Long.MAX_VALUE;
      cancel(Outcome.TIMEOUT);
    }
  }

  /// Turns the loop until it has ended, by itself or because its time is over.
  public Ending await() {
    int before = endings.size();
    rig.await(() -> !exchange.underWay());
    if (endings.size() <= before && endings.isEmpty()) {
      throw new AssertionError("not under way, and has not ended");
    }
    return endings.getLast();
  }

  /// The exchange itself.
  public Exchange exchange() {
    return exchange;
  }

  public boolean underWay() {
    return exchange.underWay();
  }

  /// All its ends, the first first.
  public List<Ending> endings() {
    return Collections.unmodifiableList(endings);
  }

  @Override
  public void ended(Exchange done) {
    endings.add(
        new Ending(
            done.outcome(),
            done.detail(),
            done.scheduled(),
            done.sent(),
            done.written(),
            done.firstByte(),
            done.ended(),
            done.bytesIn,
            done.bytesOut));
    afterwards.run();
  }
}
