package io.crankfire.run;

import io.crankfire.config.Key;
import io.crankfire.config.Section;
import io.crankfire.plan.Arrivals.Spacing;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Transport;
import java.util.ArrayList;
import java.util.List;

/// The keys of a configuration: what binders read and what is published about them.
///
/// Here are those that every run reads. The others stand with their binders, and are loaded when
/// they are needed; [#top()] and [#inner()] collect them all.
public final class ConfigKeys {
  private ConfigKeys() {}

  static final Key TIMEOUT = Key.duration("timeout", "30s", "for each request; 0 for none");
  static final Key CONCURRENCY =
      Key.whole("concurrency", 1, 1, "sessions; auto with a rate, otherwise 1").orWord("auto");
  static final Key MAX_CONCURRENCY =
      Key.whole("max_concurrency", 10_000, 1, "sessions at the most with auto")
          .range(1, Integer.MAX_VALUE);
  static final Key RATE =
      Key.number("rate", "0", "requests a second, fractions allowed; 0: as fast as answers come");
  static final Key DURATION = Key.duration("duration", "0", "how long; 0 for no limit");
  static final Key TOTAL = Key.whole("total", 0, 0, "how many requests; 0 for no limit");
  static final Key FOREVER = Key.flag("forever", false, "run until Ctrl-C");
  static final Key GRACEFUL_SHUTDOWN =
      Key.duration(
              "graceful_shutdown", "5s", "to finish what is under way at the end; negative: none")
          .range(Long.MIN_VALUE, Long.MAX_VALUE);
  static final Key MODEL = Key.choice("model", Spacing.UNIFORM, "how arrivals lie in the rate");
  static final Key SEED =
      Key.whole("seed", 0, Long.MIN_VALUE, "of everything random; another one each time")
          .withoutDefault();
  static final Key WORKERS =
      Key.whole("workers", 0, 0, "event loops; 0: one for each processor").range(0, 1024);
  static final Key TRANSPORT =
      Key.choice("transport", Transport.AUTO, "which event loop carries the bytes");
  static final Key PACING =
      Key.choice("pacing", Pacing.DEFAULT, "how exactly the schedule is kept");

  static final Key PROTOCOL = Key.text("protocol", "how it is spoken; http");

  static final Key CONNECTION_LIMIT =
      Key.whole("connections", 0, 0, "connections at the most; 0: one for each busy session")
          .range(0, Integer.MAX_VALUE);
  static final Key KEEP_ALIVE = Key.flag("keep_alive", true, "use connections again");
  static final Key MAX_REQUESTS_PER_CONNECTION =
      Key.whole("max_requests_per_connection", 0, 0, "then a new one; 0: no limit")
          .range(0, Integer.MAX_VALUE);
  static final Key MAX_STREAMS =
      Key.whole(
              "max_streams",
              0,
              0,
              "HTTP/2: exchanges at once on a connection; 0: as many as the server allows")
          .range(0, Integer.MAX_VALUE);
  static final Key CONNECT_TIMEOUT =
      Key.duration("connect_timeout", "10s", "to a usable connection, TLS included");
  static final Key INSECURE = Key.flag("insecure", false, "accept every certificate");

  /// What is requested: handed to the protocol.
  static final Section REQUEST =
      Section.of(
          "request",
          "What is requested",
          Key.text("name", "the label in statistics"),
          Key.text("target", "where to: http://host:port/path or https://…"),
          Key.text("method", "request method; GET"),
          Key.text("headers", "request headers").byName(),
          Key.document("body", "request body; keys and values or a list become JSON"),
          Key.text("body_file", "request body from a file"),
          TIMEOUT,
          Key.whole("max_redirects", 10, 0, "redirects followed; 0 for none").range(0, 9999),
          Key.text("unix", "connect to a unix socket"),
          Key.text("http_version", "auto, 1.1, 2 or 2-prior-knowledge; auto"));

  /// How much of it, and how it is driven.
  static final Section LOAD =
      Section.of(
          "load",
          "How much load, and how it is made",
          PROTOCOL,
          CONCURRENCY,
          MAX_CONCURRENCY,
          RATE,
          DURATION,
          TOTAL,
          FOREVER,
          GRACEFUL_SHUTDOWN,
          Key.choice("arrival", Spacing.UNIFORM, "how arrivals lie in the rate").orKeys("arrival"),
          Key.choice("arrival_model", Spacing.UNIFORM, "another name of arrival").orKeys("arrival"),
          SEED,
          WORKERS,
          TRANSPORT,
          PACING);

  /// How connections are made and kept.
  static final Section CONNECTIONS =
      Section.of(
          "connections",
          "How connections are made and kept",
          CONNECTION_LIMIT,
          KEEP_ALIVE,
          MAX_REQUESTS_PER_CONNECTION,
          MAX_STREAMS,
          CONNECT_TIMEOUT,
          Key.text("resolve", "host:port:address: connect there for that host and port").orList(),
          Key.text("proxy", "through an HTTP proxy, http://user:password@host:port"),
          Key.text("source_address", "connect from this address"),
          Key.keys("tls", "tls", "how TLS connections are made"));

  static final Section TLS =
      Section.of(
          "tls",
          "How TLS connections are made",
          Key.text("ca", "trust the certificates of this file (PEM), not the system's"),
          Key.text("cert", "client certificate (PEM file)"),
          Key.text("key", "private key of the client certificate (PEM file, PKCS #8)"),
          Key.text("server_name", "ask for and verify this name; the host"),
          INSECURE,
          Key.text("min_version", "1.2 or 1.3; 1.2"),
          Key.text("ciphers", "cipher suites").orList());

  static final Section ARRIVAL =
      Section.of("arrival", "How arrivals lie in the rate, in the long form", MODEL);

  /// What is said about the run. Read by whoever reports it.
  public static final Section OUTPUT =
      Section.of(
          "output",
          "What is said about the run",
          Key.flag("json_output", false, "the report as JSON instead of text"),
          Key.text("out", "FORMAT=FILE: also into a file: text, json, run").orList(),
          Key.flag("log_errors", false, "failures on stderr as they happen"),
          Key.flag("strict", false, "exit code 4 unless the measurement is VALID"),
          Key.flag("quiet", false, "no progress on stderr"));

  /// The sections whose keys stand side by side at the top of a configuration.
  public static List<Section> top() {
    List<Section> top = new ArrayList<>(List.of(REQUEST, LOAD, CONNECTIONS, OUTPUT));
    top.addAll(FileKeys.top());
    return top;
  }

  /// The sections that keys of other sections refer to by name.
  public static List<Section> inner() {
    List<Section> inner = new ArrayList<>(List.of(TLS, ARRIVAL));
    inner.addAll(FileKeys.inner());
    return inner;
  }
}
