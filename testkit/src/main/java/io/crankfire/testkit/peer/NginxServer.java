package io.crankfire.testkit.peer;

import io.crankfire.testkit.tls.Identity;
import io.crankfire.testkit.tls.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// An nginx of our own on loopback: http, https (with [TestCertificates#server()]) and a Unix
/// domain socket. `/` answers `200 ok`, `/file` a body of 64 KiB, anything else `404`.
public final class NginxServer implements AutoCloseable {
  private static final int ATTEMPTS = 5;
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Process process;
  private final Path directory;
  private final int port;
  private final int tlsPort;

  private NginxServer(Process process, Path directory, int port, int tlsPort) {
    this.process = process;
    this.directory = directory;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /// Starts an nginx and returns when it accepts.
  ///
  /// @param program where [Peers#find] found it
  /// @throws UncheckedIOException when it does not start
  public static NginxServer start(Path program) {
    try {
      // nginx cannot be asked which port the kernel chose, so a free one is guessed, which may be
      // lost to another.
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

  public int port() {
    return port;
  }

  public int tlsPort() {
    return tlsPort;
  }

  /// The Unix domain socket on which it serves plain http too.
  public Path unixSocket() {
    return directory.resolve("http.sock");
  }

  private static NginxServer attempt(Path program) throws IOException {
    Path directory = Files.createTempDirectory("crankfire-nginx-");
    int port;
    int tlsPort;
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = one.getLocalPort();
      tlsPort = two.getLocalPort();
    }
    Files.createDirectory(directory.resolve("root"));
    Files.writeString(directory.resolve("root/file"), "f".repeat(64 * 1024));
    Path config = directory.resolve("nginx.conf");
    Files.writeString(config, config(directory, port, tlsPort));
    Process process =
        new ProcessBuilder(
                program.toString(),
                "-p",
                directory.toString(),
                "-e",
                "error.log",
                "-c",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output.log").toFile())
            .start();
    NginxServer server = new NginxServer(process, directory, port, tlsPort);
    try {
      server.awaitStart();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private void awaitStart() throws IOException {
    long deadline = System.nanoTime() + START_NANOS;
    List<SocketAddress> addresses =
        List.of(
            UnixDomainSocketAddress.of(unixSocket()),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), tlsPort));
    for (SocketAddress address : addresses) {
      while (!accepts(address)) {
        if (!process.isAlive() || System.nanoTime() - deadline > 0) {
          throw new IOException(
              "nginx has not started: " + Files.readString(directory.resolve("error.log")));
        }
        LockSupport.parkNanos(2_000_000);
      }
    }
  }

  private static boolean accepts(SocketAddress address) {
    boolean unix = address instanceof UnixDomainSocketAddress;
    try (SocketChannel channel =
        unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open()) {
      return channel.connect(address);
    } catch (IOException _) {
      return false;
    }
  }

  private static String config(Path directory, int port, int tlsPort) {
    Identity identity = TestCertificates.server();
    String user = System.getProperty("user.name").equals("root") ? "user root;\n" : "";
    return user
        + """
        daemon off;
        worker_processes 1;
        pid nginx.pid;
        error_log error.log;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi; scgi_temp_path scgi;
          keepalive_requests 1000000000;
          server {
            listen 127.0.0.1:%d;
            listen 127.0.0.1:%d ssl http2;
            listen unix:%s;
            ssl_certificate %s;
            ssl_certificate_key %s;
            root %s;
            location = / { default_type text/plain; return 200 ok; }
          }
        }
        """
            .formatted(
                port,
                tlsPort,
                directory.resolve("http.sock"),
                identity.certificatePem(),
                identity.keyPem(),
                directory.resolve("root"));
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
