package io.crankfire.imports;

import io.crankfire.config.Position;
import io.crankfire.imports.ShellWords.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The options of one curl command, in the order of their writing, every short one by its long
/// name.
///
/// @param options with their values
/// @param urls of the command
/// @param position where the command begins
/// @param faults options that are unknown or lack their value
record CurlCommand(List<Option> options, List<Word> urls, Position position, List<Fault> faults) {

  /// An option with its value; the value is empty if it takes none.
  record Option(String name, String value, Position position) {}

  /// Something that could not be read.
  record Fault(Position position, String message) {}

  /// Short options that take a value, with their long names.
  private static final Map<Character, String> SHORT_WITH_VALUE =
      Map.ofEntries(
          Map.entry('X', "request"),
          Map.entry('H', "header"),
          Map.entry('d', "data"),
          Map.entry('F', "form"),
          Map.entry('u', "user"),
          Map.entry('b', "cookie"),
          Map.entry('A', "user-agent"),
          Map.entry('e', "referer"),
          Map.entry('T', "upload-file"),
          Map.entry('x', "proxy"),
          Map.entry('m', "max-time"),
          Map.entry('E', "cert"),
          Map.entry('U', "proxy-user"),
          Map.entry('o', "output"),
          Map.entry('w', "write-out"),
          Map.entry('c', "cookie-jar"),
          Map.entry('D', "dump-header"),
          Map.entry('r', "range"),
          Map.entry('K', "config"),
          Map.entry('C', "continue-at"),
          Map.entry('Y', "speed-limit"),
          Map.entry('y', "speed-time"),
          Map.entry('z', "time-cond"),
          Map.entry('t', "telnet-option"),
          Map.entry('P', "ftp-port"),
          Map.entry('Q', "quote"));

  /// Short options that take none.
  private static final Map<Character, String> SHORT =
      Map.ofEntries(
          Map.entry('k', "insecure"),
          Map.entry('L', "location"),
          Map.entry('G', "get"),
          Map.entry('I', "head"),
          Map.entry('s', "silent"),
          Map.entry('S', "show-error"),
          Map.entry('v', "verbose"),
          Map.entry('i', "include"),
          Map.entry('f', "fail"),
          Map.entry('g', "globoff"),
          Map.entry('N', "no-buffer"),
          Map.entry('O', "remote-name"),
          Map.entry('J', "remote-header-name"),
          Map.entry('#', "progress-bar"),
          Map.entry('0', "http1.0"),
          Map.entry('4', "ipv4"),
          Map.entry('6', "ipv6"),
          Map.entry('1', "tlsv1"),
          Map.entry('n', "netrc"),
          Map.entry('q', "disable"),
          Map.entry('R', "remote-time"),
          Map.entry('Z', "parallel"));

  /// Long options that take a value.
  private static final Set<String> WITH_VALUE =
      Set.of(
          "request",
          "header",
          "data",
          "data-raw",
          "data-binary",
          "data-ascii",
          "data-urlencode",
          "json",
          "form",
          "form-string",
          "user",
          "cookie",
          "user-agent",
          "referer",
          "upload-file",
          "proxy",
          "proxy-user",
          "max-time",
          "connect-timeout",
          "max-redirs",
          "cert",
          "key",
          "cacert",
          "capath",
          "cert-type",
          "key-type",
          "pass",
          "url",
          "url-query",
          "resolve",
          "connect-to",
          "unix-socket",
          "abstract-unix-socket",
          "interface",
          "oauth2-bearer",
          "aws-sigv4",
          "retry",
          "retry-delay",
          "retry-max-time",
          "range",
          "ciphers",
          "tls13-ciphers",
          "tls-max",
          "output",
          "output-dir",
          "write-out",
          "cookie-jar",
          "dump-header",
          "trace",
          "trace-ascii",
          "stderr",
          "limit-rate",
          "speed-limit",
          "speed-time",
          "max-filesize",
          "continue-at",
          "config",
          "time-cond",
          "keepalive-time",
          "noproxy",
          "socks5",
          "socks5-hostname",
          "socks4",
          "socks4a",
          "preproxy",
          "dns-servers",
          "request-target",
          "netrc-file",
          "proto",
          "proto-default",
          "variable",
          "telnet-option",
          "ftp-port",
          "quote",
          "etag-save",
          "etag-compare",
          "rate",
          "parallel-max",
          "alt-svc",
          "hsts",
          "doh-url",
          "happy-eyeballs-timeout-ms",
          "expect100-timeout",
          "local-port",
          "pinnedpubkey",
          "proxy-header",
          "proxy-cacert",
          "create-file-mode");

