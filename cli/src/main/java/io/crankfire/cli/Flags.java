package io.crankfire.cli;

import io.crankfire.cli.Flag.Group;
import io.crankfire.cli.Flag.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All flags. Parsing, help, documentation and completion are made of these tables.
final class Flags {
  private Flags() {}

  static final String HELP = "--help";
  static final String BODY = "--body";
  static final String HEADER = "--header";
  static final String WS_MESSAGES = "--ws-messages";
  static final String GRPC_MESSAGE = "--grpc-message";
  static final String GRPC_MESSAGES = "--grpc-messages";
  static final String GRPC_METADATA = "--grpc-metadata";
  static final String JSON_OUTPUT = "--json-output";
  static final String OUT = "--out";
  static final String LOG_ERRORS = "--log-errors";
  static final String STRICT = "--strict";
  static final String QUIET = "--quiet";
  static final String NO_COLOR = "--no-color";
  static final String CONFIG = "--config";
  static final String PROFILE = "--profile";
  static final String SCHEMA = "--schema";
  static final String FORCE = "--force";
  static final String REQUESTS = "--requests";

  private static final Flag HELP_FLAG =
      flag(Group.HIDDEN, HELP, 'h', "", Kind.SWITCH, null, "show the help and do nothing else");
  private static final Flag JSON_OUTPUT_FLAG =
      flag(
          Group.OUTPUT,
          JSON_OUTPUT,
          '\0',
          "",
          Kind.SWITCH,
          null,
          "the report as JSON instead of text");
  private static final Flag OUT_FLAG =
      flag(
          Group.OUTPUT,
          OUT,
          '\0',
          "FORMAT=FILE",
          Kind.LIST,
          null,
          "also into a file: text, json, run (a saved run); repeatable");
  private static final Flag NO_COLOR_FLAG =
      flag(Group.OUTPUT, NO_COLOR, '\0', "", Kind.SWITCH, null, "no colours on a terminal");

  static final Flag CONFIG_FLAG =
      flag(
          Group.REQUEST,
          CONFIG,
          '\0',
          "FILE",
          Kind.VALUE,
          null,
          "settings from a file (.yaml, .json, .toml); flags go before them");

  private static final Flag PROFILE_FLAG =
      flag(
          Group.REQUEST,
          PROFILE,
          '\0',
          "NAME",
          Kind.VALUE,
          null,
          "one of the profiles of that file");
  static final String OUTPUT_FILE = "--output";
  static final String HAR_FILTER = "--har-filter";
  static final String HAR_KEEP_STATIC = "--har-keep-static";
  static final String HAR_KEEP_CREDENTIALS = "--har-keep-credentials";
  static final String HAR_REPLAY = "--har-replay";
  static final String HAR_SPEED = "--har-speed";

  private static final Flag HAR_FILTER_FLAG =
      har(
          HAR_FILTER,
          "CLAUSES",
          "har_filter",
          "of it only 'host:…;method:…;path:…' (no static files)");
  private static final Flag HAR_KEEP_STATIC_FLAG =
      har(HAR_KEEP_STATIC, "", "har_keep_static", "scripts, styles, pictures and fonts, too");
  private static final Flag HAR_KEEP_CREDENTIALS_FLAG =
      har(
          HAR_KEEP_CREDENTIALS,
          "",
          "har_keep_credentials",
          "cookies, tokens and the like as recorded");
  private static final Flag HAR_REPLAY_FLAG =
      har(HAR_REPLAY, "", "har_replay", "recorded order and think times (weights)");
  private static final Flag HAR_SPEED_FLAG =
      har(HAR_SPEED, "N", "har_speed", "a replay so many times faster than recorded (1)");

