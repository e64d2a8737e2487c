package io.crankfire.imports;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Gives endpoints names of which no two are equal, in whatever capitals. Confined to one thread.
final class EndpointNames {

  private static final int LONGEST = 120;

  private final Set<String> taken = new HashSet<>();

  /// How many numbers a name has got: a recording may have one path ten thousand times.
  private final Map<String, Integer> numbers = new HashMap<>();

  /// Takes a name out of use.
  void take(String name) {
    taken.add(name.toLowerCase(Locale.ROOT));
  }

  /// The first of the wanted names that is free, or the first one with a number: `login #2`.
  String free(String... wanted) {
    for (String name : wanted) {
      if (taken.add(shortened(name).toLowerCase(Locale.ROOT))) {
        return shortened(name);
      }
    }
    String first = shortened(wanted[wanted.length - 1]);
    while (true) {
      int number = numbers.merge(first.toLowerCase(Locale.ROOT), 1, Integer::sum);
      String name = first + " #" + (number + 1);
      if (taken.add(name.toLowerCase(Locale.ROOT))) {
        return name;
      }
    }
  }

  private static String shortened(String name) {
    String line = name.replaceAll("\\p{Cntrl}+", " ").strip();
    if (line.length() <= LONGEST) {
      return line;
    }
    int end = LONGEST - 1;
    return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + "…";
  }
}
