package io.crankfire.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A behaviour as a list of steps: exactly these bytes, with exactly these interruptions, whatever
/// was asked.
///
/// Bytes are written as text with one character a byte (ISO 8859-1), so a script can be read and
/// printed: `Script.begin().send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe").reset()`. When
/// the steps are done and none of them ended the connection, the next request is read from it.
/// Immutable.
public record Script(List<Step> steps) implements Behavior {

  public Script {
    steps = List.copyOf(steps);
  }

  /// One thing to do.
  public sealed interface Step {
    /// Writes the text and flushes.
    record Send(String text) implements Step {}

    /// Writes the text so many times, in large blocks.
    record Repeat(String text, long times) implements Step {}

    /// Writes the text piece by piece, a gap after every piece but the last.
    record Drip(String text, int pieceBytes, Duration gap) implements Step {}

    /// Does nothing for a time.
    record Pause(Duration length) implements Step {}

    /// Does nothing until the client leaves.
    record Stall() implements Step {}

    /// Ends the connection in good order; the response was complete.
    record Close() implements Step {}

    /// Ends the connection in good order, though the response was not complete.
    record Cut() implements Step {}

    /// Ends the connection with RST.
    record Reset() implements Step {}

    /// Sends FIN, and goes on reading until the client leaves; says whether the response was
    /// complete.
    record HalfClose(boolean complete) implements Step {}
  }

  /// A script without steps: no answer, and the next request is awaited.
  public static Script begin() {
    return new Script(List.of());
  }

  /// Writes the bytes: `i` of them, a pause, and the rest.
  public static Script split(String text, int i, Duration pause) {
    return begin().send(text.substring(0, i)).pause(pause).send(text.substring(i));
  }

  public Script send(String text) {
    return then(new Step.Send(text));
  }

  public Script repeat(String text, long times) {
    return then(new Step.Repeat(text, times));
  }

  /// Writes the text again and again until the client leaves.
  public Script forever(String text) {
    return then(new Step.Repeat(text, Long.MAX_VALUE));
  }

  public Script drip(String text, int pieceBytes, Duration gap) {
    return then(new Step.Drip(text, pieceBytes, gap));
  }

  public Script pause(Duration length) {
    return then(new Step.Pause(length));
  }

  public Script stall() {
    return then(new Step.Stall());
  }

  public Script close() {
    return then(new Step.Close());
  }

  public Script cut() {
    return then(new Step.Cut());
  }

  public Script reset() {
    return then(new Step.Reset());
  }

  public Script halfClose() {
    return then(new Step.HalfClose(true));
  }

  /// This script and one step more.
  public Script then(Step step) {
    List<Step> more = new ArrayList<>(steps);
    more.add(step);
    return new Script(more);
  }

  @Override
  public Stage stage() {
    return Stage.WITHOUT_BODY;
  }

  @Override
  public void answer(Request request, Wire wire) throws IOException, InterruptedException {
    for (Step step : steps) {
      switch (step) {
        case Step.Send send -> wire.write(send.text());
        case Step.Repeat repeat -> wire.repeat(repeat.text(), repeat.times());
        case Step.Drip drip -> wire.drip(drip.text(), drip.pieceBytes(), drip.gap());
        case Step.Pause pause -> wire.pause(pause.length());
        case Step.Stall _ -> wire.stall();
        case Step.Close _ -> wire.close();
        case Step.Cut _ -> wire.cut();
        case Step.Reset _ -> wire.reset();
        case Step.HalfClose half -> wire.halfClose(half.complete());
      }
    }
  }
}
