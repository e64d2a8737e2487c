package io.crankfire.verdict;

import java.util.ArrayList;
import java.util.List;

/// Whether a run's numbers can be trusted, and why not.
///
/// @param validity the worst of all findings
/// @param findings what was found, worst first; those that are `VALID` are notes
public record Verdict(Validity validity, List<Finding> findings) {

  /// How far to trust.
  public enum Validity {
    /// The generator kept up; the numbers are the target's.
    VALID,
    /// The generator had a part in the numbers, or some arrivals are missing from them.
    SUSPECT,
    /// The numbers are the generator's, or the asked load was not offered.
    INVALID
  }

  /// One reason.
  ///
  /// @param validity how bad
  /// @param rule which rule found it: a short name that does not change
  /// @param message what was measured, what it means and what to do, in one sentence
  public record Finding(Validity validity, String rule, String message) {}

  /// Nothing to object to.
  public static final Verdict VALID = new Verdict(Validity.VALID, List.of());

  /// Copies the list.
  public Verdict {
    findings = List.copyOf(findings);
  }

  /// The verdict that follows from `findings`, in whatever order.
  public static Verdict of(List<Finding> findings) {
    Validity worst = Validity.VALID;
    for (Finding finding : findings) {
      if (finding.validity().compareTo(worst) > 0) {
        worst = finding.validity();
      }
    }
    List<Finding> sorted = new ArrayList<>(findings);
    sorted.sort((a, b) -> b.validity().compareTo(a.validity()));
    return new Verdict(worst, sorted);
  }
}
