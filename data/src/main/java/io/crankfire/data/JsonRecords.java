package io.crankfire.data;

import io.crankfire.data.jsonpath.Json;
import io.crankfire.data.jsonpath.JsonReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

/// An array of JSON objects, or objects one a line. Numbers keep their text, `null` is no value,
/// arrays and objects become compact JSON. A column is a name that any of the objects has.
final class JsonRecords {
  private JsonRecords() {}

  /// Columns at the most. Every record has a place for each: objects that all have names of their
  /// own, as maps by an identifier, would take the square of their number.
  private static final int MOST_COLUMNS = 1_000;

  /// Reads a file of one array.
  ///
  /// @return whether there was no fault
  static boolean readArray(byte[] bytes, Records records) {
    String text = records.text(bytes);
    if (text == null || text.isBlank()) {
      return text != null;
    }
    try (JsonParser parser = JsonReader.parser(text)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        fault(records, parser, 0, "expected an array of objects");
        return records.end();
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == null) {
          fault(records, parser, 0, "the array is not closed");
          return records.end();
        }
        add(parser, 0, records);
      }
      if (parser.nextToken() != null) {
        fault(records, parser, 0, "something follows the array");
      }
    } catch (JacksonException e) {
      fault(records, e, 0);
    }
    return records.end();
  }

  /// Reads a file of one object a line.
  ///
  /// @return whether there was no fault
  static boolean readLines(byte[] bytes, Records records) {
    String text = records.text(bytes);
    if (text == null) {
      return false;
    }
    int above = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      if (!line.isBlank()) {
        try (JsonParser parser = JsonReader.parser(line)) {
          parser.nextToken();
          add(parser, above, records);
          if (parser.nextToken() != null) {
            fault(records, parser, above, "something follows the object: write one a line");
          }
        } catch (JacksonException e) {
          fault(records, e, above);
        }
      }
      above++;
    }
    return records.end();
  }

  /// @param above how many lines come before the text of the parser
  private static void add(JsonParser parser, int above, Records records) {
    TokenStreamLocation begin = parser.currentTokenLocation();
    Json value = JsonReader.value(parser);
    if (!(value instanceof Json.Members(Map<String, Json> members))) {
      records.fault(begin.getLineNr() + above, begin.getColumnNr(), "expected an object");
      return;
    }
    if (members.isEmpty()) {
      records.fault(begin.getLineNr() + above, begin.getColumnNr(), "the object is empty");
      return;
    }
    int last = -1;
    for (String name : members.keySet()) {
      if (records.columns() == MOST_COLUMNS && !records.hasColumn(name)) {
        records.fault(
            begin.getLineNr() + above,
            begin.getColumnNr(),
            "the records have more than %,d different names of values".formatted(MOST_COLUMNS));
        return;
      }
      last = Math.max(last, records.column(name));
    }
    @Nullable String[] values = new String[last + 1];
    for (Map.Entry<String, Json> member : List.copyOf(members.entrySet())) {
      values[records.column(member.getKey())] = member.getValue().asText();
    }
    records.add(values);
  }

  private static void fault(Records records, JsonParser parser, int above, String message) {
    TokenStreamLocation at = parser.currentTokenLocation();
    records.fault(Math.max(1, at.getLineNr()) + above, Math.max(1, at.getColumnNr()), message);
  }

  private static void fault(Records records, JacksonException e, int above) {
    TokenStreamLocation at = e.getLocation();
    records.fault(
        (at == null ? 1 : Math.max(1, at.getLineNr())) + above,
        at == null ? 1 : Math.max(1, at.getColumnNr()),
        e.getOriginalMessage());
  }
}
