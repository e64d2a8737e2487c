package io.crankfire.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads the values of a mapping by their keys, and notes a problem for each that is not what it
/// has to be; the caller gets the default then and goes on, so that all problems are found at once.
///
/// A key may be written `snake_case`, `kebab-case` or run together in any capitalisation. Confined
/// to one thread.
public final class Fields {

  /*
   * Every start of the program comes through here: a switch over the kinds of nodes would link a
   * class of its own at run time, which the AOT cache cannot hold, so these are plain tests.
   */

  private final ConfigNode.Mapping mapping;
  private final Problems problems;
  private final Map<String, ConfigNode> byKey = new LinkedHashMap<>();

  /// Reads `mapping`, noting faults in `problems`.
  public Fields(ConfigNode.Mapping mapping, Problems problems) {
    this.mapping = mapping;
    this.problems = problems;
    mapping.entries().forEach((key, value) -> byKey.putIfAbsent(folded(key), value));
  }

  /// Notes a problem for each key that is none of the known ones, and for each that is there in two
  /// spellings.
  public void rejectOthersThan(Collection<String> known) {
    boolean twice = byKey.size() < mapping.entries().size();
    List<String> folded = known.stream().map(Fields::folded).toList();
    mapping
        .entries()
        .forEach((key, value) -> {
          if (!folded.contains(folded(key))) {
            problems.add(
                mapping.keyPosition(key),
                "unknown key \"%s\"%s".formatted(key, Spelling.hint(key, known)));
          } else if (twice && !value.equals(byKey.get(folded(key)))) {
            problems.add(
                mapping.keyPosition(key),
                "\"%s\" is there already, in another spelling".formatted(key));
          }
        });
  }

  /// Where the mapping itself was written.
  public Position position() {
    return mapping.position();
  }

  /// Whether two keys are the same one, however they are spelled.
  public static boolean sameKey(String a, String b) {
    return folded(a).equals(folded(b));
  }

  /// The value itself, whatever its shape; null if there is none.
  public @Nullable ConfigNode node(String key) {
    return byKey.get(folded(key));
  }

  /// Whether there is a value.
  public boolean has(String key) {
    return node(key) != null;
  }

  /// Where the value was written, or the mapping if there is none.
  public Position position(String key) {
    ConfigNode node = node(key);
    return node == null ? mapping.position() : node.position();
  }

  /// A text, or null if there is none.
  public @Nullable String text(String key) {
    ConfigNode node = node(key);
    if (node == null) {
      return null;
    }
    if (node instanceof ConfigNode.Scalar scalar) {
      return scalar.text();
    }
    return wrong(
        node,
        node instanceof ConfigNode.Sequence
            ? "expected one value, not a list"
            : "expected one value, not keys and values");
  }

  /// Several texts: a list, or a single one; empty if there is none.
  public List<ConfigNode.Scalar> texts(String key) {
    ConfigNode node = node(key);
    if (node == null) {
      return List.of();
    }
    if (node instanceof ConfigNode.Scalar scalar) {
      return List.of(scalar);
    }
    if (!(node instanceof ConfigNode.Sequence list)) {
      problems.add(node.position(), "expected a list, not keys and values");
      return List.of();
    }
    List<ConfigNode.Scalar> scalars = new ArrayList<>();
    for (ConfigNode item : list.items()) {
      if (item instanceof ConfigNode.Scalar scalar) {
        scalars.add(scalar);
      } else {
        problems.add(item.position(), "expected a list of single values");
      }
    }
    return scalars;
  }

  /// The items of a list; empty if there is none.
  public List<ConfigNode> list(String key) {
    ConfigNode node = node(key);
    if (node instanceof ConfigNode.Sequence sequence) {
      return sequence.items();
    }
    if (node != null) {
      problems.add(node.position(), key + " is a list");
    }
    return List.of();
  }

  /// A mapping's own fields; those of an empty one if there is none.
  public Fields fields(String key) {
    ConfigNode node = node(key);
    if (node instanceof ConfigNode.Mapping inner) {
      return new Fields(inner, problems);
    }
    if (node != null) {
      problems.add(node.position(), "expected keys and values");
    }
    return new Fields(new ConfigNode.Mapping(Map.of(), position(key)), problems);
  }

