package io.crankfire.auth;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads what a token server answers (RFC 6749 §5), and believes nothing of it unchecked.
final class TokenAnswer {
  private TokenAnswer() {}

  private static final JsonFactory JSON = new JsonFactory();

  private static final Set<String> FIELDS =
      Set.of(
          "access_token",
          "token_type",
          "expires_in",
          "refresh_token",
          "error",
          "error_description");

  /// Reads the answer.
  ///
  /// @param contentType as the server says, or empty
  /// @throws TokenException if there is no token in it; the message goes after the server's name
  static Token read(int status, String contentType, byte[] body) throws TokenException {
    Map<String, String> fields = fields(body);
    String error = fields == null ? null : fields.get("error");
    if (fields != null && error != null) {
      String description = fields.get("error_description");
      throw new TokenException(
          "refuses: "
              + Texts.plain(error)
              + (description == null ? "" : " (" + Texts.plain(description) + ")"),
          true);
    }
    if (status != 200) {
      throw new TokenException("answers " + status + kind(fields, contentType), isRefusal(status));
    }
    if (fields == null) {
      throw new TokenException("answers 200" + kind(null, contentType), false);
    }
    String access = fields.get("access_token");
    if (access == null || access.isEmpty()) {
      throw new TokenException("answers without access_token", false);
    }
    if (!Texts.isVisible(access)) {
      throw new TokenException("gives an access_token that no header can hold", false);
    }
    checkType(fields.get("token_type"));
    String refresh = fields.get("refresh_token");
    return new Token(
        access, seconds(fields.get("expires_in")), "".equals(refresh) ? null : refresh);
  }

  private static boolean isRefusal(int status) {
    return status == 400 || status == 401 || status == 403;
  }

  private static String kind(@Nullable Map<String, String> fields, String contentType) {
    if (fields != null) {
      return "";
    }
    return contentType.isEmpty()
        ? " and no JSON object"
        : " and no JSON object but " + Texts.plain(contentType);
  }

  /// A token of a type that is not understood must not be used (RFC 6749 §7.1). Without a type, and
  /// as `BearerToken`, some servers mean Bearer all the same.
  private static void checkType(@Nullable String type) throws TokenException {
    String folded = type == null ? "bearer" : type.toLowerCase(Locale.ROOT);
    if (!folded.equals("bearer") && !folded.equals("bearertoken")) {
      throw new TokenException(
          "gives a token of the type " + Texts.plain(String.valueOf(type)) + ", not Bearer", false);
    }
  }

  /// A number, or one in quotes as some write it; 0 for anything else.
  private static long seconds(@Nullable String text) {
    try {
      double seconds = text == null ? 0 : Double.parseDouble(text);
      return seconds > 0 ? (long) Math.min(seconds, Integer.MAX_VALUE) : 0;
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  /// The known fields that hold a single value; null if the body is no JSON object.
  private static @Nullable Map<String, String> fields(byte[] body) {
    Map<String, String> fields = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL && FIELDS.contains(name)) {
          fields.put(name, parser.getString());
        } else {
          parser.skipChildren();
        }
      }
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null
          ? fields
          : null;
    } catch (JacksonException _) {
      return null;
    }
  }
}
