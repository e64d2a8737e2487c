package io.crankfire.template;

import org.jspecify.annotations.Nullable;

/// A piece of a template. Immutable; shared by all workers.
interface Piece {

  /// Adds its bytes.
  void write(ByteSink sink, Variables variables);

  /// Always the same bytes.
  final class Constant implements Piece {
    final byte[] bytes;

    Constant(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void write(ByteSink sink, Variables variables) {
      sink.write(bytes);
    }
  }

  /// What a name stands for at the moment: the variable, else the feeder's value, else the default,
  /// else the placeholder itself.
  final class Value implements Piece {
    private final int slot;
    private final int feeder;
    private final int column;
    private final Escape escape;
    private final byte @Nullable [] otherwise;
    private final byte[] placeholder;

    /// @param slot of the variable, or negative
    /// @param column of the feeder, or null
    /// @param otherwise the default, or null
    /// @param placeholder as it was written
    Value(
        int slot,
        Names.@Nullable Column column,
        Escape escape,
        byte @Nullable [] otherwise,
        byte[] placeholder) {
      this.slot = slot;
      this.feeder = column == null ? -1 : column.feeder();
      this.column = column == null ? -1 : column.column();
      this.escape = escape;
      this.otherwise = otherwise;
      this.placeholder = placeholder;
    }

    @Override
    public void write(ByteSink sink, Variables variables) {
      byte[] bytes = slot < 0 ? null : variables.get(slot);
      if (bytes == null && feeder >= 0) {
        bytes = variables.column(feeder, column);
      }
      if (bytes == null) {
        bytes = otherwise;
      }
      if (bytes == null) {
        variables.countUnresolved();
        sink.write(placeholder);
        return;
      }
      int from = sink.size();
      sink.write(bytes);
      escape.apply(sink, from);
    }
  }

  /// Another piece, escaped.
  final class Escaped implements Piece {
    private final Piece inner;
    private final Escape escape;

    Escaped(Piece inner, Escape escape) {
      this.inner = inner;
      this.escape = escape;
    }

    @Override
    public void write(ByteSink sink, Variables variables) {
      int from = sink.size();
      inner.write(sink, variables);
      escape.apply(sink, from);
    }
  }
}
