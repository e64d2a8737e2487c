package io.crankfire.protocol;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Extractor;
import io.crankfire.template.Response;
import io.crankfire.template.Variables;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One request and its response, one WebSocket session, one stream: its times, its bytes, its end.
///
/// A session has one and uses it again; a requester therefore *forgets* an exchange when it ends.
/// What failed may be tried again: it is then the same exchange, with another attempt. Statistics
/// count it once, response time from when it was due to the end of the last attempt.
///
/// Confined to its worker's event loop. Times are nanoseconds of the loop's clock.
public final class Exchange {

  /// Hears of the end, once for each beginning.
  public interface Listener {
    /// The exchange has its outcome; it may be begun again from within this call.
    void ended(Exchange exchange);
  }

  private final Listener listener;
  private final Variables variables;
  private final Keepsakes keepsakes;
  private @Nullable Call call;
  private int callIndex;
  private long scheduled;
  private long sent;
  private long written;
  private long firstByte;
  private long ended;
  private boolean underWay;
  private boolean checked;
  private long failedChecks;
  private int missedExtractors;
  private int attempt;
  private Outcome outcome = Outcome.OK;
  private @Nullable String detail;

  /// Bytes received for it so far.
  public long bytesIn;

  /// Bytes sent for it so far.
  public long bytesOut;

  /// How long the peer asks to wait before the next attempt (`Retry-After`, RFC 9110 §10.2.3), in
  /// nanoseconds; -1 if it does not say.
  public long retryAfterNanos = -1;

  /// Whatever the requester needs to find its own state again; cleared at the end.
  public @Nullable Object carrier;

  /// The value of the call's credential that the attempt was sent with, for the requester to tell;
  /// null if it was sent without.
  public byte @Nullable [] credential;

  /// An exchange that is not under way.
  ///
  /// @param variables what its session knows
  public Exchange(Listener listener, Variables variables) {
    this.listener = listener;
    this.variables = variables;
    keepsakes = new Keepsakes();
  }

  /// One that is a part of another, such as the request that opens a stream: knows what that one's
  /// session knows, and keeps what is kept for it. Nobody counts it.
  public Exchange(Listener listener, Exchange whole) {
    this.listener = listener;
    variables = whole.variables;
    keepsakes = whole.keepsakes;
  }

  /// What its session knows: placeholders of requests are filled from it, extractors put into it.
  public Variables variables() {
    return variables;
  }

  /// What a protocol keeps for the session from one exchange to the next (buffers, cookies, a
  /// connection): one object of each class, made when it is first asked for.
  public <T> T keepsake(Class<T> type, Supplier<T> maker) {
    return keepsakes.get(type, maker);
  }

  /// Begins.
  ///
  /// @param callIndex the call's index in the plan
  /// @param scheduled when it was due
  /// @param now when it is sent
  /// @throws IllegalStateException if it is under way: a bug
  public void begin(Call call, int callIndex, long scheduled, long now) {
    if (underWay) {
      throw new IllegalStateException("an exchange was begun twice");
    }
    this.call = call;
    this.callIndex = callIndex;
    this.scheduled = scheduled;
    sent = now;
    written = now;
    firstByte = 0;
    ended = 0;
    bytesIn = 0;
    bytesOut = 0;
    attempt = 0;
    attempt();
  }

  /// Begins another attempt, after the one before has failed. Bytes count together. The requester
  /// gets it once more when its time has come, and then sends the same request again, but for the
  /// credential.
  ///
  /// @throws IllegalStateException if it is under way: a bug
  public void again() {
    if (underWay) {
      throw new IllegalStateException("an exchange was begun again while it was under way");
    }
    firstByte = 0;
    attempt();
  }

  private void attempt() {
    attempt++;
    carrier = null;
    credential = null;
    detail = null;
    checked = false;
    failedChecks = 0;
    missedExtractors = 0;
    retryAfterNanos = -1;
    underWay = true;
  }

