package io.crankfire.bind;

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

/// A condition on one name: `NAME`, `!NAME` (or `not NAME`), `NAME == text`, `NAME != text`. A name
/// that has no value equals no text. Immutable; shared by all workers.
final class When implements Condition {

  private final String written;
  private final int slot;
  private final int feeder;
  private final int column;
  private final byte @Nullable [] expected; // null: that there is a value at all
  private final boolean negated;

  private When(
      String written,
      int slot,
      Names.@Nullable Column column,
      byte @Nullable [] expected,
      boolean negated) {
    this.written = written;
    this.slot = slot;
    this.feeder = column == null ? -1 : column.feeder();
    this.column = column == null ? -1 : column.column();
    this.expected = expected;
    this.negated = negated;
  }

  /// Reads a condition.
  ///
  /// @return null if it is faulty
  static @Nullable When bind(ConfigNode node, Names names, Problems problems) {
    if (!(node instanceof ConfigNode.Scalar scalar)) {
      problems.add(
          node.position(), "a condition is a text: NAME, !NAME, NAME == text or NAME != text");
      return null;
    }
    String text = scalar.text().strip();
    String name = text;
    String expected = null;
    boolean negated = false;
    int sign = operator(text);
    if (sign >= 0) {
      negated = text.charAt(sign) == '!';
      name = text.substring(0, sign).strip();
      expected = unquoted(text.substring(sign + 2).strip());
    } else if (text.startsWith("!")) {
      negated = true;
      name = text.substring(1).strip();
    } else if (text.startsWith("not ")) {
      negated = true;
      name = text.substring("not ".length()).strip();
    }
    int slot = names.slot(name);
    Names.Column column = names.column(name);
    if (slot < 0 && column == null) {
      problems.add(
          node.position(),
          name.isEmpty() || name.indexOf(' ') >= 0
              ? "\"%s\" is no condition: write NAME, !NAME, NAME == text or NAME != text"
                  .formatted(text)
              : "nothing sets \"%s\": no extractor has it as its var, no feeder as a column%s"
                  .formatted(name, Spelling.hint(name, known(names))));
      return null;
    }
    byte[] bytes = expected == null ? null : expected.getBytes(StandardCharsets.UTF_8);
    return new When(text, slot, column, bytes, negated);
  }

  private static int operator(String text) {
    int equal = text.indexOf("==");
    int different = text.indexOf("!=");
    return equal < 0 || different < 0 ? Math.max(equal, different) : Math.min(equal, different);
  }

  private static String unquoted(String text) {
    boolean quoted =
        text.length() >= 2
            && (text.charAt(0) == '"' || text.charAt(0) == '\'')
            && text.charAt(0) == text.charAt(text.length() - 1);
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private static List<String> known(Names names) {
    List<String> known = new ArrayList<>(names.variables().keySet());
    names.feeders().forEach(feeder -> known.addAll(feeder.columns()));
    return known;
  }

  @Override
  public boolean holds(Variables variables) {
    byte[] value = slot < 0 ? null : variables.get(slot);
    if (value == null && feeder >= 0) {
      value = variables.column(feeder, column);
    }
    boolean holds = expected == null ? value != null : Arrays.equals(value, expected);
    return holds != negated;
  }

  @Override
  public String toString() {
    return written;
  }
}
