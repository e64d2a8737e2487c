package io.crankfire.auth;

import io.crankfire.auth.Grant.ClientAuth;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Durations;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Secrets;
import io.crankfire.config.Spelling;
import io.crankfire.net.Clock;
import io.crankfire.plan.Connections;
import io.crankfire.protocol.AuthKeys;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.template.Credential;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Makes credentials of `auth` blocks. Confined to one thread.
public final class AuthBinder implements CredentialBinder {

  private static final List<String> TOKEN_KEYS =
      List.of(
          "type",
          "token_url",
          "client_id",
          "client_secret",
          "client_auth",
          "scopes",
          "refresh_before_expiry");

  /// The keys of each type.
  private static final Map<String, List<String>> TYPES =
      Map.of(
          "oauth2_client_credentials",
          TOKEN_KEYS,
          "oauth2_resource_owner",
          joined(TOKEN_KEYS, List.of("username", "password")),
          "oidc_implicit",
          List.of("type", "static_token"),
          "oidc_auth_code",
          List.of("type", "static_token"),
          "basic",
          List.of("type", "username", "password"),
          "bearer",
          List.of("type", "token"),
          "api_key",
          List.of("type", "header", "value"));

  private static final List<String> TYPE_NAMES = AuthKeys.TYPE.words();
  private static final List<String> KEYS = AuthKeys.AUTH.names();

  /// What an empty key is taken from.
  private static final Map<String, String> VARIABLES =
      Map.of(
          "client_secret", "CRANKFIRE_AUTH_CLIENT_SECRET",
          "password", "CRANKFIRE_AUTH_PASSWORD",
          "static_token", "CRANKFIRE_AUTH_STATIC_TOKEN",
          "token", "CRANKFIRE_AUTH_STATIC_TOKEN");

  private final UnaryOperator<@Nullable String> environment;
  private final Secrets secrets;
  private final Clock clock;
  private final Consumer<String> notices;
  private final Map<Grant, Credential> tokens = new HashMap<>();

  /// @param environment a variable's value by its name, or null
  /// @param secrets learns every secret, those got during the run too
  /// @param clock says when tokens are to be renewed
  /// @param notices takes lines for the user during the run, on any thread
  public AuthBinder(
      UnaryOperator<@Nullable String> environment,
      Secrets secrets,
      Clock clock,
      Consumer<String> notices) {
    this.environment = environment;
    this.secrets = secrets;
    this.clock = clock;
    this.notices = notices;
  }

  private static List<String> joined(List<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }

  @Override
  public @Nullable Credential bind(
      Fields owner, @Nullable Credential inherited, Connections connections, Problems problems) {
    ConfigNode node = owner.node(KEY);
    if (node == null) {
      return inherited;
    }
    if (node instanceof ConfigNode.Scalar scalar) {
      if (!scalar.text().equalsIgnoreCase("none")) {
        // The text is not repeated: it may be a token.
        problems.add(node.position(), "expected none, or keys and values with a type");
      }
      return null;
    }
    if (!(node instanceof ConfigNode.Mapping mapping)) {
      problems.add(node.position(), "expected none, or keys and values with a type");
      return null;
    }
    return new Block(new Fields(mapping, problems), mapping, connections, problems).credential();
  }

  /// One `auth` block being read.
  private final class Block {
    private final Fields fields;
    private final ConfigNode.Mapping mapping;
    private final Connections connections;
    private final Problems problems;
    private final int before;
    private String type = "";

    Block(Fields fields, ConfigNode.Mapping mapping, Connections connections, Problems problems) {
      this.fields = fields;
      this.mapping = mapping;
      this.connections = connections;
      this.problems = problems;
      before = problems.all().size();
    }

    @Nullable Credential credential() {
      fields.rejectOthersThan(KEYS);
      String given = fields.text("type");
      if (given == null || given.isBlank()) {
        if (given != null || !fields.has("type")) {
          problems.add(
              fields.position("type"), "type is required: one of " + String.join(", ", TYPE_NAMES));
        }
        return null;
      }
      type = given.strip().toLowerCase(Locale.ROOT);
      List<String> keys = TYPES.get(type);
      if (keys == null) {
        problems.add(
            fields.position("type"),
            "unsupported type \"%s\"%s; there are %s"
                .formatted(given, Spelling.hint(type, TYPE_NAMES), String.join(", ", TYPE_NAMES)));
        return null;
      }
      for (String key : KEYS) {
        if (fields.has(key) && !keys.contains(key)) {
          problems.warn(fields.position(key), "%s is not used by %s".formatted(key, type));
        }
      }
      return switch (type) {
        case "basic" -> basic();
        case "bearer" -> token("token");
        case "api_key" -> apiKey();
        case "oauth2_client_credentials", "oauth2_resource_owner" -> grant();
        default -> token("static_token");
      };
    }

    private boolean faulty() {
      return problems.all().size() > before;
    }

    private @Nullable Credential basic() {
      String username = required("username");
      String password = secret("password", true);
      if (username.indexOf(':') >= 0) {
        problems.add(
            fields.position("username"), "a user name for basic holds no colon (RFC 7617)");
      }
      if (faulty()) {
        return null;
      }
      byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
      String encoded = Base64.getEncoder().encodeToString(pair);
      secrets.add(encoded);
      return new FixedCredential("Authorization", "Basic " + encoded);
    }

