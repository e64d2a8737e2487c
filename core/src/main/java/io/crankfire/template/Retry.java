package io.crankfire.template;

import java.time.Duration;

/// When a failed request is sent again: after 429, after 500 and above, and after every failure
/// below the protocol but a timeout; not after other statuses.
///
/// @param most attempts after the first; 0 for none
/// @param base the delay before the first of them, doubled for each further one, plus up to half of
///   it at random
/// @param cap the longest delay before the random part
public record Retry(int most, Duration base, Duration cap) {

  /// No retries.
  public static final Retry NONE = of(0);

  /// The delays of the reference: 100 ms, doubled, up to 5 s.
  public static Retry of(int most) {
    return new Retry(most, Duration.ofMillis(100), Duration.ofSeconds(5));
  }
}
