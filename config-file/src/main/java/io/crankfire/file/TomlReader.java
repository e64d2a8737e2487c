package io.crankfire.file;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// Reads TOML 1.0.
final class TomlReader {

  /*
   * The library's values have lost their writing, and its positions are those of keys, or of what
   * lies before an item. So the text is looked at again, from there to where the value begins. Its
   * parser recurses as deep as values are nested: that is counted before.
   */

  private final Source source;
  private final String text;
  private final List<Integer> lineStarts = new ArrayList<>();

  private TomlReader(Source source) {
    this.source = source;
    text = source.text();
    lineStarts.add(0);
    for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
      lineStarts.add(i + 1);
    }
  }

  /// Reads a file.
  ///
  /// @param problems takes all faults of syntax
  /// @return what it says, or null if there was a fault
  static @Nullable Raw read(Source source, Problems problems) throws Unreadable {
    TomlReader reader = new TomlReader(source);
    int deep = TomlText.firstTooDeep(reader.text, Source.DEPTH);
    if (deep >= 0) {
      throw Source.tooDeep(reader.position(deep));
    }
    TomlParseResult result = Toml.parse(reader.text);
    for (TomlParseError error : result.errors()) {
      problems.add(
          reader.position(reader.offset(error.position())), "this is not TOML: " + message(error));
    }
    return result.hasErrors() ? null : reader.table(result, source.at(0, 0), 0);
  }

  private static String message(TomlParseError error) {
    return String.valueOf(error.getMessage());
  }

  private Raw table(TomlTable table, Position position, int depth) throws Unreadable {
    if (depth > Source.DEPTH) {
      throw Source.tooDeep(position);
    }
    List<Raw.Entry> entries = new ArrayList<>();
    for (Map.Entry<String, Object> entry : table.entrySet()) {
      TomlPosition written = table.inputPositionOf(List.of(entry.getKey()));
      int at = written == null ? 0 : offset(written);
      Raw value = value(entry.getValue(), TomlText.valueOfKey(text, at), depth);
      entries.add(new Raw.Entry(entry.getKey(), position(at), value, false));
    }
    return new Raw.Table(entries, position);
  }

  private Raw array(TomlArray array, Position position, int depth) throws Unreadable {
    if (depth > Source.DEPTH) {
      throw Source.tooDeep(position);
    }
    List<Raw> items = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      int at = TomlText.skipTrivia(text, offset(array.inputPositionOf(i)));
      items.add(value(array.get(i), at, depth));
    }
    return new Raw.Items(items, position);
  }

  private Raw value(Object value, int at, int depth) throws Unreadable {
    Position position = position(at);
    if (value instanceof TomlTable table) {
      return table(table, position, depth + 1);
    }
    if (value instanceof TomlArray array) {
      return array(array, position, depth + 1);
    }
    if (value instanceof Number) {
      String number = TomlText.word(text, at);
      return new Raw.Leaf(
          number.isEmpty() ? value.toString() : number, ConfigNode.Kind.NUMBER, position);
    }
    ConfigNode.Kind kind =
        value instanceof Boolean ? ConfigNode.Kind.BOOLEAN : ConfigNode.Kind.TEXT;
    return new Raw.Leaf(value.toString(), kind, position);
  }

  private int offset(TomlPosition position) {
    int line = Math.clamp(position.line() - 1, 0, lineStarts.size() - 1);
    int start = lineStarts.get(line);
    int end = line + 1 < lineStarts.size() ? lineStarts.get(line + 1) : text.length();
    int points = Math.clamp(position.column() - 1, 0, text.codePointCount(start, end));
    return text.offsetByCodePoints(start, points);
  }

  private Position position(int offset) {
    int low = 0;
    int high = lineStarts.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (lineStarts.get(middle) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return source.at(low, text.codePointCount(lineStarts.get(low), offset));
  }
}