  /// `true` or `false`, and the spellings of Go: `1 t T TRUE True 0 f F FALSE False`; in a file an
  /// empty text is `false`, too.
  public boolean flag(String key, boolean otherwise) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    return switch (text) {
      case "true", "True", "TRUE", "t", "T", "1" -> true;
      case "false", "False", "FALSE", "f", "F", "0" -> false;
      default -> {
        if (text.isEmpty() && position(key).line() > 0) {
          yield false;
        }
        problems.add(position(key), "\"%s\" is neither true nor false".formatted(text));
        yield otherwise;
      }
    };
  }

  /// A switch, see [#flag(String, boolean)].
  public boolean flag(Key key) {
    return flag(key.name(), Boolean.parseBoolean(key.otherwise()));
  }

  /// A whole number within the key's range.
  public long whole(Key key) {
    return whole(key.name(), Long.parseLong(key.otherwise()), key.least(), key.most());
  }

  /// A whole number within the key's range, which is one of an `int`.
  public int count(Key key) {
    return (int)
        whole(
            key.name(),
            Long.parseLong(key.otherwise()),
            key.least(),
            Math.min(key.most(), Integer.MAX_VALUE));
  }

  /// A number from 0, fractions allowed.
  public double number(Key key) {
    return number(key.name(), Double.parseDouble(key.otherwise()));
  }

  /// A duration from 0.
  public Duration duration(Key key) {
    return duration(key.name(), Durations.parse(key.otherwise()));
  }

  /// A duration.
  public Duration signedDuration(Key key) {
    return signedDuration(key.name(), Durations.parse(key.otherwise()));
  }

  /// One of a type's constants, written in lower case.
  public <E extends Enum<E>> E choice(Key key, Class<E> type) {
    return choice(key.name(), type.cast(Objects.requireNonNull(key.constant())));
  }

  /// A whole number within a range. In a file it may be written as any number, as it always might:
  /// `1e6`, `0x1F`; a fraction is cut off with a warning, and an empty text is 0.
  public long whole(String key, long otherwise, long least, long most) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = position(key).line() > 0 ? wholeInFile(key, text) : Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
      problems.add(
          position(key),
          value < least
              ? "must be at least %d, not %d".formatted(least, value)
              : "must be at most %d, not %d".formatted(most, value));
    } catch (NumberFormatException _) {
      problems.add(position(key), "\"%s\" is not a whole number".formatted(text));
    }
    return otherwise;
  }

  /// A whole number within the range of an `int`.
  public int count(String key, int otherwise, int least) {
    return (int) whole(key, otherwise, least, Integer.MAX_VALUE);
  }

  /// A number, fractions allowed, from 0.
  public double number(String key, double otherwise) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    double value;
    try {
      boolean inFile = position(key).line() > 0;
      value =
          inFile
              ? Numbers.decimal(text).doubleValue()
              : isDecimal(text) ? Double.parseDouble(text) : Double.NaN;
    } catch (NumberFormatException _) {
      value = Double.NaN;
    }
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      problems.add(position(key), "\"%s\" is not a number".formatted(text));
      return otherwise;
    }
    if (value < 0) {
      problems.add(position(key), "must be at least 0, not " + text);
      return otherwise;
    }
    return value;
  }

  /// A duration from 0, see [#signedDuration].
  public Duration duration(String key, Duration otherwise) {
    Duration value = signedDuration(key, otherwise);
    if (value.isNegative()) {
      problems.add(position(key), "must be at least 0, not " + text(key));
      return otherwise;
    }
    return value;
  }

  /// A duration, see [Durations]. In a file a bare number means seconds; as a flag's value it is an
  /// error, as it always was.
  public Duration signedDuration(String key, Duration otherwise) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    try {
      return Durations.parse(text, position(key));
    } catch (IllegalArgumentException e) {
      problems.add(position(key), String.valueOf(e.getMessage()));
      return otherwise;
    }
  }

  /// One of a type's constants, written in lower case.
  public <E extends Enum<E>> E choice(String key, E otherwise) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    List<String> names = new ArrayList<>();
    for (E constant : otherwise.getDeclaringClass().getEnumConstants()) {
      String name = constant.name().toLowerCase(Locale.ROOT);
      if (name.equals(text.toLowerCase(Locale.ROOT))) {
        return constant;
      }
      names.add(name);
    }
    problems.add(
        position(key),
        "\"%s\" is none of %s%s"
            .formatted(text, String.join(", ", names), Spelling.hint(text, names)));
    return otherwise;
  }

  private long wholeInFile(String key, String text) {
    BigDecimal number = Numbers.decimal(text);
    if (number.compareTo(Numbers.LONG_MIN) < 0 || number.compareTo(Numbers.LONG_MAX) > 0) {
      throw new NumberFormatException(text);
    }
    long value = number.longValue();
    if (number.compareTo(BigDecimal.valueOf(value)) != 0) {
      problems.warn(
          position(key), "%s is cut to %d: this is a whole number".formatted(text, value));
    }
    return value;
  }

  private @Nullable String wrong(ConfigNode node, String message) {
    problems.add(node.position(), message);
    return null;
  }

  /// Keeps out what [Double#parseDouble] takes besides: `NaN`, `0x1p3`, `1f`.
  private static boolean isDecimal(String text) {
    for (int i = 0; i < text.length(); i++) {
      if ("0123456789.+-eE".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /// A key without what its spellings differ in.
  static String folded(String key) {
    StringBuilder letters = new StringBuilder(key.length());
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c != '_' && c != '-') {
        letters.append(Character.toLowerCase(c));
      }
    }
    return letters.toString();
  }
}
