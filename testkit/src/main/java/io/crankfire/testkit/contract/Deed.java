package io.crankfire.testkit.contract;

import io.crankfire.metrics.Outcome;
import java.util.Set;

/// What a server does with an exchange, in words that mean something in every protocol, and the
/// buckets in which a correct requester may count it.
public enum Deed {
  /// Answers well.
  ANSWERS(Set.of()),
  /// Answers well-formed that it has failed.
  DECLINES(Set.of()),
  /// Answers well, and closes the connection without having announced that.
  LEAVES(Set.of()),
  /// Says nothing.
  IS_SILENT(Set.of(Outcome.TIMEOUT)),
  /// Begins an answer and stops.
  STALLS(Set.of(Outcome.TIMEOUT)),
  /// Begins an answer that has no end.
  FLOODS(Set.of(Outcome.TIMEOUT, Outcome.TOO_LARGE)),
  /// Declines after [#LATENESS_MILLIS].
  IS_LATE(Set.of(Outcome.TIMEOUT)),
  /// Closes instead of answering.
  CLOSES(Set.of(Outcome.CONNECTION_CLOSED)),
  /// Resets the connection instead of answering.
  RESETS(Set.of(Outcome.CONNECTION_RESET)),
  /// Closes in the middle of an answer.
  CUTS(Set.of(Outcome.CONNECTION_CLOSED)),
  /// Resets the connection in the middle of an answer.
  TEARS(Set.of(Outcome.CONNECTION_RESET)),
  /// Answers with what is not the protocol.
  BABBLES(Set.of(Outcome.PROTOCOL_ERROR));

  /// How late [#IS_LATE] is.
  public static final int LATENESS_MILLIS = 250;

  private final Set<Outcome> failures;

  Deed(Set<Outcome> failures) {
    this.failures = failures;
  }

  /// Whether this is how an exchange with such a server may end within a timeout shorter than the
  /// lateness.
  public boolean explains(Outcome outcome) {
    return switch (this) {
      case ANSWERS, LEAVES -> outcome.kind() == Outcome.Kind.OK;
      case DECLINES -> outcome.kind() == Outcome.Kind.FAILED;
      default -> failures.contains(outcome);
    };
  }

  /// Whether the exchange ends without a timeout.
  public boolean endsByItself() {
    return !failures.contains(Outcome.TIMEOUT);
  }

  /// Whether the answer comes whole.
  public boolean isAnswer() {
    return failures.isEmpty();
  }
}
