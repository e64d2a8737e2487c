package io.crankfire.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a command line said.
///
/// @param values each flag with its value, in the order of their writing
/// @param words what was no flag
record Given(List<Value> values, List<String> words) {

  /// A flag with its value; of a switch, `true` or `false`.
  record Value(Flag flag, String text) {}

  Given {
    values = List.copyOf(values);
    words = List.copyOf(words);
  }

  /// Whether a switch is on.
  boolean has(String name) {
    boolean on = false;
    for (Value value : values) {
      if (value.flag.name().equals(name)) {
        on = value.text.equals("true");
      }
    }
    return on;
  }

  /// The value of a flag that takes one; null if it was not given.
  @Nullable String one(String name) {
    for (Value value : values) {
      if (value.flag.name().equals(name)) {
        return value.text;
      }
    }
    return null;
  }

  /// The same with the first word as the value of `--config`.
  Given withFile() {
    if (words.isEmpty()) {
      return this;
    }
    List<Value> more = new ArrayList<>(values);
    more.add(new Value(Flags.CONFIG_FLAG, words.getFirst()));
    return new Given(more, List.of());
  }

  /// All values of a flag.
  List<String> all(String name) {
    return values.stream()
        .filter(value -> value.flag.name().equals(name))
        .map(Value::text)
        .toList();
  }
}
