package io.crankfire.auth;

import org.jspecify.annotations.Nullable;

/// An answer of a token server (RFC 6749 §5.1).
///
/// @param access what requests carry
/// @param lifetimeSeconds for how long, from the answer on; 0 when nothing usable is said
/// @param refresh what the next one can be had for, or null
record Token(String access, long lifetimeSeconds, @Nullable String refresh) {

  @Override
  public String toString() {
    return "a token for " + lifetimeSeconds + " s"; // never the token
  }
}
