package io.crankfire.template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A text with placeholders, compiled to bytes: constant pieces and what comes between them.
/// Immutable; shared by all workers.
public final class Template {

  /// A piece of a template.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  sealed interface Piece {
    /// Always the same bytes.
    record Constant(byte[] bytes) implements Piece {}

    /// A variable, or a feeder's value, or the text that stands for a missing one.
    record Value(int slot, int feeder, int column, byte[] otherwise, boolean defaulted)
        implements Piece {}
  }

  private final Piece[] pieces;

  private Template(List<Piece> pieces) {
    this.pieces = pieces.toArray(Piece[]::new);
  }

  /// Compiles a text.
  ///
  /// @param names what placeholders can mean
  /// @param unknown hears of each name that means nothing and has no default; the placeholder stays
  ///   as it is
  /// @throws IllegalArgumentException if a placeholder is malformed, saying how
  public static Template compile(String text, Names names, Consumer<String> unknown) {
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    int open;
    int close;
    while ((open = text.indexOf("{{", at)) >= 0 && (close = text.indexOf("}}", open)) >= 0) {
      String inner = text.substring(open + 2, close);
      String whole = text.substring(open, close + 2);
      constant(pieces, text.substring(at, open));
      int bar = inner.indexOf('|');
      String name = (bar < 0 ? inner : inner.substring(0, bar)).strip();
      name = name.startsWith(".") ? name.substring(1) : name;
      Names.Column column = names.column(name);
      int slot = names.slot(name);
      if (column == null && slot < 0 && bar < 0) {
        unknown.accept(name);
        constant(pieces, whole);
      } else {
        pieces.add(
            new Piece.Value(
                slot,
                column == null ? -1 : column.feeder(),
                column == null ? -1 : column.column(),
                (bar < 0 ? whole : inner.substring(bar + 1)).getBytes(StandardCharsets.UTF_8),
                bar >= 0));
      }
      at = close + 2;
    }
    constant(pieces, text.substring(at));
    return new Template(pieces);
  }

  private static void constant(List<Piece> pieces, String text) {
    if (text.isEmpty()) {
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (!pieces.isEmpty() && pieces.getLast() instanceof Piece.Constant(byte[] before)) {
      byte[] joined = java.util.Arrays.copyOf(before, before.length + bytes.length);
      System.arraycopy(bytes, 0, joined, before.length, bytes.length);
      pieces.set(pieces.size() - 1, new Piece.Constant(joined));
    } else {
      pieces.add(new Piece.Constant(bytes));
    }
  }

  /// Whether it always gives the same bytes.
  public boolean isConstant() {
    return pieces.length == 0 || (pieces.length == 1 && pieces[0] instanceof Piece.Constant);
  }

  /// Writes it with the values of a session.
  public void write(ByteSink sink, Variables variables) {
    for (Piece piece : pieces) {
      if (piece instanceof Piece.Constant constant) {
        sink.write(constant.bytes);
      } else if (piece instanceof Piece.Value value) {
        write(value, sink, variables);
      }
    }
  }

  private static void write(Piece.Value value, ByteSink sink, Variables variables) {
    byte[] bytes = value.slot < 0 ? null : variables.get(value.slot);
    if (bytes == null && value.feeder >= 0) {
      bytes = variables.column(value.feeder, value.column);
    }
    if (bytes == null) {
      bytes = value.otherwise;
      if (!value.defaulted) {
        variables.countUnresolved();
      }
    }
    sink.write(bytes);
  }

  /// The text with the values of a session.
  public String text(Variables variables) {
    ByteSink sink = new ByteSink(64);
    write(sink, variables);
    return new String(sink.array(), 0, sink.size(), StandardCharsets.UTF_8);
  }
}
