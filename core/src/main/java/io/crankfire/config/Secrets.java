package io.crankfire.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The secrets of a run, and texts without them: whatever leaves the program for people or files
/// goes through [#mask]. Safe for all threads.
public final class Secrets {

  /// What stands in the place of a secret.
  public static final String MASK = "***";

  /// Texts shorter than this are masked only where no letter or digit is next to them: a password
  /// `a` is not to be taken out of every word.
  private static final int SHORT = 4;

  /// How many of the values that were got while the program ran are remembered.
  private static final int OBTAINED = 256;

  private static final List<String> KEYS =
      List.of(
          "password",
          "clientsecret",
          "secret",
          "statictoken",
          "token",
          "accesstoken",
          "refreshtoken",
          "apikey",
          "authorization",
          "proxyauthorization",
          "cookie",
          "setcookie");

  /// What makes the name of a header one of a secret, wherever it stands in it.
  private static final List<String> HEADER_WORDS =
      List.of(
          "authorization",
          "cookie",
          "token",
          "secret",
          "passw",
          "credential",
          "apikey",
          "sessionid");

  private final List<String> given = new ArrayList<>();
  private final Deque<String> obtained = new ArrayDeque<>();

  /// The longest first, so that a secret within another does not leave the rest of it behind.
  private volatile String[] longestFirst = new String[0];

  /// Adds what the user gave. Blank texts are none.
  public synchronized void add(@Nullable String secret) {
    if (secret != null && !secret.isBlank() && !given.contains(secret)) {
      given.add(secret);
      sort();
    }
  }

  /// Adds what was got while the program ran, such as a token. The latest 256 are remembered.
  public synchronized void addObtained(String secret) {
    if (!secret.isBlank() && !given.contains(secret) && !obtained.contains(secret)) {
      if (obtained.size() == OBTAINED) {
        obtained.removeFirst();
      }
      obtained.addLast(secret);
      sort();
    }
  }

  /// Adds the values of all keys that name secrets, wherever they are in the configuration. Every
  /// start comes through here, hence the plain loops.
  public void addAll(ConfigNode node) {
    if (node instanceof ConfigNode.Mapping mapping) {
      for (Map.Entry<String, ConfigNode> entry : mapping.entries().entrySet()) {
        if (names(entry.getKey())) {
          addValues(entry.getValue());
        } else if ((Fields.sameKey(entry.getKey(), "headers")
                || Fields.sameKey(entry.getKey(), "metadata"))
            && entry.getValue() instanceof ConfigNode.Mapping headers) {
          addHeaders(headers);
        } else if (!ConfigNode.isDocument(entry.getKey())) { // test data, which is shown
          addAll(entry.getValue());
        }
      }
    } else if (node instanceof ConfigNode.Sequence sequence) {
      for (ConfigNode item : sequence.items()) {
        addAll(item);
      }
    } else if (node instanceof ConfigNode.Scalar scalar) {
      addParts(scalar.text());
    }
  }

  private void addHeaders(ConfigNode.Mapping headers) {
    for (Map.Entry<String, ConfigNode> header : headers.entries().entrySet()) {
      String name = Fields.folded(header.getKey());
      boolean secret = false;
      for (String word : HEADER_WORDS) {
        secret |= name.contains(word);
      }
      if (secret) {
        addValues(header.getValue());
      } else {
        addAll(header.getValue());
      }
    }
  }

  /// Adds what a URL holds: its password, and the values of parameters that name secrets.
  private void addParts(String text) {
    int authority = text.indexOf("://") + 3;
    int end = authority;
    while (authority > 2 && end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    int at = authority > 2 ? text.lastIndexOf('@', end - 1) : -1;
    int colon = text.indexOf(':', authority);
    if (at > colon && colon >= authority) {
      addPart(text.substring(colon + 1, at));
    }
    int query = text.indexOf('?');
    while (query >= 0 && query < text.length()) {
      int next = query + 1;
      while (next < text.length() && "&#".indexOf(text.charAt(next)) < 0) {
        next++;
      }
      int equals = text.indexOf('=', query);
      if (equals > 0 && equals < next && names(text.substring(query + 1, equals))) {
        addPart(text.substring(equals + 1, next));
      }
      query = next < text.length() && text.charAt(next) == '&' ? next : -1;
    }
  }

  private void addPart(String value) {
    if (value.length() >= SHORT && !value.contains("{{")) { // `?token=1` would hide every 1
      add(value);
    }
  }

  private void addValues(ConfigNode node) {
    if (node instanceof ConfigNode.Scalar scalar) {
      String text = scalar.text().strip();
      if (text.contains("{{")) {
        return; // what it will hold is not known here
      }
      add(text);
      int space = text.indexOf(' ');
      if (space > 0 && text.indexOf(';') < 0) {
        add(text.substring(space + 1).strip()); // Authorization: the credentials without the scheme
      }
    } else {
      addAll(node);
    }
  }

  private void sort() {
    List<String> all = new ArrayList<>(given);
    all.addAll(obtained);
    all.sort((a, b) -> Integer.compare(b.length(), a.length()));
    longestFirst = all.toArray(String[]::new);
  }

  /// Whether there is nothing to be masked.
  public boolean isEmpty() {
    return longestFirst.length == 0;
  }

  /// The text without the secrets.
  public String mask(String text) {
    String masked = text;
    for (String secret : longestFirst) {
      if (masked.contains(secret)) {
        masked =
            secret.length() < SHORT ? maskedWord(masked, secret) : masked.replace(secret, MASK);
      }
    }
    return masked;
  }

  private static String maskedWord(String text, String secret) {
    StringBuilder masked = new StringBuilder(text.length());
    int from = 0;
    for (int at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
      int end = at + secret.length();
      if (at >= from && !isWordAt(text, at - 1) && !isWordAt(text, end)) {
        masked.append(text, from, at).append(MASK);
        from = end;
      }
    }
    return masked.append(text, from, text.length()).toString();
  }

  private static boolean isWordAt(String text, int at) {
    return at >= 0 && at < text.length() && Character.isLetterOrDigit(text.charAt(at));
  }

  /// Whether the value of a key or header with this name is a secret: `password`, `client_secret`,
  /// `static_token`, `token`, `api_key`, `X-Api-Key`, `Authorization`, `Cookie`, …
  public static boolean names(String key) {
    StringBuilder letters = new StringBuilder(key.length());
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c != '_' && c != '-' && c != ' ') {
        letters.append(Character.toLowerCase(c));
      }
    }
    String folded = letters.toString();
    return KEYS.contains(folded) || (folded.startsWith("x") && KEYS.contains(folded.substring(1)));
  }
}
