package io.crankfire.testkit.contract;

import io.crankfire.metrics.Outcome;
import java.util.Set;

/// What a server does with an exchange, in words that mean something in every protocol, and the
/// buckets in which a correct requester may count it.
public enum Deed {
  /// Answers well.
  ANSWERS,
  /// Answers well-formed that it has failed.
  DECLINES,
  /// Answers well, and closes the connection without having announced that.
  LEAVES,
  /// Says nothing.
  IS_SILENT,
  /// Begins an answer and stops.
  STALLS,
  /// Begins an answer that has no end.
  FLOODS,
  /// Declines after [#LATENESS_MILLIS].
  IS_LATE,
  /// Closes instead of answering.
  CLOSES,
  /// Resets the connection instead of answering.
  RESETS,
  /// Closes in the middle of an answer.
  CUTS,
  /// Resets the connection in the middle of an answer.
  TEARS,
  /// Answers with what is not the protocol.
  BABBLES;

  /// How late [#IS_LATE] is.
  public static final int LATENESS_MILLIS = 250;

  private Set<Outcome> failures() {
    return switch (this) {
      case ANSWERS, DECLINES, LEAVES -> Set.of();
      case IS_SILENT, STALLS, IS_LATE -> Set.of(Outcome.TIMEOUT);
      case FLOODS -> Set.of(Outcome.TIMEOUT, Outcome.TOO_LARGE);
      case CLOSES, CUTS -> Set.of(Outcome.CONNECTION_CLOSED);
      case RESETS, TEARS -> Set.of(Outcome.CONNECTION_RESET);
      case BABBLES -> Set.of(Outcome.PROTOCOL_ERROR);
    };
  }

  /// Whether this is how an exchange with such a server may end within a timeout shorter than the
  /// lateness.
  public boolean explains(Outcome outcome) {
    return switch (this) {
      case ANSWERS, LEAVES -> outcome.kind() == Outcome.Kind.OK;
      case DECLINES -> outcome.kind() == Outcome.Kind.FAILED;
      default -> failures().contains(outcome);
    };
  }

  /// Whether the exchange ends without a timeout.
  public boolean endsByItself() {
    return !failures().contains(Outcome.TIMEOUT);
  }

  /// Whether the answer comes whole.
  public boolean isAnswer() {
    return failures().isEmpty();
  }
}
