package io.crankfire.grpc;

import io.crankfire.grpc.message.MessageTemplate;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Variables;
import org.jspecify.annotations.Nullable;

/// A message to be sent: ready with its prefix and compressed, if it is constant. Immutable; shared
/// by all workers.
final class Outgoing {

  private final MessageTemplate template;
  private final byte @Nullable [] frame;
  private final int size;

  private Outgoing(MessageTemplate template, byte @Nullable [] frame, int size) {
    this.template = template;
    this.frame = frame;
    this.size = size;
  }

  static Outgoing of(MessageTemplate template, boolean gzip) {
    if (!template.isConstant()) {
      return new Outgoing(template, null, 0);
    }
    ByteSink out = new ByteSink(64);
    ByteSink scratch = new ByteSink(64);
    try (Gzip coder = new Gzip()) {
      Variables nobody = new Variables(new io.crankfire.template.Names(), 0, () -> 0);
      int size = write(template, out, scratch, nobody, gzip ? coder : null, new String[1]);
      return new Outgoing(template, out.toBytes(), size);
    }
  }

  /// The whole frame, if it is constant.
  byte @Nullable [] frame() {
    return frame;
  }

  /// How long the constant message is, without prefix and compression.
  int size() {
    return size;
  }

  /// Adds the frame with the values of a session.
  ///
  /// @param scratch for a message that is compressed
  /// @param gzip compresses it, if it is to be
  /// @param fault gets why it cannot be sent, for a person
  /// @return how long the message is, without prefix and compression; −1 if it cannot be sent
  int write(
      ByteSink out,
      ByteSink scratch,
      Variables variables,
      @Nullable Gzip gzip,
      @Nullable String[] fault) {
    return write(template, out, scratch, variables, gzip, fault);
  }

  private static int write(
      MessageTemplate template,
      ByteSink out,
      ByteSink scratch,
      Variables variables,
      @Nullable Gzip gzip,
      @Nullable String[] fault) {
    int at = out.reserve(MessageReader.PREFIX);
    int size;
    if (gzip == null) {
      fault[0] = template.write(out, variables);
      size = out.size() - at - MessageReader.PREFIX;
    } else {
      scratch.clear();
      fault[0] = template.write(scratch, variables);
      size = scratch.size();
      if (fault[0] == null) {
        gzip.compress(scratch.array(), 0, size, out);
      }
    }
    int length = out.size() - at - MessageReader.PREFIX;
    byte[] bytes = out.array();
    bytes[at] = (byte) (gzip == null ? 0 : 1);
    for (int i = 0; i < 4; i++) {
      bytes[at + 1 + i] = (byte) (length >>> (24 - 8 * i));
    }
    return fault[0] == null ? size : -1;
  }

  /// The JSON with the values of a session, for people.
  String text(Variables variables) {
    return template.text(variables);
  }
}
