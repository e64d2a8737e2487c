package io.crankfire.template;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/// A text with placeholders, compiled to bytes: constant pieces and what comes between them.
/// Immutable; shared by all workers.
///
/// A placeholder is `{{name}}`, `{{ name }}` or `{{.name}}`, with `:url`, `:json` or `:base64`
/// after the name to escape its value, and with `|default` after that. A name means a variable that
/// an extractor has set, else a column of a feeder's record, else a built-in, whose names begin
/// with `$`. A value is never searched for placeholders. Two braces before anything but a name are
/// text.
public final class Template {

  /*
   * Every start of the program compiles texts without placeholders: they end here, before any other
   * class of the compiler is needed.
   */

  private final Piece[] pieces;

  private Template(Piece[] pieces) {
    this.pieces = pieces;
  }

  /// Compiles a text.
  ///
  /// @param names what placeholders can mean: complete, for a name that comes later means nothing
  ///   now
  /// @param unknown hears of each name that means nothing and has no default; the placeholder stays
  ///   as it is, and is counted as unresolved each time it is written
  /// @throws IllegalArgumentException if a placeholder is malformed, saying where and how
  public static Template compile(String text, Names names, Consumer<String> unknown) {
    if (text.indexOf("{{") < 0) {
      return new Template(new Piece[] {new Piece.Constant(text.getBytes(StandardCharsets.UTF_8))});
    }
    List<Piece> pieces = new TemplateCompiler(text, names, unknown).compile();
    return new Template(pieces.toArray(new Piece[0]));
  }

  /// Whether it always gives the same bytes.
  public boolean isConstant() {
    return pieces.length == 0 || (pieces.length == 1 && pieces[0] instanceof Piece.Constant);
  }

  /// Writes it with the values of a session. Allocates nothing but what the sink needs to grow,
  /// unless a time is asked for in an unusual pattern.
  public void write(ByteSink sink, Variables variables) {
    for (Piece piece : pieces) {
      piece.write(sink, variables);
    }
  }

  /// The text with the values of a session.
  public String text(Variables variables) {
    ByteSink sink = new ByteSink(64);
    write(sink, variables);
    return new String(sink.array(), 0, sink.size(), StandardCharsets.UTF_8);
  }
}