    private @Nullable Credential token(String key) {
      String token = secret(key, false).strip();
      if (token.regionMatches(true, 0, "Bearer ", 0, 7)) {
        problems.add(position(key), "leave out \"Bearer\": it is put before " + key);
      } else if (!token.isEmpty() && !Texts.isVisible(token)) {
        problems.add(
            position(key), key + " holds spaces or characters that a token cannot (RFC 6750)");
      }
      if (key.equals("static_token")) {
        problems.warn(
            fields.position("type"),
            "%s sends static_token as it is and never renews it: once it has expired, requests fail"
                .formatted(type));
      }
      return faulty() ? null : new FixedCredential("Authorization", "Bearer " + token);
    }

    private @Nullable Credential apiKey() {
      String header = required("header").strip();
      String value = secret("value", false).strip();
      if (!header.isEmpty() && (!Texts.isFieldName(header) || isReserved(header))) {
        problems.add(
            fields.position("header"), "\"%s\" cannot be an API key's header".formatted(header));
      }
      if (!value.isEmpty() && !Texts.isFieldValue(value)) {
        problems.add(fields.position("value"), "value holds control characters");
      }
      return faulty() ? null : new FixedCredential(header, value);
    }

    private static boolean isReserved(String header) {
      return switch (header.toLowerCase(Locale.ROOT)) {
        case "host", "content-length", "transfer-encoding", "connection", "te", "trailer" -> true;
        default -> false;
      };
    }

    private @Nullable Credential grant() {
      URI url = tokenUrl();
      String id = required("client_id");
      String secret = secret("client_secret", false);
      Grant.User user = null;
      if (type.equals("oauth2_resource_owner")) {
        user = new Grant.User(required("username"), secret("password", false));
        problems.warn(
            fields.position("type"),
            "oauth2_resource_owner is a legacy grant (RFC 9700 §2.4): prefer"
                + " oauth2_client_credentials where the token server has it");
      }
      ClientAuth clientAuth = fields.choice("client_auth", ClientAuth.BASIC);
      List<String> scopes = new ArrayList<>();
      for (ConfigNode.Scalar scope : fields.texts("scopes")) {
        if (!scope.text().isBlank()) {
          scopes.add(scope.text().strip());
        }
      }
      Duration before = fields.signedDuration(AuthKeys.REFRESH_BEFORE_EXPIRY);
      Duration renewBefore =
          before.isPositive()
              ? before
              : Durations.parse(AuthKeys.REFRESH_BEFORE_EXPIRY.otherwise());
      if (url == null || faulty()) {
        return null;
      }
      Grant grant = new Grant(url, id, secret, clientAuth, user, scopes, renewBefore, connections);
      return tokens.computeIfAbsent(
          grant,
          one ->
              new TokenCredential(
                  new TokenClient(one, secrets, TokenClient.TIMEOUT),
                  one.renewBefore().toNanos(),
                  clock,
                  notices));
    }

    private @Nullable URI tokenUrl() {
      String text = required("token_url").strip();
      if (text.isEmpty()) {
        return null;
      }
      // Messages do not repeat the URL: it may hold a secret.
      try {
        URI url = new URI(text);
        String scheme = url.getScheme();
        String host = url.getHost();
        if (host == null
            || !("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))
            || url.getPort() > 65_535) {
          problems.add(
              fields.position("token_url"),
              "token_url is an https or http URL, such as https://login.example.com/oauth/token");
          return null;
        }
        if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
          problems.add(
              fields.position("token_url"),
              "token_url holds neither user and password nor a fragment: give client_id and"
                  + " client_secret");
          return null;
        }
        if ("http".equalsIgnoreCase(scheme) && !isLoopback(host)) {
          problems.warn(
              fields.position("token_url"), "token_url is not https: secrets travel in clear");
        }
        return url.getRawPath().isEmpty() ? url.resolve("/") : url;
      } catch (URISyntaxException _) {
        problems.add(fields.position("token_url"), "token_url is not a URL");
        return null;
      }
    }

    private static boolean isLoopback(String host) {
      if (host.equalsIgnoreCase("localhost")) {
        return true;
      }
      try {
        return InetAddress.ofLiteral(host.replace("[", "").replace("]", "")).isLoopbackAddress();
      } catch (IllegalArgumentException _) {
        return false;
      }
    }

    private String required(String key) {
      String text = fields.text(key);
      if (text == null || text.isBlank()) {
        if (text != null || !fields.has(key)) {
          missing(key, "");
        }
        return "";
      }
      return text;
    }

    /// A secret: of the block, or else of the environment.
    private String secret(String key, boolean mayBeEmpty) {
      String text = fields.text(key);
      if (text == null && fields.has(key)) {
        return ""; // not a single value, which has been said
      }
      String variable = VARIABLES.get(key);
      String found = text;
      if ((text == null || text.isBlank()) && variable != null) {
        String outside = environment.apply(variable);
        found = outside == null || outside.isBlank() ? text : outside;
      }
      if (found == null || (found.isBlank() && !mayBeEmpty)) {
        missing(key, variable == null ? "" : ": give it here or in " + variable);
        return "";
      }
      secrets.add(found.strip());
      secrets.add(URLEncoder.encode(found, StandardCharsets.UTF_8));
      return found;
    }

    private void missing(String key, String advice) {
      problems.add(position(key), "%s is required for %s%s".formatted(key, type, advice));
    }

    private Position position(String key) {
      return fields.has(key) ? fields.position(key) : mapping.position();
    }
  }
}
