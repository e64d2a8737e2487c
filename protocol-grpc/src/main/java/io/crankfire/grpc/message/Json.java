package io.crankfire.grpc.message;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.JsonText;
import io.crankfire.config.Position;
import java.util.ArrayList;
import java.util.List;

/// A message as it was written: JSON (RFC 8259) in which placeholders may stand within strings, and
/// instead of numbers, truth values and whole values. Immutable.
sealed interface Json {

  /// Where a value was written.
  ///
  /// @param character within a text that is the whole message, from 1; 0 if the position says all
  record Where(Position position, int character) {
    /// A message about it.
    String saying(String text) {
      return character == 0 ? text : "character " + character + ": " + text;
    }
  }

  /// Where it was written.
  Where where();

  /// The value as JSON, placeholders as they were written.
  String source();

  /// Whether there is a placeholder in it.
  boolean varies();

  /// A member of an object.
  ///
  /// @param at where its name was written
  record Member(String name, Where at, Json value) {}

  /// An object.
  record Group(List<Member> members, Where where, String source, boolean varies) implements Json {
    /// Copies the list.
    public Group {
      members = List.copyOf(members);
    }
  }

  /// An array.
  record Array(List<Json> items, Where where, String source, boolean varies) implements Json {
    /// Copies the list.
    public Array {
      items = List.copyOf(items);
    }
  }

  /// A string.
  ///
  /// @param text without quotes and escapes, but for placeholders
  record Text(String text, Where where, String source, boolean varies) implements Json {}

  /// A number, `true`, `false`, `null`, or a placeholder without quotes.
  record Literal(String source, Where where, boolean varies) implements Json {
    boolean isNull() {
      return source.equals("null");
    }

    boolean isTruth() {
      return source.equals("true") || source.equals("false");
    }
  }

  /// What a configuration has as keys, values and lists.
  static Json of(ConfigNode node) {
    Where where = new Where(node.position(), 0);
    String source = JsonText.of(node);
    return switch (node) {
      case ConfigNode.Mapping mapping -> {
        List<Member> members = new ArrayList<>();
        boolean varies = false;
        for (var entry : mapping.entries().entrySet()) {
          Json value = of(entry.getValue());
          varies |= value.varies() || Placeholders.isIn(entry.getKey());
          Where at = new Where(mapping.keyPosition(entry.getKey()), 0);
          members.add(new Member(entry.getKey(), at, value));
        }
        yield new Group(members, where, source, varies);
      }
      case ConfigNode.Sequence list -> {
        List<Json> items = new ArrayList<>();
        boolean varies = false;
        for (ConfigNode item : list.items()) {
          Json value = of(item);
          varies |= value.varies();
          items.add(value);
        }
        yield new Array(items, where, source, varies);
      }
      case ConfigNode.Scalar scalar ->
          scalar.kind() == ConfigNode.Kind.TEXT
              ? new Text(scalar.text(), where, source, Placeholders.isIn(scalar.text()))
              : new Literal(scalar.text(), where, false);
    };
  }
}
