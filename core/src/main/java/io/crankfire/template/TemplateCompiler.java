package io.crankfire.template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the placeholders of a text. Used once.
final class TemplateCompiler {

  private final String text;
  private final Names names;
  private final Consumer<String> unknown;
  private final List<Piece> pieces = new ArrayList<>();
  private final StringBuilder constant = new StringBuilder();

  TemplateCompiler(String text, Names names, Consumer<String> unknown) {
    this.text = text;
    this.names = names;
    this.unknown = unknown;
  }

  List<Piece> compile() {
    int at = 0;
    int open;
    while ((open = text.indexOf("{{", at)) >= 0) {
      if (!beginsPlaceholder(text, open + 2)) {
        constant.append(text, at, open + 1); // of three braces the last two count
        at = open + 1;
        continue;
      }
      constant.append(text, at, open);
      int close = text.indexOf("}}", open + 2);
      if (close < 0) {
        throw at(open, text.substring(open), "it is not closed: write }} after the name", null);
      }
      String whole = text.substring(open, close + 2);
      int nested = whole.indexOf("{{", 2);
      if (nested >= 0 && isNext(whole, nested + 2, "_$")) {
        throw at(open, whole, "another one begins inside of it: close the first with }}", null);
      }
      placeholder(open, whole);
      at = close + 2;
    }
    constant.append(text, at, text.length());
    endConstant();
    return pieces;
  }

  /// Whether a name comes next, or what would follow one. All else after two braces is text of
  /// another language, as `{{"` and `{{#` are.
  private static boolean beginsPlaceholder(String text, int from) {
    return isNext(text, from, "_$|:") || text.startsWith("}}", afterBlanks(text, from));
  }

  private static int afterBlanks(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /// Whether a letter, a digit or one of `others` comes after blanks and a dot.
  private static boolean isNext(String text, int from, String others) {
    int at = afterBlanks(text, from);
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
    }
    return at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || others.indexOf(text.charAt(at)) >= 0);
  }

  private void placeholder(int open, String whole) {
    try {
      Placeholder placeholder =
          Placeholder.parse(whole.substring(2, whole.length() - 2), this::isKnown);
      Piece piece = piece(placeholder, whole);
      if (piece instanceof Piece.Constant fixed) {
        constant.append(new String(fixed.bytes, StandardCharsets.UTF_8));
      } else {
        endConstant();
        pieces.add(piece);
      }
    } catch (IllegalArgumentException e) {
      throw at(open, whole, String.valueOf(e.getMessage()), e);
    }
  }

  private boolean isKnown(String name) {
    return names.slot(name) >= 0 || names.column(name) != null;
  }

  private Piece piece(Placeholder placeholder, String whole) {
    String name = placeholder.name();
    int slot = names.slot(name);
    Names.Column column = names.column(name);
    String otherwise = placeholder.otherwise();
    if (slot < 0 && column == null && name.startsWith("$")) {
      Piece builtIn = BuiltIns.find(name, placeholder.arguments(), names);
      if (builtIn != null) {
        return escaped(builtIn, placeholder.escape());
      }
    }
    if (slot < 0 && column == null) {
      if (otherwise != null) {
        return escaped(new Piece.Constant(utf8(otherwise)), placeholder.escape());
      }
      String arguments = placeholder.arguments();
      unknown.accept(arguments == null ? name : name + "(" + arguments + ")");
    }
    return new Piece.Value(
        slot,
        column,
        placeholder.escape(),
        otherwise == null ? null : utf8(otherwise),
        utf8(whole));
  }

  private static Piece escaped(Piece piece, Escape escape) {
    if (escape == Escape.NONE) {
      return piece;
    }
    if (piece instanceof Piece.Constant fixed) {
      ByteSink sink = new ByteSink(fixed.bytes.length);
      sink.write(fixed.bytes);
      escape.apply(sink, 0);
      return new Piece.Constant(sink.toBytes());
    }
    return new Piece.Escaped(piece, escape);
  }

  private void endConstant() {
    if (!constant.isEmpty()) {
      pieces.add(new Piece.Constant(utf8(constant.toString())));
      constant.setLength(0);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException at(
      int open, String whole, String message, @Nullable Throwable cause) {
    String shown = whole.length() <= 60 ? whole : whole.substring(0, 57) + "...";
    return new IllegalArgumentException(
        "the placeholder %s at character %d: %s".formatted(shown, open + 1, message), cause);
  }
}
