package io.crankfire.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is done around a call, whatever its protocol.
///
/// @param extractors run after each response, in this order
/// @param checks run after the extractors; all of them, the first that fails names the outcome
/// @param retry when a failure is tried again
/// @param credential sent with every request, or null
/// @param captureLimit how much of a body is kept for them, in bytes; more is counted and not kept
public record Conduct(
    List<Extractor> extractors,
    List<Check> checks,
    Retry retry,
    @Nullable Credential credential,
    int captureLimit) {

  /// How much of a body is kept when nothing is said.
  public static final int DEFAULT_CAPTURE_LIMIT = 1 << 20;

  /// Nothing special.
  public static final Conduct PLAIN =
      new Conduct(List.of(), List.of(), Retry.NONE, null, DEFAULT_CAPTURE_LIMIT);

  /// Copies the lists.
  ///
  /// @throws IllegalArgumentException if there are more than 64 checks
  public Conduct {
    extractors = List.copyOf(extractors);
    checks = List.copyOf(checks);
    if (checks.size() > 64) {
      throw new IllegalArgumentException("a call has 64 checks at the most");
    }
  }

  /// Whether anything looks at responses.
  public boolean looks() {
    return !extractors.isEmpty() || !checks.isEmpty();
  }

  /// Whether anything looks at the bodies of responses.
  @SuppressWarnings("ForLoopReplaceableByForEach") // by index, without an iterator
  public boolean needsBody() {
    for (int i = 0; i < extractors.size(); i++) {
      if (extractors.get(i).needsBody()) {
        return true;
      }
    }
    for (int i = 0; i < checks.size(); i++) {
      if (checks.get(i).needsBody()) {
        return true;
      }
    }
    return false;
  }
}