  /// Long options that take none.
  private static final Set<String> WITHOUT_VALUE =
      Set.of(
          "insecure",
          "location",
          "location-trusted",
          "get",
          "head",
          "compressed",
          "silent",
          "show-error",
          "verbose",
          "include",
          "show-headers",
          "fail",
          "fail-with-body",
          "fail-early",
          "globoff",
          "no-buffer",
          "remote-name",
          "remote-name-all",
          "remote-header-name",
          "remote-time",
          "progress-bar",
          "progress-meter",
          "no-progress-meter",
          "http0.9",
          "http1.0",
          "http1.1",
          "http2",
          "http2-prior-knowledge",
          "http3",
          "http3-only",
          "ipv4",
          "ipv6",
          "tcp-nodelay",
          "tcp-fastopen",
          "keepalive",
          "no-keepalive",
          "path-as-is",
          "parallel",
          "basic",
          "digest",
          "ntlm",
          "negotiate",
          "anyauth",
          "tlsv1",
          "tlsv1.0",
          "tlsv1.1",
          "tlsv1.2",
          "tlsv1.3",
          "netrc",
          "disable",
          "post301",
          "post302",
          "post303",
          "raw",
          "tr-encoding",
          "create-dirs",
          "no-clobber",
          "styled-output",
          "no-styled-output",
          "sslv2",
          "sslv3",
          "ssl-no-revoke",
          "no-alpn",
          "no-sessionid",
          "junk-session-cookies",
          "retry-connrefused",
          "retry-all-errors",
          "trace-time",
          "trace-ids",
          "remove-on-error",
          "xattr",
          "skip-existing",
          "proxy-insecure",
          "proxytunnel");

  /// The requests of a command; `--next` separates them.
  ///
  /// @param words without the word `curl` itself
  static List<CurlCommand> parse(List<Word> words, Position position) {
    List<CurlCommand> commands = new ArrayList<>();
    CurlCommand command = empty(position);
    for (int i = 0; i < words.size(); i++) {
      Word word = words.get(i);
      String text = word.text();
      if (text.equals("--next") || text.equals("-:")) {
        commands.add(command);
        command = empty(word.position());
      } else if (text.startsWith("--") && text.length() > 2) {
        i += command.addLong(word, next(words, i));
      } else if (text.startsWith("-") && text.length() > 1) {
        i += command.addShort(word, next(words, i));
      } else if (!text.equals("--") && !text.isEmpty()) {
        command.urls.add(word);
      }
    }
    commands.add(command);
    return commands;
  }

  private static CurlCommand empty(Position position) {
    return new CurlCommand(new ArrayList<>(), new ArrayList<>(), position, new ArrayList<>());
  }

  private static List<Word> next(List<Word> words, int i) {
    return words.subList(Math.min(i + 1, words.size()), words.size());
  }

  /// @return how many words the value took: 0 or 1
  private int addLong(Word word, List<Word> rest) {
    String name = word.text().substring(2);
    int equals = name.indexOf('=');
    if (equals > 0 && WITH_VALUE.contains(name.substring(0, equals))) {
      add(name.substring(0, equals), name.substring(equals + 1), word);
      return 0;
    }
    if (WITH_VALUE.contains(name)) {
      return addWithValue(name, word, rest);
    }
    if (WITHOUT_VALUE.contains(name)) {
      add(name, "", word);
    } else {
      faults.add(
          new Fault(word.position(), "the option --" + name + " is not known; it is left out"));
    }
    return 0;
  }

  private int addShort(Word word, List<Word> rest) {
    String letters = word.text();
    for (int i = 1; i < letters.length(); i++) {
      String withValue = SHORT_WITH_VALUE.get(letters.charAt(i));
      if (withValue != null && i + 1 < letters.length()) {
        add(withValue, letters.substring(i + 1), word);
        return 0;
      }
      if (withValue != null) {
        return addWithValue(withValue, word, rest);
      }
      String name = SHORT.get(letters.charAt(i));
      if (name == null) {
        faults.add(
            new Fault(
                word.position(),
                "the option -" + letters.charAt(i) + " is not known; it is left out"));
      } else {
        add(name, "", word);
      }
    }
    return 0;
  }

  private int addWithValue(String name, Word word, List<Word> rest) {
    if (rest.isEmpty()) {
      faults.add(new Fault(word.position(), "the option " + word.text() + " needs a value"));
      return 0;
    }
    add(name, rest.getFirst().text(), word);
    return 1;
  }

  private void add(String name, String value, Word word) {
    if (name.equals("url")) {
      urls.add(new Word(value, word.position(), word.quoted()));
    } else {
      options.add(new Option(name, value, word.position()));
    }
  }
}
