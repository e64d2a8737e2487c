package io.crankfire.data.jsonpath;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A JSON value (RFC 8259). Numbers keep the text they were written with. Immutable.
public sealed interface Json {

  /// A string.
  record Text(String value) implements Json {}

  /// A number, as it was written.
  record Numeral(String text) implements Json {}

  /// `true` or `false`.
  record Truth(boolean value) implements Json {}

  /// `null`.
  record Null() implements Json {}

  /// An array.
  record Array(List<Json> items) implements Json {
    /// Copies the list.
    public Array {
      items = List.copyOf(items);
    }
  }

  /// An object, its members in the order of their writing; of members with the same name, the
  /// first.
  record Members(Map<String, Json> byName) implements Json {
    /// Copies the map.
    public Members {
      byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }
  }

  /// What it is as a value of test data: a string without quotes and escapes, a number as it was
  /// written, `true`, `false`, compact JSON for the rest; null for `null`.
  default @Nullable String asText() {
    return switch (this) {
      case Text text -> text.value;
      case Null _ -> null;
      default -> toJson();
    };
  }

  /// Compact JSON.
  default String toJson() {
    StringBuilder json = new StringBuilder();
    appendTo(json);
    return json.toString();
  }

  private void appendTo(StringBuilder json) {
    switch (this) {
      case Text text -> quote(text.value, json);
      case Numeral number -> json.append(number.text);
      case Truth truth -> json.append(truth.value);
      case Null _ -> json.append("null");
      case Array array -> {
        String comma = "[";
        for (Json item : array.items) {
          json.append(comma);
          item.appendTo(json);
          comma = ",";
        }
        json.append(array.items.isEmpty() ? "[]" : "]");
      }
      case Members members -> {
        String comma = "{";
        for (Map.Entry<String, Json> member : members.byName.entrySet()) {
          json.append(comma);
          quote(member.getKey(), json);
          json.append(':');
          member.getValue().appendTo(json);
          comma = ",";
        }
        json.append(members.byName.isEmpty() ? "{}" : "}");
      }
    }
  }

  private static void quote(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        default -> {
          if (c < ' ') {
            json.append("\\u00").append(Character.forDigit(c >> 4, 16));
            json.append(Character.forDigit(c & 15, 16));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }

  /// Whether two values are equal in the sense of RFC 9535 §2.3.5.2.2: numbers by their values,
  /// objects without regard to order.
  static boolean equal(Json a, Json b) {
    return switch (a) {
      case Numeral x -> b instanceof Numeral y && compare(x, y) == 0;
      case Array x -> b instanceof Array y && equal(x.items, y.items);
      case Members x -> b instanceof Members y && equal(x.byName, y.byName);
      case Text _, Truth _, Null _ -> a.equals(b);
    };
  }

  private static boolean equal(List<Json> a, List<Json> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!equal(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean equal(Map<String, Json> a, Map<String, Json> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Map.Entry<String, Json> member : a.entrySet()) {
      Json other = b.get(member.getKey());
      if (other == null || !equal(member.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  /// Whether `a` comes before `b`: numbers by value, strings by Unicode scalar values; nothing else
  /// has an order.
  static boolean less(Json a, Json b) {
    if (a instanceof Numeral x && b instanceof Numeral y) {
      return compare(x, y) < 0;
    }
    return a instanceof Text x && b instanceof Text y && less(x.value, y.value);
  }

  private static int compare(Numeral a, Numeral b) {
    return decimal(a).compareTo(decimal(b));
  }

  private static BigDecimal decimal(Numeral number) {
    try {
      return new BigDecimal(number.text);
    } catch (NumberFormatException _) {
      // The exponent does not fit into 32 bits: such numbers are infinite or nothing to a double.
      double value = Double.parseDouble(number.text);
      return Double.isInfinite(value)
          ? BigDecimal.valueOf(Math.signum(value)).scaleByPowerOfTen(1_000_000)
          : BigDecimal.ZERO;
    }
  }

  private static boolean less(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // A surrogate stands for a character beyond all others.
        boolean surrogateX = Character.isSurrogate(x);
        boolean surrogateY = Character.isSurrogate(y);
        return surrogateX == surrogateY ? x < y : surrogateY;
      }
    }
    return a.length() < b.length();
  }
}
