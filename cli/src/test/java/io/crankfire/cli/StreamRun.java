package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.Request;
import io.crankfire.testkit.sse.SseTestServer;
import io.crankfire.testkit.websocket.WebSocketTestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs as users start them against a server of WebSockets and one of event streams, which keep the
/// last requests. Confined to one test.
final class StreamRun implements AutoCloseable {
  private static final int KEPT_REQUESTS = 1000;

  final WebSocketTestServer sockets = WebSocketTestServer.start();
  final SseTestServer events = SseTestServer.start();
  private final Path folder;
  private Screen screen = new Screen();

  /// @param folder of the test alone
  StreamRun(Path folder) {
    this.folder = folder;
    sockets.http().recordRequests(KEPT_REQUESTS);
    events.http().recordRequests(KEPT_REQUESTS);
  }

  /// Runs a configuration, in which `SOCKETS` and `EVENTS` stand for the servers' addresses without
  /// a slash at the end.
  ///
  /// @return the exit code
  int config(String yaml, String... flags) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("--config", write("run.yaml", here(yaml)).toString()));
    arguments.addAll(List.of(flags));
    return run(arguments);
  }

  /// Runs flags, in which `SOCKETS` and `EVENTS` stand for the same.
  ///
  /// @return the exit code
  int flags(String... flags) {
    return run(List.of(flags));
  }

  private int run(List<String> flags) {
    List<String> arguments = new ArrayList<>(flags.stream().map(this::here).toList());
    arguments.addAll(List.of("--out", "json=" + folder.resolve("report.json")));
    screen = new Screen();
    return screen.run(arguments.toArray(String[]::new));
  }

  /// Writes a file beside the configuration.
  Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private String here(String text) {
    return text.replace("SOCKETS", "ws://127.0.0.1:" + sockets.port())
        .replace("EVENTS", "http://127.0.0.1:" + events.url().getPort());
  }

  /// What was shown, to be told when a test fails.
  String told() {
    return screen.err() + screen.out();
  }

  JsonNode report() throws IOException {
    return JsonMapper.shared().readTree(Files.readString(folder.resolve("report.json")));
  }

  /// A count of `protocol_metrics`; 0 if it is not there.
  long metric(String protocol, String name) throws IOException {
    return report().path("protocol_metrics").path(protocol).path(name).asLong(0);
  }

  /// How long the connections of a protocol were there, all together; 0 if that is not there.
  double connectionMillis(String protocol) throws IOException {
    return report()
        .path("protocol_metrics")
        .path(protocol)
        .path("connection_duration_ms")
        .asDouble(0);
  }

  /// A measure with everything that is known of it.
  JsonNode measure(String protocol, String name) throws IOException {
    return report().path("measures").path(protocol).path(name);
  }

  /// Failures of a protocol in a status bucket.
  long bucket(String protocol, String status) throws IOException {
    return report().path("status_buckets").path(protocol).path(status).asLong(0);
  }

  /// What went wrong, each thing once.
  String errors() throws IOException {
    return report().path("errors").path("entries").toString();
  }

  /// Upgrade requests, oldest first.
  List<Request> upgrades() {
    return sockets.http().requests();
  }

  /// Requests of the server of event streams, oldest first.
  List<Request> requests() {
    return events.http().requests();
  }

  /// Ends the servers, which must have seen nothing that breaks a protocol.
  @Override
  public void close() {
    assertThat(sockets.violations()).isEmpty();
    assertThat(sockets.failures()).isEmpty();
    assertThat(events.violations()).isEmpty();
    assertThat(events.failures()).isEmpty();
    sockets.close();
    events.close();
  }
}
