package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `crankfire grpc`: what can be called, from files and from servers.
class GrpcCommandTest {

  @TempDir Path folder;

  private final Screen screen = new Screen();
  private String config = "";

  @BeforeEach
  void writeFiles() throws IOException {
    Files.writeString(
        folder.resolve("a.proto"),
        "syntax = \"proto3\"; package acme; message M { string name = 1; } service Shop { rpc"
            + " Buy(M) returns (M); }");
    config =
        Files.writeString(folder.resolve("load.yaml"), "grpc:\n  proto_file: a.proto\n").toString();
  }

  @Test
  void servicesAndMethodsOfFilesAreListed() {
    assertThat(screen.run("grpc", "list", "--config", config)).isEqualTo(ExitCode.OK);
    assertThat(screen.run("grpc", "list", "Shop", "--config", config)).isEqualTo(ExitCode.OK);

    assertThat(screen.out()).isEqualTo("acme.Shop\nacme.Shop/Buy\n");
  }

  @Test
  void aMethodIsDescribed() {
    assertThat(screen.run("grpc", "describe", "Shop/Buy", "--config", config))
        .isEqualTo(ExitCode.OK);

    assertThat(screen.out())
        .contains("rpc Buy(acme.M) returns (acme.M);")
        .contains("{\n  \"name\": \"\"\n}");
  }

  @Test
  void whatIsWrongIsAUsageFault() {
    assertThat(screen.run("grpc", "list", "Shp", "--config", config)).isEqualTo(ExitCode.USAGE);
    assertThat(screen.run("grpc", "lst", "--config", config)).isEqualTo(ExitCode.USAGE);
    assertThat(screen.run("grpc", "list")).isEqualTo(ExitCode.USAGE);

    assertThat(screen.err())
        .contains("there is no service \"Shp\"; did you mean Shop?")
        .contains("did you mean list?")
        .contains("a target is needed");
  }

  @Test
  void aServerThatIsNotThereIsExitCode3() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    assertThat(screen.run("grpc", "list", "127.0.0.1:" + port)).isEqualTo(ExitCode.COULD_NOT);

    assertThat(screen.err())
        .contains("cannot reach http://127.0.0.1:" + port + ": CONNECT_REFUSED");
  }
}
