package io.crankfire.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Finds the word that was probably meant.
public final class Spelling {
  private Spelling() {}

  /// The nearest of the known words, or null if none is near: about one slip in three letters, a
  /// swap of neighbours counting as one, or the only word that begins so.
  public static @Nullable String nearest(String word, Collection<String> known) {
    String nearest = null;
    int least = Math.max(1, letters(word) / 3) + 1;
    for (String candidate : known) {
      int distance = distance(word, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest != null ? nearest : onlyOneBeginningWith(word, known);
  }

  /// `; did you mean "x"?`, or nothing if no known word is near.
  public static String hint(String word, Collection<String> known) {
    String nearest = nearest(word, known);
    return nearest == null ? "" : "; did you mean " + nearest + "?";
  }

  private static int letters(String word) {
    int dashes = 0;
    while (dashes < word.length() && word.charAt(dashes) == '-') {
      dashes++;
    }
    return word.length() - dashes;
  }

  private static @Nullable String onlyOneBeginningWith(String word, Collection<String> known) {
    String only = null;
    if (letters(word) < 2) {
      return null;
    }
    for (String candidate : known) {
      if (candidate.startsWith(word)) {
        if (only != null) {
          return null;
        }
        only = candidate;
      }
    }
    return only;
  }

  /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + same, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
