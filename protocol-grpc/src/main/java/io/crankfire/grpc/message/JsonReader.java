package io.crankfire.grpc.message;

import io.crankfire.config.Position;
import java.util.ArrayList;
import java.util.List;

/// Reads JSON (RFC 8259) with placeholders. Used once.
final class JsonReader {

  /// It is no JSON.
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Json.Where where;

    Malformed(Json.Where where, String message) {
      super(message);
      this.where = where;
    }

    Json.Where where() {
      return where;
    }
  }

  private static final int MOST_DEPTH = 100;

  private final String text;
  private final Position position;
  private final boolean isFile;
  private int at;

  /// @param position of the text
  /// @param isFile whether the text is a file, whose lines can be told
  JsonReader(String text, Position position, boolean isFile) {
    this.text = text;
    this.position = position;
    this.isFile = isFile;
  }

  /// The value that the whole text is.
  Json read() throws Malformed {
    Json value = value(0);
    blanks();
    if (at < text.length()) {
      throw malformed("nothing follows a value, but here is " + here());
    }
    return value;
  }

  private Json value(int depth) throws Malformed {
    blanks();
    if (depth > MOST_DEPTH) {
      throw malformed("values lie in each other more than " + MOST_DEPTH + " deep");
    }
    if (at >= text.length()) {
      throw malformed("a value is missing");
    }
    char c = text.charAt(at);
    if (Placeholders.begins(text, at)) {
      return bare();
    }
    return switch (c) {
      case '{' -> group(depth);
      case '[' -> array(depth);
      case '"' -> string();
      default -> literal();
    };
  }

  private Json group(int depth) throws Malformed {
    int from = at++;
    Json.Where where = where(from);
    List<Json.Member> members = new ArrayList<>();
    boolean varies = false;
    blanks();
    if (!takes('}')) {
      do {
        blanks();
        if (at >= text.length() || text.charAt(at) != '"') {
          throw malformed("a name in quotes is expected, not " + here());
        }
        Json.Text name = string();
        blanks();
        if (!takes(':')) {
          throw malformed("a colon is expected after the name, not " + here());
        }
        Json value = value(depth + 1);
        varies |= value.varies() || name.varies();
        members.add(new Json.Member(name.text(), name.where(), value));
        blanks();
      } while (takes(','));
      if (!takes('}')) {
        throw malformed("a comma or } is expected, not " + here());
      }
    }
    return new Json.Group(members, where, text.substring(from, at), varies);
  }

  private Json array(int depth) throws Malformed {
    int from = at++;
    Json.Where where = where(from);
    List<Json> items = new ArrayList<>();
    boolean varies = false;
    blanks();
    if (!takes(']')) {
      do {
        Json item = value(depth + 1);
        varies |= item.varies();
        items.add(item);
        blanks();
      } while (takes(','));
      if (!takes(']')) {
        throw malformed("a comma or ] is expected, not " + here());
      }
    }
    return new Json.Array(items, where, text.substring(from, at), varies);
  }

  /// A string; placeholders stay as they are, whatever stands in them.
  private Json.Text string() throws Malformed {
    int from = at++;
    StringBuilder out = new StringBuilder();
    boolean varies = false;
    while (true) {
      if (at >= text.length()) {
        at = from;
        throw malformed("the string is not closed");
      }
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return new Json.Text(out.toString(), where(from), text.substring(from, at), varies);
      } else if (Placeholders.begins(text, at)) {
        int end = Placeholders.end(text, at);
        out.append(text, at, end);
        varies = true;
        at = end;
      } else if (c == '\\') {
        out.append(escaped());
      } else if (c < ' ') {
        throw malformed("a control character stands in a string: write it as \\n or \\u0001");
      } else {
        out.append(c);
        at++;
      }
    }
  }

  private char escaped() throws Malformed {
    char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    if (kind == 'u') {
      int value = 0;
      for (int i = at + 2; i < at + 6; i++) {
        int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
        if (digit < 0) {
          throw malformed("four hexadecimal digits follow \\u");
        }
        value = value << 4 | digit;
      }
      at += 6;
      return (char) value;
    }
    int known = "\"\\/bfnrt".indexOf(kind);
    if (known < 0) {
      throw malformed("\\" + kind + " means nothing in a string");
    }
    at += 2;
    return "\"\\/\b\f\n\r\t".charAt(known);
  }

  /// A placeholder without quotes, and what adjoins it: `{{a}}{{b}}`, `1{{digits}}`.
  private Json bare() {
    int from = at;
    boolean varies = false;
    while (at < text.length()) {
      if (Placeholders.begins(text, at)) {
        at = Placeholders.end(text, at);
        varies = true;
      } else if (",]}:[{\"".indexOf(text.charAt(at)) < 0
          && !Character.isWhitespace(text.charAt(at))) {
        at++;
      } else {
        break;
      }
    }
    return new Json.Literal(text.substring(from, at), where(from), varies);
  }

  private Json literal() throws Malformed {
    int from = at;
    Json.Literal found = (Json.Literal) bare();
    String word = found.source();
    boolean known =
        found.varies()
            || found.isNull()
            || found.isTruth()
            || word.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?");
    if (!known) {
      at = from;
      throw malformed(
          word.isEmpty()
              ? "a value is expected, not " + here()
              : "\"%s\" is no value of JSON; a text stands in quotes".formatted(word));
    }
    return found;
  }

  private boolean takes(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private String here() {
    return at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
  }

  private Json.Where where(int from) {
    if (!isFile) {
      return new Json.Where(position, from + 1);
    }
    int begin = from == 0 ? 0 : text.lastIndexOf('\n', from - 1) + 1;
    int end = text.indexOf('\n', begin);
    int line = (int) text.substring(0, begin).chars().filter(c -> c == '\n').count() + 1;
    String shown = text.substring(begin, end < 0 ? text.length() : end).stripTrailing();
    return new Json.Where(new Position(position.source(), line, from - begin + 1, shown), 0);
  }

  private Malformed malformed(String message) {
    return new Malformed(where(at), message);
  }
}
