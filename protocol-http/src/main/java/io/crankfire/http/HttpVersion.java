package io.crankfire.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which version of HTTP a request goes over.
enum HttpVersion {
  /// Over TLS what the server chooses of HTTP/2 and HTTP/1.1 (ALPN, RFC 7301); else HTTP/1.1.
  AUTO("auto"),
  /// HTTP/1.1 (RFC 9112).
  HTTP_1_1("1.1"),
  /// HTTP/2 (RFC 9113): over TLS the server has to choose it; else it is known to speak it.
  HTTP_2("2"),
  /// HTTP/2, without asking.
  HTTP_2_PRIOR_KNOWLEDGE("2-prior-knowledge");

  /// The names, in order.
  static final List<String> WORDS = List.of("auto", "1.1", "2", "2-prior-knowledge");

  private final String word;

  HttpVersion(String word) {
    this.word = word;
  }

  /// That of the name; null if there is none.
  static @Nullable HttpVersion of(String word) {
    for (HttpVersion version : values()) {
      if (version.word.equals(word)) {
        return version;
      }
    }
    return null;
  }

  /// What it comes to for a target.
  HttpVersion over(boolean secure) {
    return switch (this) {
      case AUTO -> secure ? AUTO : HTTP_1_1;
      case HTTP_2 -> secure ? HTTP_2 : HTTP_2_PRIOR_KNOWLEDGE;
      case HTTP_1_1, HTTP_2_PRIOR_KNOWLEDGE -> this;
    };
  }

  /// The name in configurations.
  String word() {
    return word;
  }
}
