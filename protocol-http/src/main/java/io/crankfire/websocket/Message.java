package io.crankfire.websocket;

import io.crankfire.template.ByteSink;
import io.crankfire.template.Check;
import io.crankfire.template.Extractor;
import io.crankfire.template.Template;
import io.crankfire.template.ValuePath;
import io.crankfire.template.Variables;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A message that is sent, compiled, and what its reply has to be. Immutable; shared by all
/// workers.
///
/// @param opcode text, binary or ping
/// @param constant its payload, if that is always the same
/// @param template its payload, if it varies
/// @param expected what has to be true of the reply
/// @param firstExpected the index of the first of these among all of the call
/// @param extractors run on the reply, before the checks
/// @param correlation how the reply is known; null if the next message is it
@SuppressWarnings("ArrayRecordComponent") // never compared
record Message(
    int opcode,
    byte[] constant,
    @Nullable Template template,
    List<Check> expected,
    int firstExpected,
    List<Extractor> extractors,
    @Nullable Correlation correlation) {

  /// How the reply to a message is known.
  ///
  /// @param reply the path in a reply
  /// @param sent the path in the message to the same value; null if `equals` says it
  /// @param equal the value; null if it is in the message
  record Correlation(ValuePath reply, @Nullable ValuePath sent, @Nullable Template equal) {}

  /// Copies the lists.
  Message {
    expected = List.copyOf(expected);
    extractors = List.copyOf(extractors);
  }

  /// Adds its payload to a sink.
  void write(ByteSink sink, Variables variables) {
    if (template == null) {
      sink.write(constant);
    } else {
      template.write(sink, variables);
    }
  }

  /// Whether anything looks at its reply.
  boolean looks() {
    return !expected.isEmpty() || !extractors.isEmpty() || correlation != null;
  }
}
