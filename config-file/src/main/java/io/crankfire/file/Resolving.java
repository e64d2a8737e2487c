package io.crankfire.file;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Works out what a file means: puts in aliases, merges and environment variables, drops nulls but
/// those of documents, whose numbers it writes as JSON does, and finds keys that are there twice.
final class Resolving {

  /*
   * Aliases are expanded, so a file of some hundred bytes can stand for billions of values. What is
   * written is limited by the file's size; what aliases and merges add is counted here.
   */

  private static final int MOST_FROM_ALIASES = 100_000;

  private final Environment environment;
  private final Problems problems;
  private int fromAliases;
  private int withinAliases;
  private int withinDocuments;
  private int depth;

  Resolving(Environment environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /// A table as keys and values.
  ConfigNode.Mapping mapping(Raw.Table table) throws Unreadable {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    Map<String, Position> keys = new HashMap<>();
    enter(table.position());
    for (Raw.Entry entry : flat(table)) {
      ConfigNode value =
          ConfigNode.isDocument(entry.key()) ? document(entry.value()) : node(entry.value());
      if (value != null) {
        entries.put(entry.key(), value);
        keys.put(entry.key(), entry.position());
      }
    }
    depth--;
    return new ConfigNode.Mapping(entries, start(table), keys);
  }

  /// A table begins with its first key, in every format.
  private static Position start(Raw.Table table) {
    return table.entries().isEmpty() ? table.position() : table.entries().getFirst().position();
  }

  private @Nullable ConfigNode node(Raw raw) throws Unreadable {
    count(raw.position());
    return switch (raw) {
      case Raw.Leaf leaf -> scalar(leaf);
      case Raw.Table table -> mapping(table);
      case Raw.Items items -> sequence(items);
      case Raw.Alias alias -> {
        withinAliases++;
        ConfigNode meant = node(alias.target());
        withinAliases--;
        yield meant;
      }
    };
  }

  private ConfigNode sequence(Raw.Items list) throws Unreadable {
    enter(list.position());
    List<ConfigNode> items = new ArrayList<>();
    for (Raw item : list.items()) {
      ConfigNode node = node(item);
      if (node == null) {
        problems.add(item.position(), "an item of a list is empty: write a value, or \"\"");
      } else {
        items.add(node);
      }
    }
    depth--;
    return new ConfigNode.Sequence(items, list.position());
  }

  private static Raw target(Raw raw) {
    Raw target = raw;
    while (target instanceof Raw.Alias alias) {
      target = alias.target();
    }
    return target;
  }

  /// A single text, or what becomes JSON.
  private @Nullable ConfigNode document(Raw raw) throws Unreadable {
    boolean single = target(raw) instanceof Raw.Leaf;
    withinDocuments += single ? 0 : 1;
    ConfigNode node = node(raw);
    withinDocuments -= single ? 0 : 1;
    return node;
  }

  private ConfigNode.@Nullable Scalar scalar(Raw.Leaf leaf) {
    Position at = leaf.position();
    if (withinDocuments == 0) {
      return leaf.kind() == ConfigNode.Kind.NULL
          ? null
          : new ConfigNode.Scalar(environment.expand(leaf.text(), at), leaf.kind(), at);
    }
    String text =
        switch (leaf.kind()) {
          case TEXT -> environment.expand(leaf.text(), at);
          case NUMBER -> JsonNumber.of(leaf.text());
          case BOOLEAN -> Boolean.toString(Boolean.parseBoolean(leaf.text()));
          case NULL -> "null";
        };
    if (text == null) {
      problems.add(at, "JSON has no number " + leaf.text() + ": write it in quotes");
      return null;
    }
    return new ConfigNode.Scalar(text, leaf.kind(), at);
  }

  /// A table's entries with those merged into it, which its own go before. A key that is there
  /// twice is a problem, and the first one counts.
  private List<Raw.Entry> flat(Raw.Table table) throws Unreadable {
    Set<String> names = new HashSet<>();
    List<Raw.Entry> entries = new ArrayList<>(table.entries().size());
    boolean merges = false;
    for (Raw.Entry entry : table.entries()) {
      if (entry.merge()) {
        merges = true;
      } else if (names.add(entry.key())) {
        entries.add(entry);
      } else {
        problems.add(entry.position(), "the key \"" + entry.key() + "\" is there already");
      }
    }
    if (merges) {
      for (Raw.Entry entry : table.entries()) {
        if (entry.merge()) {
          merge(entry, target(entry.value()), names, entries);
        }
      }
    }
    return entries;
  }

  private void merge(Raw.Entry merge, Raw from, Set<String> names, List<Raw.Entry> entries)
      throws Unreadable {
    enter(merge.position());
    if (from instanceof Raw.Table table) {
      for (Raw.Entry entry : flat(table)) {
        withinAliases++;
        count(merge.position());
        withinAliases--;
        if (names.add(entry.key())) {
          Raw value = new Raw.Alias(entry.value(), entry.position());
          entries.add(new Raw.Entry(entry.key(), entry.position(), value, false));
        }
      }
    } else if (from instanceof Raw.Items list && merge.value().equals(from)) {
      for (Raw item : list.items()) {
        merge(merge, target(item), names, entries);
      }
    } else {
      problems.add(merge.position(), "<< takes keys and values from an alias, such as *common");
    }
    depth--;
  }

  private void enter(Position position) throws Unreadable {
    if (++depth > Source.DEPTH) {
      throw Source.tooDeep(position);
    }
  }

  private void count(Position position) throws Unreadable {
    if (withinAliases > 0 && ++fromAliases > MOST_FROM_ALIASES) {
      throw new Unreadable(
          position,
          "too many aliases: they stand for more than %d values".formatted(MOST_FROM_ALIASES));
    }
  }
}
