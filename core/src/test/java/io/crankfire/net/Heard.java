package io.crankfire.net;

import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A handler that remembers what it heard.
final class Heard implements ConnectionHandler, PhaseListener {

  final List<String> events = new ArrayList<>();
  final List<Phase> phases = new ArrayList<>();
  final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  @Nullable Connection connection;
  @Nullable Outcome outcome;
  String detail = "";
  Consumer<Connection> onConnected = made -> {};

  boolean isConnected() {
    return connection != null;
  }

  boolean hasFailed() {
    return outcome != null;
  }

  boolean hasEnded() {
    return events.contains("ended");
  }

  Connection made() {
    if (connection == null) {
      throw new AssertionError("not connected: " + events + " " + detail);
    }
    return connection;
  }

  String text() {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void connected(Connection made) {
    events.add("connected");
    connection = made;
    onConnected.accept(made);
  }

  @Override
  public void received(Connection from, byte[] buffer, int offset, int length) {
    bytes.write(buffer, offset, length);
  }

  @Override
  public void ended(Connection by) {
    events.add("ended");
  }

  @Override
  public void drained(Connection by) {
    events.add("drained");
  }

  @Override
  public void failed(Connection broken, Outcome why, String text) {
    events.add("failed");
    outcome = why;
    detail = text;
  }

  @Override
  public void phase(Phase phase, long nanos) {
    if (nanos < 0) {
      throw new AssertionError(phase + " took " + nanos);
    }
    phases.add(phase);
  }
}
