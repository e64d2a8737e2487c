package io.crankfire.protocol;

import io.crankfire.config.Key;
import io.crankfire.config.Section;

/// The keys of `auth` blocks. Loaded when there is one.
public final class AuthKeys {
  private AuthKeys() {}

  /// What a credential is.
  public static final Key TYPE =
      Key.word(
          "type",
          "what the credential is",
          "oauth2_client_credentials",
          "oauth2_resource_owner",
          "oidc_implicit",
          "oidc_auth_code",
          "basic",
          "bearer",
          "api_key");

  /// How long before its end a token is renewed.
  public static final Key REFRESH_BEFORE_EXPIRY =
      Key.duration("refresh_before_expiry", "30s", "oauth2: a new token so long before its end")
          .range(Long.MIN_VALUE, Long.MAX_VALUE);

  /// Of a block. Which of them belong to a type is for the binder to say.
  public static final Section AUTH =
      Section.of(
          "auth",
          "Who we are",
          TYPE,
          Key.text("token_url", "oauth2: where tokens are got, an https or http URL"),
          Key.text("client_id", "oauth2: who asks for them"),
          Key.text("client_secret", "oauth2: CRANKFIRE_AUTH_CLIENT_SECRET if it is empty"),
          Key.word("client_auth", "oauth2: in a header or in the form; basic", "basic", "post"),
          Key.text("scopes", "oauth2: what the token is for").orList(),
          REFRESH_BEFORE_EXPIRY,
          Key.text("username", "basic, oauth2_resource_owner"),
          Key.text("password", "of the user; CRANKFIRE_AUTH_PASSWORD if it is empty"),
          Key.text("static_token", "oidc: the token; CRANKFIRE_AUTH_STATIC_TOKEN if it is empty"),
          Key.text("token", "bearer: the token; CRANKFIRE_AUTH_STATIC_TOKEN if it is empty"),
          Key.text("header", "api_key: the header's name"),
          Key.text("value", "api_key: the header's value"));
}
