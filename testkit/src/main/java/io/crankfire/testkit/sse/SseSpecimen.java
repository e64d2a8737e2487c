package io.crankfire.testkit.sse;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Specimen.Expect;
import java.util.List;
import java.util.Objects;

/// One named way of streaming, and what a correct client makes of it that reads to the end.
///
/// @param name short, unique, fit for a path
/// @param expect how the stream ends for it; a response without events is one too
/// @param events what it dispatches before
/// @param behavior the answer
public record SseSpecimen(String name, Expect expect, List<Event> events, Behavior behavior) {

  public SseSpecimen {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(expect, "expect");
    events = List.copyOf(events);
    Objects.requireNonNull(behavior, "behavior");
  }

  /// An event as it is dispatched.
  ///
  /// @param type `message` if the stream does not say otherwise
  /// @param lastId the last id the stream has said, or empty
  public record Event(String type, String data, String lastId) {

    public Event {
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(data, "data");
      Objects.requireNonNull(lastId, "lastId");
    }

    /// A message without an id.
    public static Event message(String data) {
      return new Event("message", data, "");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