  /// Those of a run.
  static final List<Flag> RUN =
      List.of(
          CONFIG_FLAG,
          PROFILE_FLAG,
          request("--target", "URL", "target", "where to: http://host:port/path or https://…"),
          request("--method", "NAME", "method", "request method (GET)"),
          flag(
              Group.REQUEST,
              HEADER,
              '\0',
              "'NAME: VALUE'",
              Kind.LIST,
              "headers",
              "request header, NAME=VALUE as well; repeatable"),
          request(BODY, "TEXT", "body", "request body"),
          request("--body-file", "FILE", "body_file", "request body from a file"),
          request("--timeout", "TIME", "timeout", "for each request; 0 for none (30s)"),
          request("--max-redirects", "N", "max_redirects", "redirects followed; 0 for none (10)"),
          request(
              "--http-version",
              "VERSION",
              "http_version",
              "auto, 1.1, 2 or 2-prior-knowledge (auto)"),
          hidden(
              "--retries", "N", "retries", "send again after a failure, so often at the most (0)"),
          hidden("--feeder-path", "FILE", "feeder.path", "test data from a CSV or JSON file"),
          hidden("--feeder-type", "NAME", "feeder.type", "csv, json or jsonl (by the file's name)"),
          hidden("--protocol", "NAME", "protocol", "how it is spoken (http)"),
          flag(
              Group.HIDDEN,
              WS_MESSAGES,
              '\0',
              "TEXT",
              Kind.LIST,
              "websocket.messages",
              "what is sent over a WebSocket, one text each time it is given; repeatable"),
          hidden(
              "--ws-message-interval",
              "TIME",
              "websocket.message_interval",
              "from a reply to the next message (0)"),
          hidden(
              "--ws-receive-timeout",
              "TIME",
              "websocket.receive_timeout",
              "for each reply, or how long a window is; 0 alone: receive nothing (10s)"),
          hidden(
              "--ws-handshake-timeout",
              "TIME",
              "websocket.handshake_timeout",
              "to an open WebSocket, connection included; 0: the default (30s)"),
          hidden(
              "--ws-close-timeout",
              "TIME",
              "websocket.close_timeout",
              "for the server's close after ours; 0: do not wait for it (5s)"),
          hidden(
              "--ws-mode",
              "NAME",
              "websocket.mode",
              "session: a connection for each exchange; persistent: one kept (session)"),
          hidden(
              "--ws-receive",
              "NAME",
              "websocket.receive",
              "reply, none, or window: whatever comes in the receive timeout (reply)"),
          flag(
              Group.HIDDEN,
              "--ws-subprotocols",
              '\0',
              "NAME",
              Kind.LIST,
              "websocket.subprotocols",
              "offered in the handshake, the one liked best first; repeatable"),
          flag(
              Group.HIDDEN,
              "--ws-compression",
              '\0',
              "",
              Kind.SWITCH,
              "websocket.compression",
              "offer permessage-deflate"),
          hidden(
              "--sse-read-timeout",
              "TIME",
              "sse.read_timeout",
              "how long an event stream is read; 0 for no limit (30s)"),
          hidden(
              "--sse-max-events",
              "N",
              "sse.max_events",
              "events after which a stream is done; 0 for no limit (0)"),
          hidden(
              "--sse-until",
              "TEXT",
              "sse.until",
              "the data of the event that has to end a stream, such as [DONE]"),
          hidden(
              "--sse-tokens",
              "PATH",
              "sse.tokens",
              "JSON path: each event with a value there that is not empty is a token"),
          flag(
              Group.HIDDEN,
              "--sse-reconnect",
              '\0',
              "",
              Kind.SWITCH,
              "sse.reconnect",
              "go on over a new connection, with Last-Event-ID"),
          flag(
              Group.HIDDEN,
              "--grpc-proto-file",
              '\0',
              "FILE",
              Kind.LIST,
              "grpc.proto_file",
              "the schema of a gRPC service; repeatable"),
          flag(
              Group.HIDDEN,
              "--grpc-import-path",
              '\0',
              "FOLDER",
              Kind.LIST,
              "grpc.import_paths",
              "where its imports are looked for; repeatable"),
          hidden(
              "--grpc-descriptor-set",
              "FILE",
              "grpc.descriptor_set",
              "the schema as protoc --descriptor_set_out makes it"),
          flag(
              Group.HIDDEN,
              "--grpc-reflection",
              '\0',
              "",
              Kind.SWITCH,
              "grpc.reflection",
              "ask the server for the schema, before the run"),
          hidden(
              "--grpc-service",
              "NAME",
              "grpc.service",
              "what is called: package.Service, or Service"),
          hidden("--grpc-method", "NAME", "grpc.method", "its method, or Service/Method"),
          flag(
              Group.HIDDEN,
              GRPC_MESSAGE,
              '\0',
              "JSON",
              Kind.VALUE,
              "grpc.message",
              "the request ({})"),
          flag(
              Group.HIDDEN,
              GRPC_MESSAGES,
              '\0',
              "JSON",
              Kind.LIST,
              "grpc.messages",
              "one of several requests of a streaming call; repeatable"),
          hidden("--grpc-message-file", "FILE", "grpc.message_file", "the request from a file"),
          hidden(
              "--grpc-message-count",
              "N",
              "grpc.message_count",
              "messages sent in a call; 0: each one once (0)"),
          hidden(
              "--grpc-message-interval",
              "TIME",
              "grpc.message_interval",
              "from one message to the next that is sent (0)"),
          flag(
              Group.HIDDEN,
              "--grpc-await-replies",
              '\0',
              "",
              Kind.SWITCH,
              "grpc.await_replies",
              "the next message goes when the last one was answered (false)"),
          hidden(
              "--grpc-half-close",
              "NAME",
              "grpc.half_close",
              "when no message follows: sent, replies or never (sent)"),
          hidden(
              "--grpc-max-message-size",
              "BYTES",
              "grpc.max_message_size",
              "of a message received, decompressed (4194304)"),
          hidden(
              "--grpc-max-messages",
              "N",
              "grpc.max_messages",
              "messages received, then the call is done; 0 for no limit (0)"),
          flag(
              Group.HIDDEN,
              GRPC_METADATA,
              '\0',
              "NAME=VALUE",
              Kind.LIST,
              "grpc.metadata",
              "sent with each call, NAME=VALUE,NAME=VALUE as well; repeatable"),
          hidden(
              "--grpc-timeout",
              "TIME",
              "grpc.timeout",
              "for each call, sent as grpc-timeout; 0 for none (30s)"),
          flag(
              Group.HIDDEN,
              "--grpc-tls",
              '\0',
              "",
              Kind.SWITCH,
              "grpc.tls",
              "over TLS; https and grpcs mean it, too (false)"),
          flag(
              Group.HIDDEN,
              "--grpc-insecure",
              '\0',
              "",
              Kind.SWITCH,
              "grpc.insecure",
              "with TLS: accept every certificate (false)"),
          hidden(
              "--grpc-authority",
              "NAME",
              "grpc.authority",
              "the :authority that is asked for (that of the target)"),
          hidden("--grpc-compression", "NAME", "grpc.compression", "none or gzip (none)"),
          load(
              'r',
              "--rate",
              "N",
              "rate",
              "requests a second, fractions allowed (as fast as answers come)"),
          load(
              'c',
              "--concurrency",
              "N|auto",
              "concurrency",
              "sessions (auto with a rate, otherwise 1)"),
          load(
              '\0',
              "--max-concurrency",
              "N",
              "max_concurrency",
              "sessions at the most with auto (10000)"),
          load('d', "--duration", "TIME", "duration", "how long: 500ms, 10s, 1h30m"),
          load('t', "--total", "N", "total", "how many requests"),
          flag(Group.LOAD, "--forever", '\0', "", Kind.SWITCH, "forever", "until Ctrl-C"),
          load(
              '\0',
              "--graceful-shutdown",
              "TIME",
              "graceful_shutdown",
              "to finish what is under way at the end; -1s: none (5s)"),
          load('\0', "--arrival-model", "NAME", "arrival_model", "uniform or poisson (uniform)"),
          load('\0', "--seed", "N", "seed", "of everything random (another one each time)"),
          connection(
              "--connections",
              "N",
              "connections",
              "connections at the most (one for each busy session)"),
          flag(
              Group.CONNECTIONS,
              "--no-keep-alive",
              '\0',
              "",
              Kind.NEGATED,
              "keep_alive",
              "a new connection for each request"),
          flag(
              Group.HIDDEN,
              "--keep-alive",
              '\0',
              "",
              Kind.SWITCH,
              "keep_alive",
              "use connections again (true)"),
          hidden(
              "--max-requests-per-connection",
              "N",
              "max_requests_per_connection",
              "then a new one (no limit)"),
          hidden(
              "--max-streams",
              "N",
              "max_streams",
              "HTTP/2: exchanges at once on each (as the server allows)"),
          connection(
              "--connect-timeout",
              "TIME",
              "connect_timeout",
              "to a usable connection, TLS included (10s)"),
          flag(
              Group.CONNECTIONS,
              "--resolve",
              '\0',
              "HOST:PORT:ADDR",
              Kind.LIST,
              "resolve",
              "connect there for that host and port; repeatable"),
          connection("--unix", "PATH", "unix", "connect to a unix socket"),
          connection(
              "--proxy", "URL", "proxy", "through an HTTP proxy, http://user:password@host:port"),
          flag(
              Group.HIDDEN,
              "--source-address",
              '\0',
              "ADDR",
              Kind.VALUE,
              "source_address",
              "connect from this address"),
          flag(
              Group.CONNECTIONS,
              "--insecure",
              '\0',
              "",
              Kind.SWITCH,
              "tls.insecure",
              "accept every certificate"),
          connection("--ca", "FILE", "tls.ca", "trust these certificates (PEM), not the system's"),
          connection("--cert", "FILE", "tls.cert", "client certificate (PEM)"),
          connection(
              "--key", "FILE", "tls.key", "private key of the client certificate (PEM, PKCS #8)"),
          connection(
              "--server-name",
              "NAME",
              "tls.server_name",
              "ask for and verify this name (the host)"),
          flag(
              Group.HIDDEN,
              "--tls-min-version",
              '\0',
              "V",
              Kind.VALUE,
              "tls.min_version",
              "1.2 or 1.3 (1.2)"),
          flag(
              Group.HIDDEN,
              "--ciphers",
              '\0',
              "LIST",
              Kind.VALUE,
              "tls.ciphers",
              "cipher suites, separated by commas"),
          JSON_OUTPUT_FLAG,
          OUT_FLAG,
          flag(
              Group.OUTPUT,
              LOG_ERRORS,
              '\0',
              "",
              Kind.SWITCH,
              null,
              "failures on stderr as they happen"),
          flag(
              Group.OUTPUT,
              "--threshold",
              '\0',
              "'RULE'",
              Kind.LIST,
              "thresholds",
              "what must hold for exit code 0, as 'failed < 1%'; repeatable"),
          flag(
              Group.OUTPUT,
              STRICT,
              '\0',
              "",
              Kind.SWITCH,
              null,
              "exit code 4 unless the measurement is VALID"),
          flag(Group.OUTPUT, QUIET, 'q', "", Kind.SWITCH, null, "no progress on stderr"),
          NO_COLOR_FLAG,
          generator("--workers", "N", "workers", "event loops (one for each processor)"),
          generator("--transport", "NAME", "transport", "auto, nio or epoll (auto)"),
          generator("--pacing", "NAME", "pacing", "economical, default or precise (default)"),
          har("--har", "FILE", "har_file", "the requests of a recording (HAR)"),
          HAR_FILTER_FLAG,
          HAR_KEEP_STATIC_FLAG,
          HAR_KEEP_CREDENTIALS_FLAG,
          HAR_REPLAY_FLAG,
          HAR_SPEED_FLAG,
          HELP_FLAG);

