package io.crankfire.grpc;

import io.crankfire.http2.FieldSection;
import java.nio.charset.StandardCharsets;

/// Says in words what a server said of a call that failed: its message, the details of the status,
/// and the other trailers. Stateless.
final class StatusText {
  private StatusText() {}

  /// The text of a status.
  ///
  /// @param section the fields that it came with
  static String of(ResponseFields fields, FieldSection section) {
    StringBuilder text = new StringBuilder(Excerpt.of(fields.message()));
    String details = fields.details();
    if (details != null) {
      String said = StatusDetails.text(details);
      text.append(text.isEmpty() || said.isEmpty() ? "" : "; ").append(said);
    }
    trailers(section, text);
    return text.isEmpty() ? "without a message" : text.toString();
  }

  /// The trailers that are not gRPC's own, in brackets.
  private static void trailers(FieldSection section, StringBuilder text) {
    String[] lines =
        new String(section.lines(), 0, section.size(), StandardCharsets.UTF_8).split("\r\n", -1);
    StringBuilder others = new StringBuilder();
    for (int i = 1; i < lines.length; i++) {
      String line = lines[i];
      boolean own =
          line.isEmpty()
              || line.startsWith("grpc-")
              || line.startsWith("content-type:")
              || line.startsWith("date:");
      if (!own) {
        others.append(others.isEmpty() ? "" : ", ").append(line);
      }
    }
    if (!others.isEmpty()) {
      text.append(text.isEmpty() ? "[" : " [").append(Excerpt.of(others.toString())).append(']');
    }
  }
}
