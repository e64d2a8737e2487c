package io.crankfire.imports;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The options of curl: which take a value, the letters they have, and which mean nothing for a
/// load test. Immutable.
final class CurlOptions {
  private CurlOptions() {}

  /*
   * Each option once, by its long name, after its letter if it has one.
   */

  /// With a value.
  private static final String VALUED =
      """
      X request, H header, d data, data-raw, data-binary, data-ascii, data-urlencode, json,
      F form, form-string, u user, b cookie, A user-agent, e referer, T upload-file,
      x proxy, U proxy-user, m max-time, connect-timeout, max-redirs, E cert, key, cacert,
      capath, pass, url, url-query, resolve, connect-to, unix-socket, abstract-unix-socket,
      interface, oauth2-bearer, aws-sigv4, retry, r range, ciphers, tls13-ciphers, tls-max,
      limit-rate, Y speed-limit, y speed-time, C continue-at, K config, z time-cond,
      socks5, socks5-hostname, socks4, socks4a, preproxy, dns-servers, request-target,
      netrc-file, proto, proto-default, variable, t telnet-option, P ftp-port, Q quote,
      etag-save, etag-compare, rate, parallel-max, alt-svc, hsts, doh-url,
      happy-eyeballs-timeout-ms, expect100-timeout, local-port, pinnedpubkey, proxy-header,
      proxy-cacert
      """;

  /// With a value, about what curl does with the answer, or how it talks to its user.
  private static final String VALUED_IRRELEVANT =
      """
      cert-type, key-type, retry-delay, retry-max-time, o output, output-dir, w write-out,
      c cookie-jar, D dump-header, trace, trace-ascii, stderr, max-filesize,
      keepalive-time, noproxy, create-file-mode
      """;

  /// Without a value.
  private static final String SWITCHES =
      """
      k insecure, L location, location-trusted, G get, I head, compressed, http0.9,
      0 http1.0, http2, http2-prior-knowledge, http3, http3-only, tcp-fastopen,
      no-keepalive, digest, ntlm, negotiate, anyauth, 1 tlsv1, tlsv1.0, tlsv1.1, tlsv1.2,
      tlsv1.3, n netrc, raw, tr-encoding, sslv2, sslv3, no-alpn, no-sessionid,
      proxy-insecure
      """;

  /// Without a value, about what curl does with the answer, or how it talks to its user.
  private static final String SWITCHES_IRRELEVANT =
      """
      s silent, S show-error, v verbose, i include, show-headers, f fail, fail-with-body,
      fail-early, g globoff, N no-buffer, O remote-name, remote-name-all,
      J remote-header-name, R remote-time, # progress-bar, progress-meter,
      no-progress-meter, http1.1, 4 ipv4, 6 ipv6, tcp-nodelay, keepalive, path-as-is,
      Z parallel, basic, q disable, post301, post302, post303, create-dirs, no-clobber,
      styled-output, no-styled-output, ssl-no-revoke, junk-session-cookies,
      retry-connrefused, retry-all-errors, trace-time, trace-ids, remove-on-error, xattr,
      skip-existing, proxytunnel
      """;

  private static final Map<Character, String> LETTERS = new HashMap<>();
  private static final Set<String> WITH_VALUE = new HashSet<>();
  private static final Set<String> WITHOUT_VALUE = new HashSet<>();
  private static final Set<String> IRRELEVANT = new HashSet<>();

  static {
    add(VALUED, WITH_VALUE);
    add(VALUED_IRRELEVANT, WITH_VALUE);
    add(VALUED_IRRELEVANT, IRRELEVANT);
    add(SWITCHES, WITHOUT_VALUE);
    add(SWITCHES_IRRELEVANT, WITHOUT_VALUE);
    add(SWITCHES_IRRELEVANT, IRRELEVANT);
  }

  private static void add(String options, Set<String> names) {
    for (String option : options.strip().split(",\\s+", -1)) {
      int blank = option.indexOf(' ');
      String name = option.substring(blank + 1);
      names.add(name);
      if (blank > 0) {
        LETTERS.put(option.charAt(0), name);
      }
    }
  }

  /// The long name of the option with a letter; null if there is none.
  static @Nullable String ofLetter(char letter) {
    return LETTERS.get(letter);
  }

  /// Whether there is an option with that long name that takes a value.
  static boolean takesValue(String name) {
    return WITH_VALUE.contains(name);
  }

  /// Whether there is an option with that long name that takes none.
  static boolean takesNone(String name) {
    return WITHOUT_VALUE.contains(name);
  }

  /// Whether it says what curl does with the answer, or how it talks to its user.
  static boolean isIrrelevant(String name) {
    return IRRELEVANT.contains(name);
  }
}
