package io.crankfire.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A generator over HTTP/2: so many connections, each with so many requests at a time.
///
/// @param generator who makes the requests
/// @param grpc whether they are unary calls of gRPC, not requests of GET
/// @param config of ours
record MultiplexTool(
    Generator generator, Crankfire crankfire, Shape shape, boolean grpc, Path config)
    implements Tool {

  /// Who can do it.
  enum Generator {
    CRANKFIRE,
    H2LOAD,
    STUB_DEFAULT,
    STUB_DIRECT
  }

  /// How the requests are spread.
  ///
  /// @param streams requests at a time on each connection
  record Shape(int connections, int streams) {
    @Override
    public String toString() {
      return connections + " × " + streams;
    }
  }

  /// A string of eight in field 1, behind the prefix that says ten bytes follow.
  private static final byte[] MESSAGE = {
    0, 0, 0, 0, 10, 0x0a, 8, 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y'
  };

  private static final String PROTO =
      """
      syntax = "proto3";
      package bench;
      message Text { string value = 1; }
      service Echo { rpc Say(Text) returns (Text); }
      """;

  static MultiplexTool of(Generator generator, Options options, Shape shape, boolean grpc)
      throws IOException {
    Path folder = options.out();
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("echo.proto"), PROTO);
    Files.write(folder.resolve("message.bin"), MESSAGE);
    String name = "h2-" + shape.connections() + "-" + shape.streams() + (grpc ? "-grpc" : "");
    Path config = folder.resolve(name + ".yaml");
    String spread =
        "connections: %d\nmax_streams: %d\n".formatted(shape.connections(), shape.streams());
    String what =
        grpc
            ? "protocol: grpc\n"
                + "grpc: {proto_file: echo.proto, service: bench.Echo, method: Say,"
                + " message: '{\"value\": \"yyyyyyyy\"}'}\n"
            : "http_version: 2-prior-knowledge\n";
    Files.writeString(config, spread + what);
    return new MultiplexTool(generator, Crankfire.judged(options), shape, grpc, config);
  }

  @Override
  public String label() {
    return switch (generator) {
      case CRANKFIRE -> crankfire.label();
      case H2LOAD -> "h2load";
      case STUB_DEFAULT -> "grpc-java stub, default executor";
      case STUB_DIRECT -> "grpc-java stub, direct executor";
    };
  }

  @Override
  public boolean available() {
    return switch (generator) {
      case CRANKFIRE -> crankfire.available();
      case H2LOAD -> Commands.has("h2load");
      case STUB_DEFAULT, STUB_DIRECT -> Commands.has("grpc-bench");
    };
  }

  @Override
  public boolean can(Load load) {
    return grpc || generator == Generator.CRANKFIRE || generator == Generator.H2LOAD;
  }

  /// @param load its connections are the requests at a time, all together
  @Override
  public List<String> command(Load load) {
    return switch (generator) {
      case CRANKFIRE -> {
        List<String> words = new ArrayList<>(crankfire.command(load));
        words.addAll(List.of("--config", config.toString()));
        yield List.copyOf(words);
      }
      case H2LOAD -> {
        List<String> words =
            new ArrayList<>(
                List.of(
                    "h2load",
                    "-t1",
                    "-c" + shape.connections(),
                    "-m" + shape.streams(),
                    "-D",
                    "" + load.seconds()));
        if (grpc) {
          words.addAll(
              List.of(
                  "-d",
                  config.resolveSibling("message.bin").toString(),
                  "-H",
                  "content-type: application/grpc",
                  "-H",
                  "te: trailers"));
        }
        words.add(load.url() + (grpc ? "bench.Echo/Say" : ""));
        yield List.copyOf(words);
      }
      case STUB_DEFAULT, STUB_DIRECT ->
          List.of(
              "env",
              "JAVA_HOME=" + System.getProperty("java.home"),
              "grpc-bench",
              load.url(),
              "" + shape.connections(),
              "" + shape.streams(),
              "" + load.seconds(),
              generator == Generator.STUB_DIRECT ? "direct" : "default");
    };
  }

  @Override
  public boolean warmsUp() {
    return generator != Generator.H2LOAD;
  }

  /* On one core the compiler of the stub needs as long as Hyperfoil's. */
  @Override
  public int seconds() {
    return switch (generator) {
      case CRANKFIRE -> 8;
      case H2LOAD -> 3;
      case STUB_DEFAULT, STUB_DIRECT -> 16;
    };
  }

  @Override
  public Map<String, Double> reported(String output) {
    return generator == Generator.CRANKFIRE ? crankfire.reported(output) : Map.of();
  }
}
