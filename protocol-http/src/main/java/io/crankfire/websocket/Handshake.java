package io.crankfire.websocket;

import io.crankfire.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The opening handshakes of a worker (RFC 6455 §4.1): the key of each, and whether the server's
/// answer is one to it. Confined to its event loop.
final class Handshake {

  static final String PROTOCOLS = "Sec-WebSocket-Protocol";

  /// Those that follow from the protocol, and cannot be configured.
  static final List<String> FIXED =
      List.of(
          "Upgrade",
          "Connection",
          "Sec-WebSocket-Version",
          "Sec-WebSocket-Key",
          "Sec-WebSocket-Extensions");

  private static final String DEFLATE = "permessage-deflate";
  private static final byte[] GUID =
      "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NAME = "Sec-WebSocket-Key: ".getBytes(StandardCharsets.US_ASCII);

  /// What was agreed on.
  ///
  /// @param subProtocol null for none
  /// @param compressed whether messages may be
  /// @param serverForgets whether the server compresses each message on its own
  /// @param clientForgets whether we have to
  record Agreement(
      @Nullable String subProtocol,
      boolean compressed,
      boolean serverForgets,
      boolean clientForgets) {}

  /// The answer does not fit.
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    Refusal(String message) {
      super(message, null, false, false);
    }
  }

  private final SplittableRandom random;
  private final MessageDigest sha1;

  /// @param random gives the keys
  Handshake(SplittableRandom random) {
    this.random = random;
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /// The headers of every handshake, but for its key.
  static Map<String, String> headers(List<String> subProtocols, boolean compression) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Upgrade", "websocket");
    headers.put("Connection", "Upgrade");
    headers.put("Sec-WebSocket-Version", "13");
    if (!subProtocols.isEmpty()) {
      headers.put(PROTOCOLS, String.join(", ", subProtocols));
    }
    if (compression) {
      headers.put("Sec-WebSocket-Extensions", DEFLATE);
    }
    return headers;
  }

  /// A header line with a new key.
  byte[] keyLine() {
    byte[] nonce = new byte[16];
    random.nextBytes(nonce);
    byte[] key = Base64.getEncoder().encode(nonce);
    byte[] line = new byte[NAME.length + key.length + 2];
    System.arraycopy(NAME, 0, line, 0, NAME.length);
    System.arraycopy(key, 0, line, NAME.length, key.length);
    line[line.length - 2] = '\r';
    line[line.length - 1] = '\n';
    return line;
  }

  /// What a server has to answer to a key line.
  String accept(byte[] keyLine) {
    sha1.reset();
    sha1.update(keyLine, NAME.length, keyLine.length - NAME.length - 2);
    return Base64.getEncoder().encodeToString(sha1.digest(GUID));
  }

  /// Checks whether an answer with the status 101 is one to the key, which only HTTP/1.1 has.
  ///
  /// @param keyLine what was sent
  void check(ResponseHead head, byte[] keyLine) throws Refusal {
    if (!"websocket".equalsIgnoreCase(head.header("Upgrade"))) {
      throw new Refusal("the server switches to another protocol: Upgrade is not websocket");
    }
    if (!hasToken(head.header("Connection"), "upgrade")) {
      throw new Refusal("the server's Connection is not Upgrade");
    }
    String accepted = head.header("Sec-WebSocket-Accept");
    if (accepted == null || !accepted.equals(accept(keyLine))) {
      throw new Refusal("the server's Sec-WebSocket-Accept is not the one for our key");
    }
  }

  /// What an answer agrees to.
  ///
  /// @param offered sub-protocols
  /// @param compression whether it was offered
  static Agreement agreement(ResponseHead head, List<String> offered, boolean compression)
      throws Refusal {
    String chosen = head.header(PROTOCOLS);
    if (chosen != null && !offered.contains(chosen)) {
      throw new Refusal("the server chose a sub-protocol that was not offered: " + chosen);
    }
    return extensions(chosen, head.header("Sec-WebSocket-Extensions"), compression);
  }

  private static boolean hasToken(@Nullable String list, String token) {
    if (list != null) {
      for (String one : list.split(",", -1)) {
        if (one.strip().equalsIgnoreCase(token)) {
          return true;
        }
      }
    }
    return false;
  }

  private static Agreement extensions(
      @Nullable String subProtocol, @Nullable String extensions, boolean compression)
      throws Refusal {
    if (extensions == null || extensions.isBlank()) {
      return new Agreement(subProtocol, false, false, false);
    }
    String[] parts = extensions.split(";", -1);
    if (!compression || !parts[0].strip().toLowerCase(Locale.ROOT).equals(DEFLATE)) {
      throw new Refusal("the server uses an extension that was not offered: " + extensions);
    }
    Set<String> seen = new HashSet<>();
    for (int i = 1; i < parts.length; i++) {
      String[] pair = parts[i].strip().split("=", 2);
      String name = pair[0].strip().toLowerCase(Locale.ROOT);
      String value = pair.length == 1 ? "" : pair[1].strip().replaceAll("^\"(.*)\"$", "$1");
      boolean good =
          switch (name) {
            case "server_no_context_takeover", "client_no_context_takeover" -> pair.length == 1;
            // A smaller window of the server's is no matter to us; one of ours was not offered.
            case "server_max_window_bits" -> value.matches("[89]|1[0-5]");
            default -> false;
          };
      if (!good || !seen.add(name)) {
        throw new Refusal("the server's compression is none that was offered: " + extensions);
      }
    }
    return new Agreement(
        subProtocol,
        true,
        seen.contains("server_no_context_takeover"),
        seen.contains("client_no_context_takeover"));
  }
}
