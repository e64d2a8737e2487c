package io.crankfire.auth;

import java.io.IOException;

/// No token was to be had. The message is one line for the user, without secrets.
final class TokenException extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean refused;

  /// @param refused whether the token server has said no, rather than nothing of use
  TokenException(String message, boolean refused) {
    super(message);
    this.refused = refused;
  }

  boolean refused() {
    return refused;
  }
}
