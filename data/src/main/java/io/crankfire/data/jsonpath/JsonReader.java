package io.crankfire.data.jsonpath;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads JSON into values. Nesting is limited to 500 levels, numbers to 1,000 digits.
public final class JsonReader {
  private JsonReader() {}

  private static final JsonFactory FACTORY = new JsonFactory();

  /// Reads the first value of a body; null if there is none, or it is malformed.
  public static @Nullable Json read(byte[] json, int length) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json, 0, length)) {
      return parser.nextToken() == null ? null : value(parser);
    } catch (JacksonException _) {
      return null;
    }
  }

  /// A parser of a text, which knows lines and columns.
  ///
  /// @throws JacksonException from its methods, if the text is malformed
  public static JsonParser parser(String json) {
    return FACTORY.createParser(ObjectReadContext.empty(), json);
  }

  /// The value whose first token is the parser's current one; afterwards its last token is.
  ///
  /// @throws JacksonException if it is malformed
  public static Json value(JsonParser parser) {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Json> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          members.putIfAbsent(name, value(parser));
        }
        yield new Json.Members(members);
      }
      case START_ARRAY -> {
        List<Json> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(parser));
        }
        yield new Json.Array(items);
      }
      case VALUE_STRING -> new Json.Text(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Numeral(parser.getString());
      case VALUE_TRUE -> new Json.Truth(true);
      case VALUE_FALSE -> new Json.Truth(false);
      case VALUE_NULL -> new Json.Null();
      default -> throw new IllegalStateException("no value begins with " + token);
    };
  }
}
