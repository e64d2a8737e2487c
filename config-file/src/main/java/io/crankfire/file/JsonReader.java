package io.crankfire.file;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/// Reads JSON, strictly.
final class JsonReader {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(2 * Source.DEPTH) // ours is reached first, and knows the place
                  .maxStringLength(Integer.MAX_VALUE) // the file's size is limited already
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final Source source;
  private final JsonParser parser;
  private int depth;

  private JsonReader(Source source, JsonParser parser) {
    this.source = source;
    this.parser = parser;
  }

  /// Reads the one value of a file.
  static Raw read(Source source) throws Unreadable {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), source.text())) {
      JsonReader reader = new JsonReader(source, parser);
      JsonToken first = parser.nextToken();
      if (first == null) {
        return new Raw.Table(List.of(), source.at(0, 0));
      }
      Raw root = reader.value(first);
      if (parser.nextToken() != null) {
        throw new Unreadable(reader.here(), "the file ends with one value: this is a second one");
      }
      return root;
    } catch (StreamReadException e) {
      TokenStreamLocation location = e.getLocation();
      Position position =
          location == null
              ? source.at(0, 0)
              : at(source, location.getLineNr(), location.getColumnNr());
      throw new Unreadable(position, "this is not JSON: " + e.getOriginalMessage());
    }
  }

  private Raw value(JsonToken token) throws Unreadable {
    Position position = here();
    return switch (token) {
      case START_OBJECT -> {
        deeper(position);
        List<Raw.Entry> entries = new ArrayList<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          String key = parser.currentName();
          Position at = here();
          entries.add(new Raw.Entry(key, at, value(parser.nextToken()), false));
        }
        depth--;
        yield new Raw.Table(entries, position);
      }
      case START_ARRAY -> {
        deeper(position);
        List<Raw> items = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          items.add(value(next));
        }
        depth--;
        yield new Raw.Items(items, position);
      }
      case VALUE_NULL -> leaf(ConfigNode.Kind.NULL, position);
      case VALUE_TRUE, VALUE_FALSE -> leaf(ConfigNode.Kind.BOOLEAN, position);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> leaf(ConfigNode.Kind.NUMBER, position);
      case VALUE_STRING -> leaf(ConfigNode.Kind.TEXT, position);
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("a value cannot begin with " + token);
    };
  }

  private Raw leaf(ConfigNode.Kind kind, Position position) {
    return new Raw.Leaf(parser.getString(), kind, position);
  }

  private void deeper(Position position) throws Unreadable {
    if (++depth > Source.DEPTH) {
      throw Source.tooDeep(position);
    }
  }

  private Position here() {
    TokenStreamLocation location = parser.currentTokenLocation();
    return at(source, location.getLineNr(), location.getColumnNr());
  }

  private static Position at(Source source, int line, int column) {
    int row = Math.max(0, line - 1);
    String text = source.line(row);
    int units = Math.clamp(column - 1, 0, text.length());
    return source.at(row, text.codePointCount(0, units));
  }
}
