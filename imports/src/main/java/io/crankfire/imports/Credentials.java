package io.crankfire.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells by its name whether a value is a credential, and says what becomes of it.
interface Credentials {

  /// What becomes of a header that is a credential.
  ///
  /// @return the value to send, or null to leave the header out
  @Nullable String header(String name, String value);

  /// What becomes of a parameter of a URL that is a credential.
  ///
  /// @param value as it is written in the URL
  /// @return the value to send, or null to leave the parameter out
  @Nullable String parameter(String name, String value);

  /// What becomes of a field of a body that is a credential; bodies are never shortened, since a
  /// login without its password is none.
  String field(String name, String value);

  /// Whether user and password of a URL are sent.
  boolean keepsUser();

  /// Everything is sent as it was recorded.
  Credentials KEPT = new Policy(true);

  /// Headers and parameters are left out; bodies are sent as they were recorded.
  Credentials DROPPED = new Policy(false);

  /// The same for all.
  record Policy(boolean keepsUser) implements Credentials {
    @Override
    public @Nullable String header(String name, String value) {
      return keepsUser ? value : null;
    }

    @Override
    public @Nullable String parameter(String name, String value) {
      return keepsUser ? value : null;
    }

    @Override
    public String field(String name, String value) {
      return value;
    }
  }

  /// Words that make a name a credential's.
  Set<String> WORDS =
      Set.of(
          "token",
          "secret",
          "password",
          "passwd",
          "pwd",
          "passphrase",
          "apikey",
          "jwt",
          "credential",
          "credentials",
          "authorization",
          "bearer",
          "accesstoken",
          "authtoken");

  /// Words that make the name of a header a credential's.
  Set<String> HEADER_WORDS = Set.of("auth", "cookie", "cookie2", "session", "sessionid", "sid");

  /// Words that make a token a place in a list.
  Set<String> PLACES = Set.of("page", "next", "continuation", "cursor", "sync", "prev", "previous");

  /// Words that make a key a credential.
  Set<String> BEFORE_KEY = Set.of("api", "access", "private", "subscription", "auth", "secret");

  /// Whether a header is a credential: `Authorization`, `Cookie`, `X-Api-Key`, `X-Auth-Token`.
  static boolean isHeader(String name) {
    return isField(name) || words(name).stream().anyMatch(HEADER_WORDS::contains);
  }

  /// Whether a parameter or a field of a body is a credential: `access_token`, `clientSecret`.
  static boolean isField(String name) {
    List<String> words = words(name);
    if (words.stream().anyMatch(PLACES::contains)) {
      return false;
    }
    for (int i = 0; i < words.size(); i++) {
      if (WORDS.contains(words.get(i))
          || (i > 0 && words.get(i).equals("key") && BEFORE_KEY.contains(words.get(i - 1)))) {
        return true;
      }
    }
    return false;
  }

  /// The words of a name in lower case: `X-Api-Key`, `x_api_key` and `xApiKey` have the same.
  static List<String> words(String name) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char before = ' ';
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean begins = Character.isUpperCase(c) && Character.isLowerCase(before);
      if (begins || !Character.isLetterOrDigit(c)) {
        if (!word.isEmpty()) {
          words.add(word.toString().toLowerCase(Locale.ROOT));
          word.setLength(0);
        }
      }
      if (Character.isLetterOrDigit(c)) {
        word.append(c);
      }
      before = c;
    }
    if (!word.isEmpty()) {
      words.add(word.toString().toLowerCase(Locale.ROOT));
    }
    return words;
  }
}
