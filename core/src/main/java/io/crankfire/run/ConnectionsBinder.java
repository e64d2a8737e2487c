package io.crankfire.run;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.net.TlsContext;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Proxy;
import io.crankfire.plan.TlsOptions;
import io.crankfire.protocol.Compiling;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the connections' part of a plan.
final class ConnectionsBinder {

  private static final List<String> TLS_KEYS = ConfigKeys.TLS.names();

  private final Fields fields;
  private final Problems problems;

  ConnectionsBinder(Fields fields, Problems problems) {
    this.fields = fields;
    this.problems = problems;
  }

  Connections bind() {
    return new Connections(
        fields.count(ConfigKeys.CONNECTION_LIMIT),
        fields.flag(ConfigKeys.KEEP_ALIVE),
        fields.count(ConfigKeys.MAX_REQUESTS_PER_CONNECTION),
        fields.duration(ConfigKeys.CONNECT_TIMEOUT),
        resolve(),
        proxy(),
        sourceAddress(),
        tls(),
        fields.count(ConfigKeys.MAX_STREAMS));
  }

  private Map<String, List<String>> resolve() {
    Map<String, List<String>> addresses = new LinkedHashMap<>();
    for (ConfigNode.Scalar entry : fields.texts("resolve")) {
      String[] parts = entry.text().split(":", 3);
      if (parts.length < 3 || parts[0].isEmpty() || port(parts[1]) == 0) {
        problems.add(
            entry.position(),
            "\"%s\" is not host:port:address, such as example.com:443:127.0.0.1"
                .formatted(entry.text()));
        continue;
      }
      List<String> known =
          addresses.computeIfAbsent(parts[0] + ":" + parts[1], _ -> new ArrayList<>());
      for (String address : parts[2].split(",", -1)) {
        String literal = literal(address, entry.position());
        if (literal != null) {
          known.add(literal);
        }
      }
    }
    return addresses;
  }

  private @Nullable String sourceAddress() {
    String text = fields.text("source_address");
    return text == null ? null : literal(text, fields.position("source_address"));
  }

  /// An IP address without brackets, or null and a problem.
  private @Nullable String literal(String text, Position position) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    try {
      var _ = InetAddress.ofLiteral(bare);
      return bare;
    } catch (IllegalArgumentException _) {
      problems.add(position, "\"%s\" is not an IP address".formatted(text));
      return null;
    }
  }

  private @Nullable Proxy proxy() {
    String text = fields.text("proxy");
    if (text == null) {
      return null;
    }
    try {
      URI url = new URI(text.contains("://") ? text : "http://" + text);
      String host = url.getHost();
      if (host != null && url.getPort() > 0 && url.getPort() < 65_536) {
        if (!"http".equalsIgnoreCase(url.getScheme())) {
          problems.add(
              fields.position("proxy"), "a proxy is spoken to by http, not by " + url.getScheme());
          return null;
        }
        return new Proxy(host.replace("[", "").replace("]", ""), url.getPort(), url.getUserInfo());
      }
    } catch (URISyntaxException _) {
      // the same as a URL without host and port
    }
    // The text is not repeated: it may hold a password.
    problems.add(fields.position("proxy"), "expected host and port, such as http://proxy:3128");
    return null;
  }

  private TlsOptions tls() {
    int before = problems.all().size();
    Fields tls = fields.fields("tls");
    tls.rejectOthersThan(TLS_KEYS);
    Path cert = file(tls, "cert");
    Path key = file(tls, "key");
    if (tls.has("cert") != tls.has("key")) {
      problems.add(
          tls.position(tls.has("cert") ? "cert" : "key"),
          "a client certificate and its private key are given together");
    }
    TlsOptions options =
        new TlsOptions(
            file(tls, "ca"),
            cert,
            key,
            tls.text("server_name"),
            tls.flag(ConfigKeys.INSECURE),
            minVersion(tls),
            ciphers(tls));
    boolean given = TLS_KEYS.stream().anyMatch(tls::has);
    if (given && problems.all().size() == before) {
      try {
        TlsContext.of(options); // reads the files and asks for the cipher suites
      } catch (IllegalArgumentException e) {
        String fault = String.valueOf(e.getMessage());
        problems.add(tls.position(named(tls, fault)), fault);
      }
    }
    return options;
  }

  /// Which of the settings a fault is about: the one whose value it names, or the first given.
  private static String named(Fields tls, String fault) {
    String first = "";
    for (String key : TLS_KEYS) {
      if (tls.has(key)) {
        boolean meant =
            key.equals("ciphers")
                ? fault.contains("cipher suite")
                : fault.contains(String.valueOf(tls.text(key)));
        if (meant) {
          return key;
        }
        first = first.isEmpty() ? key : first;
      }
    }
    return first;
  }

  private @Nullable Path file(Fields tls, String key) {
    String text = tls.text(key);
    if (text == null) {
      return null;
    }
    try {
      Path path = Compiling.file(text, tls.position(key));
      String fault =
          Files.notExists(path)
              ? "there is no file %s"
              : Files.isDirectory(path)
                  ? "%s is a directory"
                  : Files.isReadable(path) ? null : "%s cannot be read";
      if (fault == null) {
        return path;
      }
      problems.add(tls.position(key), fault.formatted(text));
    } catch (InvalidPathException _) {
      problems.add(tls.position(key), "\"%s\" is not a path".formatted(text));
    }
    return null;
  }

  private @Nullable String minVersion(Fields tls) {
    String text = tls.text("min_version");
    if (text == null) {
      return null;
    }
    return switch (text) {
      case "1.2", "TLSv1.2", "TLS1.2", "tls1.2" -> "TLSv1.2";
      case "1.3", "TLSv1.3", "TLS1.3", "tls1.3" -> "TLSv1.3";
      default -> {
        problems.add(tls.position("min_version"), "\"%s\" is neither 1.2 nor 1.3".formatted(text));
        yield null;
      }
    };
  }

  private static List<String> ciphers(Fields tls) {
    List<String> suites = new ArrayList<>();
    for (ConfigNode.Scalar entry : tls.texts("ciphers")) {
      for (String suite : entry.text().split("[,:]", -1)) {
        if (!suite.isBlank()) {
          suites.add(suite.strip());
        }
      }
    }
    return suites;
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port > 0 && port < 65_536 ? port : 0;
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
