package io.crankfire.testkit.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.crankfire.testkit.Header;
import io.crankfire.testkit.Request;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A request to upgrade, checked by RFC 6455 §4.1.
///
/// @param key the value of Sec-WebSocket-Key
/// @param subprotocols what the client offers, its favourite first
/// @param deflateOffers what the client offers for permessage-deflate: parameters, with an empty
///   value for one that has none
record Upgrade(String key, List<String> subprotocols, List<Map<String, String>> deflateOffers) {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String DEFLATE = "permessage-deflate";
  private static final int BAD_REQUEST = 400;
  private static final Set<String> SWITCHES =
      Set.of("server_no_context_takeover", "client_no_context_takeover");
  private static final Set<String> WINDOWS =
      Set.of("server_max_window_bits", "client_max_window_bits");

  Upgrade {
    subprotocols = List.copyOf(subprotocols);
    deflateOffers = List.copyOf(deflateOffers);
  }

  static Upgrade of(Request request) throws BrokenRule {
    check(request.method().equals("GET"), "method is not GET");
    check(request.version().equals("HTTP/1.1"), "version is not HTTP/1.1");
    check(request.bodyLength() == 0, "the request has a body");
    check(names(request, "Upgrade", "websocket"), "no `Upgrade: websocket`");
    check(names(request, "Connection", "upgrade"), "no `Connection: Upgrade`");
    check(single(request, "Sec-WebSocket-Version").equals("13"), "version is not 13");
    String key = single(request, "Sec-WebSocket-Key");
    check(isKey(key), "key is not 16 bytes in base64: " + key);
    List<String> subprotocols = list(request, "Sec-WebSocket-Protocol");
    check(
        new HashSet<>(subprotocols).size() == subprotocols.size(),
        "a sub-protocol twice: " + subprotocols);
    for (String name : subprotocols) {
      check(isToken(name), "sub-protocol is not a token: " + name);
    }
    List<Map<String, String>> offers = new ArrayList<>();
    for (String extension : list(request, "Sec-WebSocket-Extensions")) {
      String[] parts = extension.split(";", -1);
      check(isToken(parts[0].strip()), "extension is not a token: " + extension);
      if (parts[0].strip().equals(DEFLATE)) {
        offers.add(parameters(parts));
      }
    }
    return new Upgrade(key, subprotocols, offers);
  }

  /// The right value of Sec-WebSocket-Accept (§4.2.2).
  String accept() {
    return accept(key);
  }

  static String accept(String key) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-1");
      return Base64.getEncoder().encodeToString(sha.digest((key + GUID).getBytes(ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> parameters(String[] parts) throws BrokenRule {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].strip();
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals).strip();
      String value = equals < 0 ? "" : part.substring(equals + 1).strip().replace("\"", "");
      boolean windowBits = value.matches("[89]|1[0-5]");
      boolean allowed =
          (SWITCHES.contains(name) && equals < 0)
              || (WINDOWS.contains(name) && windowBits)
              || (name.equals("client_max_window_bits") && equals < 0);
      check(allowed, "parameter of " + DEFLATE + " is none of RFC 7692 §7.1: " + part);
      check(parameters.put(name, value) == null, "parameter of " + DEFLATE + " twice: " + name);
    }
    return parameters;
  }

  private static void check(boolean holds, String otherwise) throws BrokenRule {
    if (!holds) {
      throw new BrokenRule(BAD_REQUEST, "upgrade request: " + otherwise);
    }
  }

  private static String single(Request request, String name) throws BrokenRule {
    List<Header> all = request.headers().stream().filter(header -> header.is(name)).toList();
    check(all.size() == 1, "not exactly one " + name);
    return all.getFirst().value();
  }

  private static List<String> list(Request request, String name) throws BrokenRule {
    List<String> values = new ArrayList<>();
    for (Header header : request.headers()) {
      if (header.is(name)) {
        for (String value : header.value().split(",", -1)) {
          check(!value.isBlank(), "empty element in " + name + ": " + header.value());
          values.add(value.strip());
        }
      }
    }
    return values;
  }

  private static boolean names(Request request, String name, String value) throws BrokenRule {
    return list(request, name).stream()
        .anyMatch(element -> element.toLowerCase(Locale.ROOT).equals(value));
  }

  private static boolean isKey(String key) {
    try {
      return key.length() == 24 && Base64.getDecoder().decode(key).length == 16;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static boolean isToken(String text) {
    return text.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  }
}
