package io.crankfire.run;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import io.crankfire.template.Condition;
import io.crankfire.template.Names;
import io.crankfire.template.Variables;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads `when`: `NAME` (it has a value), `!NAME`, `NAME == text`, `NAME != text`. A name is a
/// variable or a column of a feeder, as in placeholders; what has no value equals no text.
public final class ConditionBinder {
  private ConditionBinder() {}

  private static final String FORMS = "write NAME, !NAME, NAME == text or NAME != text";

  /// Reads a condition.
  ///
  /// @param names complete
  /// @param problems takes a fault
  /// @return the condition, or null if there was a fault
  public static @Nullable Condition bind(ConfigNode.Scalar when, Names names, Problems problems) {
    String text = when.text().strip();
    int operator = operator(text);
    boolean negated = operator < 0 ? text.startsWith("!") : text.charAt(operator) == '!';
    String name =
        (operator >= 0 ? text.substring(0, operator) : negated ? text.substring(1) : text).strip();
    if (name.isEmpty() || name.startsWith("!") || name.contains("=")) {
      problems.add(when.position(), "\"%s\" is no condition: %s".formatted(when.text(), FORMS));
      return null;
    }
    int slot = names.slot(name);
    Names.Column column = names.column(name);
    if (slot < 0 && column == null) {
      problems.add(
          when.position(),
          "nothing has the name \"%s\"%s".formatted(name, Spelling.hint(name, known(names))));
      return null;
    }
    if (operator < 0) {
      return variables -> (value(variables, slot, column) != null) != negated;
    }
    byte[] expected =
        unquoted(text.substring(operator + 2).strip()).getBytes(StandardCharsets.UTF_8);
    return variables -> {
      byte[] value = value(variables, slot, column);
      return (value != null && Arrays.equals(value, expected)) != negated;
    };
  }

  /// Where the first `==` or `!=` is, negative if there is none.
  private static int operator(String text) {
    int equal = text.indexOf("==");
    int different = text.indexOf("!=");
    return equal < 0 ? different : different < 0 ? equal : Math.min(equal, different);
  }

  private static String unquoted(String text) {
    boolean quoted =
        text.length() >= 2
            && (text.charAt(0) == '"' || text.charAt(0) == '\'')
            && text.charAt(text.length() - 1) == text.charAt(0);
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private static List<String> known(Names names) {
    List<String> known = new ArrayList<>(names.variables().keySet());
    names.feeders().forEach(feeder -> known.addAll(feeder.columns()));
    return known;
  }

  private static byte @Nullable [] value(
      Variables variables, int slot, Names.@Nullable Column column) {
    byte[] value = slot < 0 ? null : variables.get(slot);
    return value == null && column != null
        ? variables.column(column.feeder(), column.column())
        : value;
  }
}