  /// Those of `import`.
  static final List<Flag> IMPORT =
      List.of(
          flag(
              Group.OUTPUT,
              OUTPUT_FILE,
              'o',
              "FILE",
              Kind.VALUE,
              null,
              "where to (the standard output)"),
          HAR_FILTER_FLAG,
          HAR_KEEP_STATIC_FLAG,
          HAR_KEEP_CREDENTIALS_FLAG,
          HAR_REPLAY_FLAG,
          HAR_SPEED_FLAG,
          HELP_FLAG);

  /// Those of `grpc`: what a run takes to reach a server and to find its schema.
  static final List<Flag> GRPC = grpc();

  /// Those of `plan`: it takes what `run` takes, so that a command line can be asked what it would
  /// do.
  static final List<Flag> PLAN = plan();

  /// Those of `report`.
  static final List<Flag> REPORT = List.of(JSON_OUTPUT_FLAG, OUT_FLAG, NO_COLOR_FLAG, HELP_FLAG);

  /// Those of `validate`.
  static final List<Flag> VALIDATE =
      List.of(
          PROFILE_FLAG,
          flag(
              Group.OUTPUT,
              SCHEMA,
              '\0',
              "",
              Kind.SWITCH,
              null,
              "print the JSON Schema of configuration files"),
          HELP_FLAG);

