package io.crankfire.imports;

import io.crankfire.config.Position;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A value of a JSON or YAML document and the place where it was written. Unlike a configuration
/// node it still knows texts from numbers, because examples of bodies have to.
///
/// @param kind what it is
/// @param text of a scalar, as it was written; empty otherwise
/// @param members of an object, in order; empty otherwise
/// @param items of a list; empty otherwise
/// @param position where
record Data(
    Kind kind, String text, Map<String, Data> members, List<Data> items, Position position) {

  /// What a value is.
  enum Kind {
    OBJECT,
    LIST,
    TEXT,
    NUMBER,
    BOOLEAN,
    NULL
  }

  /// Something that is no object and no list.
  static Data scalar(Kind kind, String text, Position position) {
    return new Data(kind, text, Map.of(), List.of(), position);
  }

  /// A text.
  static Data text(String text, Position position) {
    return scalar(Kind.TEXT, text, position);
  }

  /// An object; the map is not copied.
  static Data object(LinkedHashMap<String, Data> members, Position position) {
    return new Data(Kind.OBJECT, "", members, List.of(), position);
  }

  /// A list; it is not copied.
  static Data list(List<Data> items, Position position) {
    return new Data(Kind.LIST, "", Map.of(), items, position);
  }

  boolean isObject() {
    return kind == Kind.OBJECT;
  }

  boolean isList() {
    return kind == Kind.LIST;
  }

  boolean isText() {
    return kind == Kind.TEXT;
  }

  /// A member, or null if there is none or this is no object.
  @Nullable Data get(String name) {
    return members.get(name);
  }

  /// What is reached by several names, or null.
  @Nullable Data at(String... names) {
    Data data = this;
    for (String name : names) {
      data = data == null ? null : data.get(name);
    }
    return data;
  }

  /// A member's text; null if there is none, or it is null, an object or a list.
  @Nullable String textOf(String name) {
    Data data = get(name);
    return data == null || data.isObject() || data.isList() || data.kind == Kind.NULL
        ? null
        : data.text;
  }

  /// A member's text, or another.
  String textOf(String name, String otherwise) {
    String text = textOf(name);
    return text == null ? otherwise : text;
  }

  /// The items of a member; none if it is missing or no list.
  List<Data> itemsOf(String name) {
    Data data = get(name);
    return data == null ? List.of() : data.items;
  }

  /// The members of a member; none if it is missing or no object.
  Map<String, Data> membersOf(String name) {
    Data data = get(name);
    return data == null ? Map.of() : data.members;
  }
}
