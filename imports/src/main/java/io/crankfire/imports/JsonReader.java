package io.crankfire.imports;

import io.crankfire.config.Position;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/// Reads JSON into [Data], within bounds: what is deeper than [#MAX_DEPTH] or longer than
/// [#MAX_TEXT], and documents that keep more than [#MAX_KEPT] characters or [#MAX_VALUES] values,
/// are rejected. What nobody wants is skipped without being kept. Confined to one thread.
final class JsonReader {

  /// Objects and lists in each other, at the most.
  static final int MAX_DEPTH = 200;

  /// Characters of one text, at the most.
  static final int MAX_TEXT = 16 << 20;

  /// Characters of all texts kept, at the most.
  static final int MAX_KEPT = 128 << 20;

  /// Values kept, at the most.
  static final int MAX_VALUES = 5_000_000;

  /// Says which members are read.
  interface Wanted {
    /// Everything.
    Wanted ALL = (_, _) -> true;

    /// Whether a member is read, or skipped.
    ///
    /// @param parent the name of the member that the object, or its list, is the value of
    /// @param name the member's
    boolean wants(String parent, String name);
  }

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_TEXT)
                  .maxNameLength(10_000)
                  .build())
          .build();

  private final JsonParser parser;
  private final String source;
  private final Wanted wanted;
  private long kept;
  private int values;

  private JsonReader(JsonParser parser, String source, Wanted wanted) {
    this.parser = parser;
    this.source = source;
    this.wanted = wanted;
  }

  /// Reads one document.
  ///
  /// @param source the file's name, for positions
  /// @throws UnreadableException if it is no JSON, or beyond the bounds
  static Data read(InputStream in, String source, Wanted wanted) throws UnreadableException {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), in)) {
      return new JsonReader(parser, source, wanted).document();
    } catch (JacksonIOException e) {
      throw new UnreadableException(
          new Position(source, 0, 0, null), "cannot be read: " + e.getOriginalMessage());
    } catch (JacksonException e) {
      throw new UnreadableException(
          new Position(source, 1, 1, null), "this is no JSON: " + e.getOriginalMessage());
    }
  }

  private Data document() throws UnreadableException {
    try {
      if (parser.nextToken() == null) {
        throw new UnreadableException(new Position(source, 1, 1, null), "the file is empty");
      }
      Data data = value("");
      if (parser.nextToken() != null) {
        throw fault("something follows the end of the JSON document");
      }
      return data;
    } catch (JacksonIOException e) {
      throw e;
    } catch (JacksonException e) {
      // Bounds that are passed have no location of their own.
      TokenStreamLocation at = e.getLocation();
      throw new UnreadableException(
          position(source, at == null ? parser.currentLocation() : at),
          "this is no JSON: " + e.getOriginalMessage());
    }
  }

  private static Position position(String source, TokenStreamLocation at) {
    return new Position(source, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()), null);
  }

  private Position position() {
    return position(source, parser.currentTokenLocation());
  }

  private UnreadableException fault(String message) {
    return new UnreadableException(position(), message);
  }

  /// The value that the current token begins. Recursion is bounded by the parser's own bound.
  private Data value(String name) throws UnreadableException {
    Position position = position();
    if (++values > MAX_VALUES) {
      throw fault("the file holds more than %d values".formatted(MAX_VALUES));
    }
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> object(name, position);
      case START_ARRAY -> list(name, position);
      case VALUE_STRING -> Data.text(keep(parser.getString()), position);
      case VALUE_TRUE, VALUE_FALSE ->
          Data.scalar(
              Data.Kind.BOOLEAN, token == JsonToken.VALUE_TRUE ? "true" : "false", position);
      case VALUE_NULL -> Data.scalar(Data.Kind.NULL, "", position);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          Data.scalar(Data.Kind.NUMBER, keep(parser.getString()), position);
      default -> throw fault("this is no JSON: the document ends too early");
    };
  }

  private Data object(String name, Position position) throws UnreadableException {
    LinkedHashMap<String, Data> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String member = parser.currentName();
      parser.nextToken();
      if (wanted.wants(name, member)) {
        members.put(member, value(member));
      } else {
        parser.skipChildren();
      }
    }
    return Data.object(members, position);
  }

  private Data list(String name, Position position) throws UnreadableException {
    List<Data> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(name));
    }
    return Data.list(items, position);
  }

  private String keep(String text) throws UnreadableException {
    kept += text.length();
    if (kept > MAX_KEPT) {
      throw fault("the file holds more than %d characters of text".formatted(MAX_KEPT));
    }
    return text;
  }
}
