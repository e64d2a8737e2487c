package io.crankfire.file;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Works out what a file means: puts in aliases, merges and environment variables, drops nulls,
/// turns bodies into JSON, and finds keys that are there twice.
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
      ConfigNode value = isDocument(entry) ? document(entry.value()) : node(entry.value());
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
      case Raw.Leaf leaf ->
          leaf.kind() == Raw.Kind.NULL
              ? null
              : new ConfigNode.Scalar(
                  environment.expand(leaf.text(), leaf.position()), leaf.position());
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

  private static boolean isDocument(Raw.Entry entry) {
    return entry.key().toLowerCase(Locale.ROOT).equals("body")
        && !(target(entry.value()) instanceof Raw.Leaf);
  }

  private static Raw target(Raw raw) {
    Raw target = raw;
    while (target instanceof Raw.Alias alias) {
      target = alias.target();
    }
    return target;
  }

  private ConfigNode document(Raw raw) throws Unreadable {
    Json json = new Json(problems);
    write(raw, json);
    return new ConfigNode.Scalar(json.text(), raw.position());
  }

  private void write(Raw raw, Json json) throws Unreadable {
    count(raw.position());
    switch (raw) {
      case Raw.Leaf leaf ->
          json.value(
              environment.expand(leaf.text(), leaf.position()), leaf.kind(), leaf.position());
      case Raw.Table table -> {
        enter(table.position());
        json.raw('{');
        boolean first = true;
        for (Raw.Entry entry : flat(table)) {
          if (!first) {
            json.raw(',');
          }
          first = false;
          json.string(entry.key());
          json.raw(':');
          write(entry.value(), json);
        }
        json.raw('}');
        depth--;
      }
      case Raw.Items list -> {
        enter(list.position());
        json.raw('[');
        boolean first = true;
        for (Raw item : list.items()) {
          if (!first) {
            json.raw(',');
          }
          first = false;
          write(item, json);
        }
        json.raw(']');
        depth--;
      }
      case Raw.Alias alias -> {
        withinAliases++;
        write(alias.target(), json);
        withinAliases--;
      }
    }
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
