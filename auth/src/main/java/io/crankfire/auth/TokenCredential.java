package io.crankfire.auth;

import io.crankfire.net.Clock;
import io.crankfire.template.Credential;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A token that is got before the run and renewed in the background, so that no request ever waits
/// for it: ahead of its end, and when a target refuses it. Safe for all threads.
final class TokenCredential implements Credential {

  /*
   * One thread asks the token server, sleeps until the next renewal is due, and is woken by a
   * refusal. The token is published by one volatile write; everything else is guarded by `lock`,
   * which nobody holds while the server is asked.
   *
   * Renewals are at least a second apart whatever the server says of lifetimes and however many
   * requests are refused: a target that refuses every token must not turn the run into a load test
   * of the token server.
   */

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final TokenClient client;
  private final long renewBeforeNanos;
  private final Clock clock;
  private final Consumer<String> notices;
  private final Object lock = new Object();
  private final List<Runnable> waiting = new ArrayList<>();
  private volatile byte[] value = new byte[0];
  private @Nullable Thread thread;
  private @Nullable String refresh;
  private boolean ends;
  private long dueNanos;
  private long notBeforeNanos;
  private boolean refused;
  private boolean asking;
  private int failures;
  private boolean closed;

  /// @param renewBeforeNanos how long before a token's end it is renewed, though not before half of
  ///   its lifetime
  /// @param notices takes a line for the user when renewing begins to fail, and when it works again
  TokenCredential(
      TokenClient client, long renewBeforeNanos, Clock clock, Consumer<String> notices) {
    this.client = client;
    this.renewBeforeNanos = renewBeforeNanos;
    this.clock = clock;
    this.notices = notices;
  }

  @Override
  public String header() {
    return "Authorization";
  }

  @Override
  public byte[] value() {
    return value;
  }

  @Override
  public void obtain() throws TokenException, InterruptedException {
    synchronized (lock) {
      if (thread != null || closed) {
        return;
      }
    }
    long begun = clock.nanoTime();
    Token token = client.fetch(null);
    synchronized (lock) {
      if (thread == null && !closed) {
        notBeforeNanos = begun;
        accept(token, begun);
        thread = Thread.ofPlatform().name("auth-renewal").daemon().unstarted(this::renewOnAndOn);
        thread.start();
      }
    }
  }

  @Override
  public boolean refused(byte[] refusedValue, Runnable renewed) {
    synchronized (lock) {
      if (closed) {
        return false;
      }
      if (Arrays.equals(refusedValue, value)) {
        if (!asking && !refused) {
          if (clock.nanoTime() - notBeforeNanos < 0) {
            return false;
          }
          refused = true;
          lock.notifyAll();
        }
        waiting.add(renewed);
        return true;
      }
    }
    renewed.run();
    return true;
  }

  @Override
  public void close() {
    Thread renewing;
    synchronized (lock) {
      closed = true;
      waiting.clear();
      renewing = thread;
    }
    if (renewing != null) {
      renewing.interrupt();
    }
  }

  /// Looks at the clock again, for clocks that are moved by hand.
  void clockMoved() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  /// Whether the token server is being asked, or about to be.
  boolean isAsking() {
    synchronized (lock) {
      return asking || refused;
    }
  }

  private void renewOnAndOn() {
    try {
      while (true) {
        String with = awaitDue();
        long begun = clock.nanoTime();
        List<Runnable> released = new ArrayList<>();
        String notice;
        try {
          notice = renewed(client.fetch(with), begun, released);
        } catch (TokenException e) {
          notice = failed(e, released);
        }
        if (!notice.isEmpty()) {
          notices.accept(notice);
        }
        released.forEach(Runnable::run);
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  /// Returns when it is time to ask the server; gives the refresh token to ask with, if there is
  /// one.
  private @Nullable String awaitDue() throws InterruptedException {
    synchronized (lock) {
      while (true) {
        if (closed) {
          throw new InterruptedException();
        }
        long now = clock.nanoTime();
        long due = refused ? now : dueNanos;
        long left = Math.max(due - now, notBeforeNanos - now);
        boolean wanted = refused || ends;
        if (wanted && left <= 0) {
          asking = true;
          return refresh;
        }
        if (wanted) {
          lock.wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        } else {
          lock.wait();
        }
      }
    }
  }

  private String renewed(Token token, long begun, List<Runnable> released) {
    synchronized (lock) {
      boolean worksAgain = failures > 0;
      notBeforeNanos = clock.nanoTime() + PAUSE_NANOS;
      accept(token, begun);
      settle(released);
      return worksAgain ? "the token is renewed again" : "";
    }
  }

  /// Call with the lock.
  private void accept(Token token, long begun) {
    failures = 0;
    refresh = token.refresh();
    ends = token.lifetimeSeconds() > 0;
    long lifetime = TimeUnit.SECONDS.toNanos(token.lifetimeSeconds());
    dueNanos = begun + Math.max(lifetime - renewBeforeNanos, lifetime / 2);
    value = ("Bearer " + token.access()).getBytes(StandardCharsets.US_ASCII);
  }

  private String failed(TokenException why, List<Runnable> released) {
    synchronized (lock) {
      long backoff =
          Math.min(LONGEST_BACKOFF_NANOS, PAUSE_NANOS << Math.min(failures, 5)); // 1, 2, 4, … 30 s
      failures++;
      notBeforeNanos = clock.nanoTime() + backoff;
      settle(released);
      return failures == 1
          ? "the token could not be renewed, the old one goes on being sent: " + why.getMessage()
          : "";
    }
  }

  /// Nobody waits for an answer any more. Call with the lock.
  private void settle(List<Runnable> released) {
    asking = false;
    refused = false;
    released.addAll(waiting);
    waiting.clear();
  }
}
