package io.crankfire.cli;

import org.jspecify.annotations.Nullable;

/// One flag: what it is called, what it sets, and what is said about it.
///
/// @param group under which heading it stands
/// @param name with its dashes, `--rate`
/// @param letter the short name's letter, or 0
/// @param label what stands for its value in the help
/// @param kind what it takes
/// @param key the configuration key that it sets, with dots for nesting; null if it sets none
/// @param help a few words; the default in parentheses
record Flag(
    Group group,
    String name,
    char letter,
    String label,
    Kind kind,
    @Nullable String key,
    String help) {

  /// The headings of the help, in their order.
  enum Group {
    REQUEST("Request"),
    LOAD("Load"),
    CONNECTIONS("Connections and TLS"),
    OUTPUT("Output"),
    GENERATOR("Generator"),
    HAR("HAR recordings"),
    /// Understood, completed and documented, but not on the help's one screen.
    HIDDEN("Further");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /// What a flag takes.
  enum Kind {
    /// One value; the last one given counts.
    VALUE,
    /// One value each time it is given.
    LIST,
    /// `true` when it stands alone, or `=true`, `=false`.
    SWITCH,
    /// A switch that sets its key to the opposite.
    NEGATED
  }

  boolean takesValue() {
    return kind == Kind.VALUE || kind == Kind.LIST;
  }

  /// How it is shown: `-r, --rate N`.
  String synopsis() {
    return (letter == 0 ? "    " : "-" + letter + ", ")
        + name
        + (label.isEmpty() ? "" : " " + label);
  }
}
