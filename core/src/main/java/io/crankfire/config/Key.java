package io.crankfire.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One key of a configuration: its name, what it takes, and what holds when it is not given.
/// Immutable.
///
/// Binders read values by these ([Fields#whole(Key)] and its like), and the published JSON Schema
/// and the documentation are made of them: what a key takes is said once.
///
/// @param name in `snake_case`
/// @param type of a single value
/// @param otherwise the default as it would be written; empty for none
/// @param least the smallest number
/// @param most the largest number
/// @param constant the default among a type's constants, which are the choices
/// @param words what may be written instead of a value of the type
/// @param section the name of the section of keys that may be written instead of a value
/// @param many whether there may be several
/// @param doc what it means, in a few words
public record Key(
    String name,
    Type type,
    String otherwise,
    long least,
    long most,
    @Nullable Enum<?> constant,
    List<String> words,
    @Nullable String section,
    Many many,
    String doc) {

  /// What a single value is.
  public enum Type {
    /// Nothing: only the words or the keys of the section.
    NONE,
    /// Any text.
    TEXT,
    /// A whole number.
    WHOLE,
    /// A number, fractions allowed.
    NUMBER,
    /// True or false.
    FLAG,
    /// A time, see [Durations].
    DURATION,
    /// A time, or two with `..` between them.
    DURATIONS,
    /// A constant of a type, in lower case.
    CHOICE,
    /// A text, or keys and values or a list, which become JSON.
    DOCUMENT
  }

  /// How many values there may be.
  public enum Many {
    /// One.
    ONE,
    /// One, or a list.
    ONE_OR_LIST,
    /// A list.
    LIST,
    /// Some, each with a name of the user's own.
    BY_NAME
  }

  /// Copies the list.
  public Key {
    words = List.copyOf(words);
  }

  private static Key of(String name, Type type, String otherwise, String doc) {
    return new Key(
        name,
        type,
        otherwise,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        null,
        List.of(),
        null,
        Many.ONE,
        doc);
  }

  /// A key with any text.
  public static Key text(String name, String doc) {
    return of(name, Type.TEXT, "", doc);
  }

  /// A key with a whole number.
  public static Key whole(String name, long otherwise, long least, String doc) {
    return of(name, Type.WHOLE, Long.toString(otherwise), doc).range(least, Long.MAX_VALUE);
  }

  /// A key with a number from 0.
  public static Key number(String name, String otherwise, String doc) {
    return of(name, Type.NUMBER, otherwise, doc).range(0, Long.MAX_VALUE);
  }

  /// A key with `true` or `false`.
  public static Key flag(String name, boolean otherwise, String doc) {
    return of(name, Type.FLAG, Boolean.toString(otherwise), doc);
  }

  /// A key with a time from 0.
  public static Key duration(String name, String otherwise, String doc) {
    return of(name, Type.DURATION, otherwise, doc).range(0, Long.MAX_VALUE);
  }

  /// A key with a time from 0, or two with `..` between them.
  public static Key durations(String name, String doc) {
    return of(name, Type.DURATIONS, "", doc).range(0, Long.MAX_VALUE);
  }

  /// A key with one of some words.
  public static Key word(String name, String doc, String... words) {
    Key key = of(name, Type.NONE, "", doc);
    for (String word : words) {
      key = key.orWord(word);
    }
    return key;
  }

  /// A key with one of a type's constants.
  public static Key choice(String name, Enum<?> otherwise, String doc) {
    return new Key(
        name,
        Type.CHOICE,
        otherwise.name().toLowerCase(Locale.ROOT),
        0,
        0,
        otherwise,
        List.of(),
        null,
        Many.ONE,
        doc);
  }

  /// A key with a text, or keys and values that become JSON.
  public static Key document(String name, String doc) {
    return of(name, Type.DOCUMENT, "", doc);
  }

  /// A key with the keys of a section.
  public static Key keys(String name, String section, String doc) {
    return of(name, Type.NONE, "", doc).orKeys(section);
  }

  /// With a range of numbers.
  public Key range(long from, long to) {
    return new Key(name, type, otherwise, from, to, constant, words, section, many, doc);
  }

  /// With a default that cannot be written down.
  public Key withoutDefault() {
    return new Key(name, type, "", least, most, constant, words, section, many, doc);
  }

  /// With a word that may be written instead.
  public Key orWord(String word) {
    List<String> all = new ArrayList<>(words);
    all.add(word);
    return new Key(name, type, otherwise, least, most, constant, all, section, many, doc);
  }

  /// With a section whose keys may be written instead.
  public Key orKeys(String name) {
    return new Key(this.name, type, otherwise, least, most, constant, words, name, many, doc);
  }

  /// With one value or a list of them.
  public Key orList() {
    return many(Many.ONE_OR_LIST);
  }

  /// With a list of values.
  public Key list() {
    return many(Many.LIST);
  }

  /// With values by names of the user's own.
  public Key byName() {
    return many(Many.BY_NAME);
  }

  private Key many(Many many) {
    return new Key(name, type, otherwise, least, most, constant, words, section, many, doc);
  }

  /// All words that may be written: the constants of the type, and the others.
  public List<String> choices() {
    List<String> all = new ArrayList<>();
    if (constant != null) {
      for (Enum<?> each : constant.getDeclaringClass().getEnumConstants()) {
        all.add(each.name().toLowerCase(Locale.ROOT));
      }
    }
    all.addAll(words);
    return all;
  }
}
