package io.crankfire.grpc.schema;

import io.crankfire.config.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Finds a service by what somebody calls it: its full name, the end of it (`Greeter`,
/// `v1.Greeter`), with a dot or a slash before it.
final class ServiceNames {

  private static final int MOST_LISTED = 20;

  private ServiceNames() {}

  /// A name without what may stand before it.
  static String plain(String name) {
    String stripped = name.strip();
    return stripped.startsWith(".") || stripped.startsWith("/") ? stripped.substring(1) : stripped;
  }

  /// The full name that is meant.
  ///
  /// @param known the full names of all services
  /// @throws UnknownNameException if there is none, or several; it lists those that could be meant
  static String find(String name, Collection<String> known) throws UnknownNameException {
    String plain = plain(name);
    if (known.contains(plain)) {
      return plain;
    }
    List<String> ends = new ArrayList<>();
    for (String each : known) {
      if (each.endsWith("." + plain)) {
        ends.add(each);
      }
    }
    if (ends.size() == 1) {
      return ends.getFirst();
    }
    if (!ends.isEmpty()) {
      throw new UnknownNameException(
          "\"%s\" is the name of %d services: write %s"
              .formatted(name, ends.size(), String.join(" or ", ends)));
    }
    Set<String> words = new LinkedHashSet<>();
    for (String each : known) {
      words.add(plain.contains(".") ? each : each.substring(each.lastIndexOf('.') + 1));
    }
    String hint = Spelling.hint(plain, words);
    throw new UnknownNameException(
        "there is no service \"%s\"%s".formatted(name, hint.isEmpty() ? listed(known) : hint));
  }

  /// `; there are a and b`.
  static String listed(Collection<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    List<String> some = names.stream().limit(MOST_LISTED).toList();
    return (names.size() == 1 ? "; there is " : "; there are ")
        + String.join(", ", some)
        + (names.size() > some.size() ? ", and %d more".formatted(names.size() - some.size()) : "");
  }
}
