package io.crankfire.testkit.http2;

/// The client broke a rule; the text says which, the code how to answer, the stream whether it ends
/// alone.
final class BrokenRule extends Exception {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;
  private final int stream;
  private final String text;

  private BrokenRule(ErrorCode code, int stream, String text) {
    super(text, null, false, false);
    this.code = code;
    this.stream = stream;
    this.text = text;
  }

  /// It ends the connection (§5.4.1).
  static BrokenRule connection(ErrorCode code, String text) {
    return new BrokenRule(code, 0, text);
  }

  /// It ends the stream (§5.4.2).
  static BrokenRule stream(int stream, ErrorCode code, String text) {
    return new BrokenRule(code, stream, "stream " + stream + ": " + text);
  }

  ErrorCode code() {
    return code;
  }

  /// 0 for the connection.
  int stream() {
    return stream;
  }

  String text() {
    return text;
  }
}
