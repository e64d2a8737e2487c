package io.crankfire.testkit;

/// The client broke the protocol; the message says how and which rule.
final class Violation extends Exception {
  private static final long serialVersionUID = 1;

  private final String text;

  Violation(String text) {
    super(text, null, false, false);
    this.text = text;
  }

  String text() {
    return text;
  }
}
