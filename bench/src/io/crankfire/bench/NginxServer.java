package io.crankfire.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// nginx with one process and no access log, plain or with TLS. Its count comes from `stub_status`,
/// asked for every 20 ms over a kept connection; the questions themselves are subtracted. Times are
/// therefore known to about 20 ms.
final class NginxServer implements Server {

  private static final int POLL_MILLIS = 20;
  private static final Pattern COUNTS = Pattern.compile("\\s(\\d+) (\\d+) (\\d+)\\s");

  /// The count at one moment.
  private record Reading(long nanos, long requests) {}

  private final Child process;
  private final boolean tls;
  private final int port;
  private final Socket status;
  private final List<Reading> readings = new CopyOnWriteArrayList<>();
  private final Thread poller;
  private long polls;

  private NginxServer(Child process, boolean tls, int port, Socket status) {
    this.process = process;
    this.tls = tls;
    this.port = port;
    this.status = status;
    poller = Thread.ofPlatform().daemon().name("stub_status").unstarted(this::poll);
  }

  static boolean available(boolean tls) {
    return Commands.has("nginx") && (!tls || Commands.has("openssl"));
  }

  static NginxServer start(Options options, boolean tls) throws IOException, InterruptedException {
    Path home = options.out().resolve("nginx");
    Files.createDirectories(home);
    int port = freePort();
    int statusPort = freePort();
    if (tls && !Files.exists(home.resolve("cert.pem"))) {
      makeCertificate(home);
    }
    Path configuration = home.resolve("nginx.conf");
    Files.writeString(configuration, configuration(home, port, statusPort, tls));
    List<String> command =
        List.of(
            Commands.find("nginx"),
            "-p",
            home.toString(),
            "-c",
            configuration.toString(),
            "-e",
            home.resolve("error.log").toString());
    Child process =
        Child.start(
            command, options.cores().usable() ? options.cores().server() : -1, options.out());
    for (int i = 0; i < 1000 && process.running(); i++) {
      try {
        Socket status = new Socket(InetAddress.getLoopbackAddress(), statusPort);
        status.setTcpNoDelay(true);
        status.setSoTimeout(5000);
        NginxServer server = new NginxServer(process, tls, port, status);
        server.poller.start();
        return server;
      } catch (IOException e) {
        Thread.sleep(5);
      }
    }
    String errors = process.errors();
    process.close();
    throw new IOException("nginx did not start: " + errors);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void makeCertificate(Path home) throws IOException, InterruptedException {
    Commands.run(
        List.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "3650",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout",
            home.resolve("key.pem").toString(),
            "-out",
            home.resolve("cert.pem").toString()));
  }

  private static String configuration(Path home, int port, int statusPort, boolean tls) {
    String security =
        tls
            ? "ssl_certificate %1$s/cert.pem; ssl_certificate_key %1$s/key.pem; ssl_protocols TLSv1.3;"
                .formatted(home)
            : "";
    return """
    daemon off;
    master_process off;
    worker_processes 1;
    pid %1$s/nginx.pid;
    error_log %1$s/error.log crit;
    events { worker_connections 20000; }
    http {
        access_log off;
        keepalive_requests 1000000000;
        keepalive_timeout 600s;
        client_body_temp_path %1$s/body;
        proxy_temp_path %1$s/proxy;
        fastcgi_temp_path %1$s/fastcgi;
        uwsgi_temp_path %1$s/uwsgi;
        scgi_temp_path %1$s/scgi;
        server {
            listen 127.0.0.1:%2$d%3$s backlog=4096;
            %4$s
            location / { default_type text/plain; return 200 "%5$s"; }
        }
        server {
            listen 127.0.0.1:%6$d;
            location / { stub_status; }
        }
    }
    """
        .formatted(home, port, tls ? " ssl" : "", security, "x".repeat(200), statusPort);
  }

  private void poll() {
    try {
      while (true) {
        readings.add(ask());
        Thread.sleep(POLL_MILLIS);
      }
    } catch (IOException e) {
      /* the server was closed */
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Reading ask() throws IOException {
    status
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: s\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    StringBuilder answer = new StringBuilder();
    byte[] buffer = new byte[1024];
    while (answer.indexOf("Waiting:") < 0) {
      int n = status.getInputStream().read(buffer);
      if (n < 0) {
        throw new IOException("closed");
      }
      answer.append(new String(buffer, 0, n, StandardCharsets.US_ASCII));
    }
    /* The last line may come in a later segment; it ends after the number of waiting connections. */
    Matcher counts = COUNTS.matcher(answer);
    if (!counts.find()) {
      throw new IOException("unexpected status: " + answer);
    }
    polls++;
    return new Reading(System.nanoTime(), Long.parseLong(counts.group(3)) - polls);
  }

  @Override
  public String name() {
    return tls ? "nginx https" : "nginx";
  }

  @Override
  public String url() {
    return (tls ? "https" : "http") + "://127.0.0.1:" + port + "/";
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public long requests() {
    try {
      return ask().requests();
    } catch (IOException e) {
      return readings.isEmpty() ? 0 : readings.getLast().requests();
    }
  }

  @Override
  public OptionalLong firstNanos() {
    return readings.stream().filter(r -> r.requests() > 0).mapToLong(Reading::nanos).findFirst();
  }

  @Override
  public long requestsInFirstSecond() {
    long end = firstNanos().orElse(Long.MAX_VALUE - 1_000_000_000) + 1_000_000_000;
    return readings.stream()
        .filter(r -> r.nanos() <= end)
        .mapToLong(Reading::requests)
        .max()
        .orElse(0);
  }

  @Override
  public void close() {
    poller.interrupt();
    process.close();
    try {
      status.close();
    } catch (IOException e) {
      /* it is gone with the server */
    }
  }
}
