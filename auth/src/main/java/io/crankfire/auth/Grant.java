package io.crankfire.auth;

import io.crankfire.plan.Connections;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a token is asked for with, and where.
///
/// @param url of the token server's token endpoint
/// @param clientId who we are
/// @param clientSecret the proof of it
/// @param clientAuth how both are sent
/// @param user whom we stand for (RFC 6749 §4.3); null for ourselves (§4.4)
/// @param scopes what the token shall allow; empty for what the server thinks
/// @param renewBefore how long before its end a token is renewed
/// @param connections how the token server is reached
record Grant(
    URI url,
    String clientId,
    String clientSecret,
    ClientAuth clientAuth,
    @Nullable User user,
    List<String> scopes,
    Duration renewBefore,
    Connections connections) {

  Grant {
    scopes = List.copyOf(scopes);
  }

  /// How a client proves who it is (RFC 6749 §2.3.1).
  enum ClientAuth {
    /// In the `Authorization` header.
    BASIC,
    /// In the form.
    POST
  }

  /// A user and his password.
  record User(String name, String password) {
    @Override
    public String toString() {
      return name; // never the password
    }
  }

  /// The URL without what may be secret in it.
  String shownUrl() {
    return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
  }

  @Override
  public String toString() {
    return shownUrl(); // never the secrets
  }
}
