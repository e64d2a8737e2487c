package io.crankfire.file;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// Reads YAML 1.2 with the core schema, and `<<` of YAML 1.1.
final class YamlReader {

  /*
   * From the parser's events and not from its composed nodes: the composer takes any depth of
   * nesting until the stack is full, and makes one thing of an alias and what it stands for.
   */

  private static final ScalarResolver RESOLVER = new CoreSchema().getScalarResolver();

  private final Source source;
  private final Iterator<Event> events;
  private final Map<Anchor, Raw> anchors = new HashMap<>();
  private int depth;

  private YamlReader(Source source) {
    this.source = source;
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setParseComments(false)
            .setUseMarks(true)
            .setCodePointLimit(Integer.MAX_VALUE) // the file's size is limited already
            // A long value is copied again for each buffer that it takes.
            .setBufferSize(Math.clamp(source.text().length(), 1 << 10, 1 << 20))
            .build();
    events = new Parse(settings).parseString(source.text()).iterator();
  }

  /// Reads the one document of a file; one without any is an empty table.
  static Raw read(Source source) throws Unreadable {
    YamlReader reader = new YamlReader(source);
    try {
      return reader.document();
    } catch (MarkedYamlEngineException e) {
      throw reader.unreadable(e);
    } catch (ReaderException e) {
      throw reader.unprintable(e);
    } catch (YamlEngineException e) {
      throw new Unreadable(source.at(0, 0), "this is not YAML: " + e.getMessage());
    }
  }

  private Raw document() throws Unreadable {
    Raw root = new Raw.Table(List.of(), source.at(0, 0));
    boolean found = false;
    while (events.hasNext()) {
      Event event = events.next();
      if (event.getEventId() == Event.ID.DocumentStart) {
        if (found) {
          throw new Unreadable(
              at(event), "a second document begins here: a configuration file has one");
        }
        found = true;
        root = value(events.next());
      }
    }
    return root;
  }

  private Raw value(Event event) throws Unreadable {
    Position position = at(event);
    if (event instanceof AliasEvent alias) {
      Raw target = anchors.get(alias.getAlias());
      if (target == null) {
        throw new Unreadable(
            position, "*" + alias.getAlias() + " stands for nothing that was written before it");
      }
      return new Raw.Alias(target, position);
    }
    Raw value;
    if (event instanceof ScalarEvent scalar) {
      value = new Raw.Leaf(scalar.getValue(), kind(scalar, position), position);
    } else {
      if (++depth > Source.DEPTH) {
        throw Source.tooDeep(position);
      }
      if (event instanceof SequenceStartEvent sequence) {
        rejectTag(sequence.getTag(), Tag.SEQ, position);
        value = new Raw.Items(items(), position);
      } else if (event instanceof MappingStartEvent mapping) {
        rejectTag(mapping.getTag(), Tag.MAP, position);
        value = new Raw.Table(entries(), position);
      } else {
        throw new IllegalStateException("a value cannot begin with " + event);
      }
      depth--;
    }
    ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, value));
    return value;
  }

  private List<Raw> items() throws Unreadable {
    List<Raw> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(value(event));
    }
    return items;
  }

  private List<Raw.Entry> entries() throws Unreadable {
    List<Raw.Entry> entries = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      Position position = at(event);
      Raw key = value(event);
      if (key instanceof Raw.Alias alias) {
        key = alias.target();
      }
      if (!(key instanceof Raw.Leaf name)) {
        throw new Unreadable(position, "a key is a single text");
      }
      boolean merge = event instanceof ScalarEvent scalar && scalar.isPlain();
      entries.add(
          new Raw.Entry(
              name.text(), position, value(events.next()), merge && name.text().equals("<<")));
    }
    return entries;
  }

  private static ConfigNode.Kind kind(ScalarEvent scalar, Position position) throws Unreadable {
    Optional<String> tag = scalar.getTag();
    Tag meant =
        tag.isPresent() && !tag.get().equals("!")
            ? new Tag(tag.get())
            : RESOLVER.resolve(scalar.getValue(), scalar.getImplicit().canOmitTagInPlainScalar());
    if (meant.equals(Tag.NULL)) {
      return ConfigNode.Kind.NULL;
    }
    if (meant.equals(Tag.BOOL)) {
      return ConfigNode.Kind.BOOLEAN;
    }
    if (meant.equals(Tag.INT) || meant.equals(Tag.FLOAT)) {
      return ConfigNode.Kind.NUMBER;
    }
    boolean explicit = tag.isPresent() && !tag.get().equals("!");
    if (explicit && !meant.equals(Tag.STR)) {
      throw unknownTag(meant.getValue(), position);
    }
    return ConfigNode.Kind.TEXT; // also what the schema resolves to `<<` and to variables
  }

  private static void rejectTag(Optional<String> tag, Tag usual, Position position)
      throws Unreadable {
    if (tag.isPresent() && !tag.get().equals("!") && !tag.get().equals(usual.getValue())) {
      throw unknownTag(tag.get(), position);
    }
  }

  private static Unreadable unknownTag(String tag, Position position) {
    return new Unreadable(position, "the tag " + tag + " means nothing here: leave it out");
  }

  private Position at(Event event) {
    return event.getStartMark().map(this::at).orElseGet(() -> source.at(0, 0));
  }

  private Position at(Mark mark) {
    return source.at(mark.getLine(), mark.getColumn());
  }

  private Unreadable unreadable(MarkedYamlEngineException e) {
    Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
    if (mark == null) {
      return new Unreadable(source.at(0, 0), "this is not YAML: " + e.getProblem());
    }
    Position position = at(mark);
    String line = source.line(mark.getLine());
    if (mark.getColumn() < line.length() && line.charAt(mark.getColumn()) == '\t') {
      return new Unreadable(position, "a tab cannot indent YAML: use blanks");
    }
    String begun =
        e.getContext() == null || e.getContextMark().isEmpty()
            ? ""
            : " (%s at line %d)".formatted(e.getContext(), e.getContextMark().get().getLine() + 1);
    return new Unreadable(position, "this is not YAML: " + e.getProblem() + begun);
  }

  private Unreadable unprintable(ReaderException e) {
    int line = 0;
    int column = 0;
    int[] points = source.text().codePoints().limit(e.getPosition()).toArray();
    for (int point : points) {
      column = point == '\n' ? 0 : column + 1;
      line += point == '\n' ? 1 : 0;
    }
    return new Unreadable(
        source.at(line, column),
        "the character U+%04X cannot stand in YAML; in double quotes write it as \\x%02X"
            .formatted(e.getCodePoint(), e.getCodePoint()));
  }
}
