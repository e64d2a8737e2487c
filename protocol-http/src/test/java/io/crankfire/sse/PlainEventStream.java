package io.crankfire.sse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The rules of WHATWG HTML §9.2.6, as they stand there, over a whole stream at once: slow, and
/// plain to see. Texts hold one byte in each character.
final class PlainEventStream {

  /// What a reader finds.
  ///
  /// @param events each with its type, data and the last ID
  /// @param lastId the last event ID string at the end
  /// @param retry the reconnection time at the end; -1 if none was set
  record Found(List<String> events, String lastId, long retry) {}

  private String data = "";
  private String type = "";
  private String idBuffer = "";
  private String lastId = "";
  private long retry = -1;
  private final List<String> events = new ArrayList<>();

  private PlainEventStream() {}

  static Found read(byte[] stream) {
    String text = new String(stream, StandardCharsets.ISO_8859_1);
    PlainEventStream reader = new PlainEventStream();
    reader.lines(text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text);
    return new Found(reader.events, reader.lastId, reader.retry);
  }

  static String event(String type, String data, String id) {
    return "%s<%s>%s".formatted(type, data, id);
  }

  private void lines(String text) {
    String[] lines = text.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1);
    for (int i = 0; i < lines.length - 1; i++) { // the last has no end
      line(lines[i]);
    }
  }

  private void line(String line) {
    int colon = line.indexOf(':');
    if (line.isEmpty()) {
      dispatch();
    } else if (colon < 0) {
      field(line, "");
    } else if (colon > 0) {
      String value = line.substring(colon + 1);
      field(line.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
    }
  }

  private void field(String name, String value) {
    switch (name) {
      case "event" -> type = value;
      case "data" -> data += value + "\n";
      case "id" -> idBuffer = value.indexOf('\0') < 0 ? value : idBuffer;
      case "retry" -> retry = value.matches("[0-9]+") ? Long.parseLong(value) : retry;
      default -> {
        // Ignored.
      }
    }
  }

  private void dispatch() {
    lastId = idBuffer;
    if (!data.isEmpty()) {
      events.add(event(type, data.substring(0, data.length() - 1), lastId));
    }
    data = "";
    type = "";
  }
}