  /// Those of `init`.
  static final List<Flag> INIT =
      List.of(
          flag(Group.OUTPUT, FORCE, '\0', "", Kind.SWITCH, null, "write over a file that is there"),
          HELP_FLAG);

  /// Those of commands that take none.
  static final List<Flag> NONE = List.of(HELP_FLAG);

  private static List<Flag> grpc() {
    List<String> names =
        List.of(
            CONFIG,
            PROFILE,
            "--grpc-proto-file",
            "--grpc-import-path",
            "--grpc-descriptor-set",
            "--grpc-metadata",
            "--grpc-tls",
            "--grpc-insecure",
            "--grpc-authority",
            "--connect-timeout",
            "--resolve",
            "--unix",
            "--proxy",
            "--source-address",
            "--insecure",
            "--ca",
            "--cert",
            "--key",
            "--server-name",
            "--tls-min-version",
            "--ciphers",
            HELP);
    return RUN.stream().filter(flag -> names.contains(flag.name())).toList();
  }

  private static List<Flag> plan() {
    List<Flag> flags = new ArrayList<>(RUN);
    flags.addFirst(
        flag(
            Group.OUTPUT,
            REQUESTS,
            '\0',
            "N",
            Kind.VALUE,
            null,
            "requests shown in full, from the first on (3)"));
    return List.copyOf(flags);
  }

