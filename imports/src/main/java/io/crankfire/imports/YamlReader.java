package io.crankfire.imports;

import io.crankfire.config.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads YAML 1.2 (and so JSON) into [Data], within the bounds of [JsonReader]. Anchors are shared,
/// not copied, and `<<` is merged. Confined to one thread.
final class YamlReader {

  /*
   * Works on the parser's events and not on its nodes: composing nodes recurses without a bound,
   * and a file of a hundred thousand brackets would overflow the stack.
   */

  private static final int MAX_CHARACTERS = 64 << 20;

  private final Iterator<Event> events;
  private final String source;
  private final Map<Anchor, Data> anchors = new HashMap<>();
  private int values;

  private YamlReader(Iterator<Event> events, String source) {
    this.events = events;
    this.source = source;
  }

  /// Reads one document.
  ///
  /// @param source the file's name, for positions
  /// @throws UnreadableException if it is no YAML, or beyond the bounds
  static Data read(String text, String source) throws UnreadableException {
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(MAX_CHARACTERS).build();
    try {
      YamlReader reader = new YamlReader(new Parse(settings).parseString(text).iterator(), source);
      return reader.document();
    } catch (MarkedYamlEngineException e) {
      throw new UnreadableException(
          reader(source, e.getProblemMark()), "this is no YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new UnreadableException(
          new Position(source, 1, 1, null), "this is no YAML: " + e.getMessage());
    }
  }

  private static Position reader(String source, Optional<Mark> mark) {
    return mark.map(m -> new Position(source, m.getLine() + 1, m.getColumn() + 1, null))
        .orElse(new Position(source, 1, 1, null));
  }

  private Data document() throws UnreadableException {
    Data data = null;
    while (events.hasNext()) {
      Event event = events.next();
      switch (event.getEventId()) {
        case StreamStart, StreamEnd, DocumentStart, DocumentEnd, Comment -> {}
        case Alias, Scalar, SequenceStart, SequenceEnd, MappingStart, MappingEnd -> {
          if (data != null) {
            throw new UnreadableException(at(event), "a second document follows; give one");
          }
          data = value(event, 0);
        }
      }
    }
    if (data == null) {
      throw new UnreadableException(new Position(source, 1, 1, null), "the file is empty");
    }
    return data;
  }

  private Position at(Event event) {
    return reader(source, event.getStartMark());
  }

  private Event next() throws UnreadableException {
    while (events.hasNext()) {
      Event event = events.next();
      if (event.getEventId() != Event.ID.Comment) {
        return event;
      }
    }
    throw new UnreadableException(new Position(source, 1, 1, null), "the file ends too early");
  }

  private Data value(Event event, int depth) throws UnreadableException {
    if (++values > JsonReader.MAX_VALUES) {
      throw new UnreadableException(
          at(event), "the file holds more than %d values".formatted(JsonReader.MAX_VALUES));
    }
    if (depth > JsonReader.MAX_DEPTH) {
      throw new UnreadableException(
          at(event), "nested more than %d deep".formatted(JsonReader.MAX_DEPTH));
    }
    if (event instanceof AliasEvent alias) {
      Data target = anchors.get(alias.getAlias());
      if (target == null) {
        throw new UnreadableException(
            at(event), "nothing complete has this name: " + alias.getAlias());
      }
      return target;
    }
    Data data =
        switch (event.getEventId()) {
          case SequenceStart -> list(event, depth);
          case MappingStart -> object(event, depth);
          case Scalar -> scalar((ScalarEvent) event);
          default -> throw new UnreadableException(at(event), "a value is missing");
        };
    if (event instanceof NodeEvent node) {
      node.getAnchor().ifPresent(anchor -> anchors.put(anchor, data));
    }
    return data;
  }

  private Data list(Event start, int depth) throws UnreadableException {
    List<Data> items = new ArrayList<>();
    Event event = next();
    while (event.getEventId() != Event.ID.SequenceEnd) {
      items.add(value(event, depth + 1));
      event = next();
    }
    return Data.list(items, at(start));
  }

  private Data object(Event start, int depth) throws UnreadableException {
    LinkedHashMap<String, Data> members = new LinkedHashMap<>();
    Data merged = null;
    Event event = next();
    while (event.getEventId() != Event.ID.MappingEnd) {
      Data key = value(event, depth + 1);
      Data value = value(next(), depth + 1);
      if (key.isObject() || key.isList()) {
        throw new UnreadableException(at(event), "a key has to be a text");
      }
      if (key.text().equals("<<")) {
        merged = value;
      } else {
        members.put(key.text(), value);
      }
      event = next();
    }
    merge(merged, members);
    return Data.object(members, at(start));
  }

  private static void merge(@Nullable Data from, Map<String, Data> into) {
    if (from != null) {
      from.members().forEach(into::putIfAbsent);
      from.items().forEach(item -> item.members().forEach(into::putIfAbsent));
    }
  }

  private Data scalar(ScalarEvent event) {
    String text = event.getValue();
    return Data.scalar(event.isPlain() ? kind(text) : Data.Kind.TEXT, text, at(event));
  }

  /// What a plain scalar is, by the core schema.
  private static Data.Kind kind(String text) {
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> Data.Kind.NULL;
      case "true", "True", "TRUE", "false", "False", "FALSE" -> Data.Kind.BOOLEAN;
      default -> JsonText.isNumber(text) ? Data.Kind.NUMBER : Data.Kind.TEXT;
    };
  }
}
