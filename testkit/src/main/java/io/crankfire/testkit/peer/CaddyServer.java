package io.crankfire.testkit.peer;

import io.crankfire.testkit.tls.Identity;
import io.crankfire.testkit.tls.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Caddy as a process on loopback, with HTTP/1.1 and HTTP/2, in plain text (prior knowledge) and
/// over TLS: `/` answers `ok`, `/file` 64 KiB, `/echo` what was sent up to 16 KiB, and all else
/// with 404.
public final class CaddyServer implements AutoCloseable {
  private static final long START_NANOS = 10_000_000_000L;
  private static final int ATTEMPTS = 5;

  private final Process process;
  private final Path directory;
  private final int port;
  private final int tlsPort;

  private CaddyServer(Process process, Path directory, int port, int tlsPort) {
    this.process = process;
    this.directory = directory;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /// Starts it, and returns when it accepts.
  ///
  /// @throws UncheckedIOException when it does not start
  public static CaddyServer start(Path program) {
    try {
      // As of nginx: a free port is guessed, which may be lost to another.
      for (int i = 1; i < ATTEMPTS; i++) {
        try {
          return attempt(program);
        } catch (IOException _) {
          // another port, another try
        }
      }
      return attempt(program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The port of plain text.
  public int port() {
    return port;
  }

  /// The port of TLS.
  public int tlsPort() {
    return tlsPort;
  }

  private static CaddyServer attempt(Path program) throws IOException {
    Path directory = Files.createTempDirectory("crankfire-caddy-");
    int port;
    int tlsPort;
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = one.getLocalPort();
      tlsPort = two.getLocalPort();
    }
    Path root = Files.createDirectory(directory.resolve("root"));
    Files.writeString(root.resolve("file"), "f".repeat(64 * 1024));
    Path config = Files.writeString(directory.resolve("Caddyfile"), config(root, port, tlsPort));
    ProcessBuilder builder =
        new ProcessBuilder(
                program.toString(), "run", "--config", config.toString(), "--adapter", "caddyfile")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output.log").toFile());
    builder.environment().put("HOME", directory.toString()); // where it would keep things
    builder.environment().remove("XDG_DATA_HOME");
    builder.environment().remove("XDG_CONFIG_HOME");
    CaddyServer server = new CaddyServer(builder.start(), directory, port, tlsPort);
    try {
      server.awaitStart();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private static String config(Path root, int port, int tlsPort) {
    Identity identity = TestCertificates.server();
    return """
    {
      admin off
      auto_https off
      servers {
        protocols h1 h2 h2c
      }
    }
    (site) {
      bind 127.0.0.1
      root * %3$s
      respond / ok
      respond /echo {http.request.body}
      file_server
    }
    http://:%1$d {
      import site
    }
    https://:%2$d {
      tls %4$s %5$s
      import site
    }
    """
        .formatted(port, tlsPort, root, identity.certificatePem(), identity.keyPem());
  }

  private void awaitStart() throws IOException {
    long deadline = System.nanoTime() + START_NANOS;
    for (int one : List.of(port, tlsPort)) {
      while (!accepts(one)) {
        if (!process.isAlive() || System.nanoTime() - deadline > 0) {
          throw new IOException(
              "caddy has not started: " + Files.readString(directory.resolve("output.log")));
        }
        LockSupport.parkNanos(2_000_000);
      }
    }
  }

  private static boolean accepts(int port) {
    try (SocketChannel channel = SocketChannel.open()) {
      return channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException _) {
      return false;
    }
  }

  /// Stops it and removes its folder.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
