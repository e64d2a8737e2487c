package io.crankfire.grpc;

/// Shortens what servers say. Stateless.
final class Excerpt {
  private Excerpt() {}

  private static final int MOST = 300;

  /// The beginning of a text, without control characters but tabs.
  static String of(String text) {
    String shown = text.length() <= MOST ? text : text.substring(0, MOST - 1) + "…";
    return shown.replaceAll("[\\p{Cntrl}&&[^\t]]+", " ");
  }
}
