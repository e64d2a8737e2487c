package io.crankfire.cli;

import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs as users start them against a service of users, whose schema lies in `users.proto` beside
/// the configuration. Confined to one test.
final class GrpcRun implements AutoCloseable {

  final UserServer users;
  private final Path folder;
  private Screen screen = new Screen();

  /// @param folder of the test alone
  GrpcRun(Path folder) throws IOException {
    this(folder, new UserServer());
  }

  /// Over TLS or otherwise special.
  GrpcRun(Path folder, NettyServerBuilder builder) throws IOException {
    this(folder, new UserServer(builder));
  }

  private GrpcRun(Path folder, UserServer users) throws IOException {
    this.folder = folder;
    this.users = users;
    write("users.proto", UserServer.PROTO);
  }

  /// Runs a configuration, in which `TARGET` stands for the server's address and `FOLDER` for the
  /// folder.
  ///
  /// @return the exit code
  int config(String yaml, String... flags) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("--config", write("run.yaml", here(yaml)).toString()));
    arguments.addAll(List.of(flags));
    return run(arguments);
  }

  /// A run of one method of the service.
  ///
  /// @param method and what else stands in the block, as YAML
  /// @param more keys of the run
  int method(String method, String... more) throws IOException {
    return config(
        "protocol: grpc\ntarget: TARGET\ngrpc: {proto_file: users.proto, service:"
            + " users.UserService, method: "
            + method
            + "}\n"
            + String.join("\n", more)
            + "\n");
  }

  /// Runs flags, in which the same stands for the same.
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

  /// A command of another kind: its exit code.
  int command(String... arguments) {
    screen = new Screen();
    return screen.run(List.of(arguments).stream().map(this::here).toArray(String[]::new));
  }

  /// Writes a file beside the configuration.
  Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private String here(String text) {
    return text.replace("TARGET", "localhost:" + users.port()).replace("FOLDER", folder.toString());
  }

  /// What was shown, to be told when a test fails.
  String told() {
    return screen.err() + screen.out();
  }

  JsonNode report() throws IOException {
    return JsonMapper.shared().readTree(Files.readString(folder.resolve("report.json")));
  }

  /// A member of `protocol_metrics.grpc`.
  JsonNode metric(String name) throws IOException {
    return report().path("protocol_metrics").path("grpc").path(name);
  }

  /// A measure with everything that is known of it.
  JsonNode measure(String name) throws IOException {
    return report().path("measures").path("grpc").path(name);
  }

  /// Failures in a status bucket.
  long bucket(String status) throws IOException {
    return report().path("status_buckets").path("grpc").path(status).asLong(0);
  }

  /// What went wrong, each thing once.
  String errors() throws IOException {
    return report().path("errors").path("entries").toString();
  }

  @Override
  public void close() {
    users.close();
  }
}
