package io.crankfire.imports;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.imports.CurlCommand.Option;
import io.crankfire.imports.ShellWords.Word;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Makes endpoints of curl commands, one for each URL. Confined to one thread.
final class CurlImport {

  private final ImportDraft draft;

  CurlImport(ImportDraft draft) {
    this.draft = draft;
  }

  /// Adds the endpoints of all commands of a text.
  ///
  /// @throws UnreadableException if a quotation has no end, or there is no curl command
  void read(String text, String source) throws UnreadableException {
    int found = 0;
    for (List<Word> words : ShellWords.commands(text, source)) {
      int first = first(words);
      if (first < 0) {
        draft.warn(
            words.getFirst().position(),
            "a command that is not curl; if it is a piece of a URL, put the URL in quotes");
        continue;
      }
      Position position = words.get(first).position();
      for (CurlCommand command :
          CurlCommand.parse(words.subList(first + 1, words.size()), position)) {
        found++;
        add(command);
      }
    }
    if (found == 0) {
      throw new UnreadableException(
          new Position(source, 1, 1, null),
          "there is no curl command: write curl and its options as in a shell");
    }
  }

  /// The index of the word `curl`, after a prompt or variables; -1 if there is none.
  private static int first(List<Word> words) {
    for (int i = 0; i < words.size(); i++) {
      String text = words.get(i).text();
      String name = text.substring(text.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
      if (name.equals("curl") || name.equals("curl.exe")) {
        return i;
      }
      if (!text.equals("$") && !text.equals(">") && !text.matches("[A-Za-z_]\\w*=.*")) {
        return -1;
      }
    }
    return -1;
  }

  private void add(CurlCommand command) {
    for (CurlCommand.Fault fault : command.faults()) {
      draft.warn(fault.position(), fault.message());
    }
    if (command.urls().isEmpty()) {
      draft.warn(command.position(), "a curl command without a URL");
    }
    for (Word url : command.urls()) {
      Draft endpoint = new Draft(url.position());
      CurlRequest request = new CurlRequest(draft, endpoint);
      for (Option option : command.options()) {
        if (!request.take(option)) {
          setting(option, endpoint);
        }
      }
      if (request.finish(url.text())) {
        draft.add(endpoint);
      }
    }
  }

  /// Options of the connection are settings of the whole run here.
  private void setting(Option option, Draft endpoint) {
    String value = option.value();
    boolean same =
        switch (option.name()) {
          case "insecure" -> tls("insecure", "true");
          case "cacert" -> tls("ca", Secrets.literal(value));
          case "cert" -> certificate(value);
          case "key" -> tls("key", Secrets.literal(value));
          case "tlsv1.2" -> tls("min_version", "1.2");
          case "tlsv1.3" -> tls("min_version", "1.3");
          case "connect-timeout" -> draft.setting("connect_timeout", value + "s");
          case "interface" -> draft.setting("source_address", Secrets.literal(value));
          case "no-keepalive" -> draft.setting("keep_alive", "false");
          case "resolve" -> resolve(value, option.position());
          case "proxy" -> draft.setting("proxy", proxy(value));
          default -> {
            if (!CurlOptions.isIrrelevant(option.name())) {
              draft.warn(
                  endpoint,
                  option.position(),
                  "the option --%s has no counterpart here".formatted(option.name()));
            }
            yield true;
          }
        };
    if (!same) {
      draft.warn(
          endpoint,
          option.position(),
          "--%s differs from what another command says, and is one for the whole run"
              .formatted(option.name()));
    }
  }

  private final Map<String, ConfigNode> tls = new LinkedHashMap<>();
  private final List<ConfigNode> resolved = new ArrayList<>();

  private boolean tls(String key, String value) {
    ConfigNode before = tls.putIfAbsent(key, new ConfigNode.Scalar(value, ImportDraft.NOWHERE));
    draft.replaceSetting("tls", new ConfigNode.Mapping(tls, ImportDraft.NOWHERE));
    return before == null || ((ConfigNode.Scalar) before).text().equals(value);
  }

  /// `FILE[:PASSWORD]`.
  private boolean certificate(String value) {
    int colon = value.indexOf(':', 2);
    return tls("cert", Secrets.literal(colon < 0 ? value : value.substring(0, colon)));
  }

  private boolean resolve(String value, Position position) {
    draft.replaceSetting("resolve", resolvedWith(value, position));
    return true;
  }

  private ConfigNode resolvedWith(String value, Position position) {
    String plain = value.startsWith("+") ? value.substring(1) : value;
    ConfigNode node = new ConfigNode.Scalar(Secrets.literal(plain), ImportDraft.NOWHERE);
    if (!resolved.contains(node)) {
      resolved.add(node);
    }
    return new ConfigNode.Sequence(resolved, position);
  }

  private String proxy(String value) {
    String url = value.contains("://") ? value : "http://" + value;
    int at = url.lastIndexOf('@');
    int colon = url.indexOf(':', url.indexOf("://") + 3);
    if (at > 0 && colon > 0 && colon < at) {
      String password = url.substring(colon + 1, at);
      return Secrets.literal(url.substring(0, colon + 1))
          + draft.secrets.reference("proxy_password", password)
          + Secrets.literal(url.substring(at));
    }
    return Secrets.literal(url);
  }

  /// A query or body without its secrets, each noted at the endpoint.
  static void noteSecrets(Draft endpoint, Set<String> found) {
    if (!found.isEmpty()) {
      endpoint.comment("credentials come from the environment: " + String.join(", ", found));
    }
  }
}