  /// Which attempt is under way or ended last, from 1.
  public int attempts() {
    return attempt;
  }

  /// A connection for it became free only now, or another attempt is sent: service time counts from
  /// here.
  public void sent(long now) {
    sent = now;
    written = now;
  }

  /// The request went out only now: over a connection that had to be made first, once more, or to
  /// where a redirect led. What came before was no answer to it.
  public void written(long now) {
    written = now;
    firstByte = 0;
  }

  /// The first byte of the response came. Later calls change nothing.
  public void firstByte(long now) {
    if (firstByte == 0) {
      firstByte = now;
    }
  }

  /// Ends it. Idempotent: only the first end counts.
  public void end(Outcome outcome, long now) {
    if (underWay) {
      underWay = false;
      this.outcome = outcome;
      ended = now;
      carrier = null;
      listener.ended(this);
    }
  }

  /// Ends it with a response: extractors and checks of its call look at it first. One that fails
  /// makes the exchange fail; an outcome that is none stays.
  @SuppressWarnings("ForLoopReplaceableByForEach") // by index, without an iterator
  public void end(Outcome outcome, Response response, long now) {
    if (!underWay || !call().conduct().looks()) {
      end(outcome, now);
      return;
    }
    Conduct conduct = call().conduct();
    List<Extractor> extractors = conduct.extractors();
    for (int i = 0; i < extractors.size(); i++) {
      Extractor extractor = extractors.get(i);
      if (outcome.isOk() || extractor.onError()) {
        byte[] value = extractor.extract(response);
        if (value != null) {
          variables.set(extractor.slot(), value);
        } else {
          missedExtractors++;
        }
      }
    }
    List<Check> checks = conduct.checks();
    checked = !checks.isEmpty();
    for (int i = 0; i < checks.size(); i++) {
      if (!checks.get(i).holds(response)) {
        failedChecks |= 1L << i;
      }
    }
    if (failedChecks != 0 && outcome.isOk()) {
      Check first = checks.get(Long.numberOfTrailingZeros(failedChecks));
      fail(CheckOutcomes.of(first), "the check \"" + first.name() + "\" does not hold", now);
    } else {
      end(outcome, now);
    }
  }

  /// Ends it with a response, as [#end(Outcome, Response, long)] does.
  ///
  /// @param detail what happened, for a person, if it is a failure
  public void end(Outcome outcome, String detail, Response response, long now) {
    if (underWay && !outcome.isOk()) {
      this.detail = detail;
    }
    end(outcome, response, now);
  }

  /// Whether the checks of the call were made.
  public boolean checked() {
    return checked;
  }

  /// The checks that did not hold, a bit for each, by their index in the call's conduct.
  public long failedChecks() {
    return failedChecks;
  }

  /// How many extractors found nothing.
  public int missedExtractors() {
    return missedExtractors;
  }

  /// Ends it as a failure.
  ///
  /// @param detail what happened, for a person
  public void fail(Outcome outcome, String detail, long now) {
    if (underWay) {
      this.detail = detail;
      end(outcome, now);
    }
  }

  /// What is being exchanged.
  public Call call() {
    return Objects.requireNonNull(call, "not begun");
  }

  /// The call's index in the plan.
  public int callIndex() {
    return callIndex;
  }

  /// When it was due.
  public long scheduled() {
    return scheduled;
  }

  /// When it was sent.
  public long sent() {
    return sent;
  }

  /// When the request went out: sent, or later when a connection had to be made.
  public long written() {
    return written;
  }

  /// When the first byte of the response came, of the last one if there were redirects; 0 if none
  /// did.
  public long firstByte() {
    return firstByte;
  }

  /// When it ended.
  public long ended() {
    return ended;
  }

  /// Whether it has begun and not ended.
  public boolean underWay() {
    return underWay;
  }

  /// How it ended.
  public Outcome outcome() {
    return outcome;
  }

  /// What happened, for a person, if there is more to say than the outcome does.
  public @Nullable String detail() {
    return detail;
  }
}