  /// On no help screen, which has room for the most usual only; in docs/command-line.md.
  private static Flag hidden(String name, String value, String key, String meaning) {
    return flag(Group.HIDDEN, name, '\0', value, Kind.VALUE, key, meaning);
  }

  private static Flag request(String name, String label, String key, String help) {
    return flag(Group.REQUEST, name, '\0', label, Kind.VALUE, key, help);
  }

  private static Flag load(char letter, String name, String label, String key, String help) {
    return flag(Group.LOAD, name, letter, label, Kind.VALUE, key, help);
  }

  private static Flag connection(String name, String label, String key, String help) {
    return flag(Group.CONNECTIONS, name, '\0', label, Kind.VALUE, key, help);
  }

  private static Flag har(String name, String label, String key, String help) {
    return flag(
        Group.HAR, name, '\0', label, label.isEmpty() ? Kind.SWITCH : Kind.VALUE, key, help);
  }

  private static Flag generator(String name, String label, String key, String help) {
    return flag(Group.GENERATOR, name, '\0', label, Kind.VALUE, key, help);
  }

  private static Flag flag(
      Group group,
      String name,
      char letter,
      String label,
      Kind kind,
      @Nullable String key,
      String help) {
    return new Flag(group, name, letter, label, kind, key, help);
  }
}
