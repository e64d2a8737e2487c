package io.crankfire.testkit.websocket;

/// The client broke a rule of the protocol; the message says how, the code how to close for it.
final class BrokenRule extends Exception {
  private static final long serialVersionUID = 1;

  private final int code;
  private final String text;

  BrokenRule(int code, String text) {
    super(text, null, false, false);
    this.code = code;
    this.text = text;
  }

  int code() {
    return code;
  }

  String text() {
    return text;
  }
}
