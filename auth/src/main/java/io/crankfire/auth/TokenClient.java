package io.crankfire.auth;

import io.crankfire.config.Secrets;
import io.crankfire.net.TlsContext;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Proxy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Asks a token server for tokens (RFC 6749). Blocks the caller; nothing of it is measured.
final class TokenClient {

  /*
   * The JDK's client, made for each token: they are rare, and between them no thread and no
   * connection of it shall be there. Redirects are not followed, since they would carry the secret
   * to where the user did not send it.
   */

  /// How long an answer may take, from connecting to its last byte.
  static final Duration TIMEOUT = Duration.ofSeconds(30);

  static {
    // The JDK does not give a proxy its password in clear, unless told to before its client is
    // loaded; whoever wrote a password into the proxy's URL has told us.
    String property = "jdk.http.auth.tunneling.disabledSchemes";
    if (System.getProperty(property) == null) {
      System.setProperty(property, "");
    }
  }

  private final Grant grant;
  private final Secrets secrets;
  private final Duration timeout;

  /// @param secrets learns every token
  /// @param timeout how long an answer may take
  TokenClient(Grant grant, Secrets secrets, Duration timeout) {
    this.grant = grant;
    this.secrets = secrets;
    this.timeout = timeout;
  }

  /// Gets a token.
  ///
  /// @param refresh what an earlier one came with, to be tried first; null to begin anew
  /// @throws TokenException if there is none to be had
  Token fetch(@Nullable String refresh) throws TokenException, InterruptedException {
    if (refresh != null) {
      try {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refresh);
        Token renewed = ask(form);
        return renewed.refresh() == null
            ? new Token(renewed.access(), renewed.lifetimeSeconds(), refresh)
            : renewed;
      } catch (TokenException e) {
        if (!e.refused()) {
          throw e;
        }
        // It is of no use any more, which servers may decide at any time: once more from the start.
      }
    }
    Map<String, String> form = new LinkedHashMap<>();
    Grant.User user = grant.user();
    form.put("grant_type", user == null ? "client_credentials" : "password");
    if (user != null) {
      form.put("username", user.name());
      form.put("password", user.password());
    }
    if (!grant.scopes().isEmpty()) {
      form.put("scope", String.join(" ", grant.scopes()));
    }
    return ask(form);
  }

  private Token ask(Map<String, String> form) throws TokenException, InterruptedException {
    try {
      HttpResponse<byte[]> response = send(request(form));
      if (response.statusCode() == 407) {
        throw new TokenException("is not reached: the proxy refuses us by 407", false);
      }
      if (response.statusCode() / 100 == 3) {
        throw new TokenException(
            "answers %d, a redirect, which is not followed: give the URL it leads to"
                .formatted(response.statusCode()),
            false);
      }
      String type = response.headers().firstValue("Content-Type").orElse("");
      Token token = TokenAnswer.read(response.statusCode(), type, response.body());
      secrets.addObtained(token.access());
      if (token.refresh() != null) {
        secrets.addObtained(token.refresh());
      }
      return token;
    } catch (TokenException e) {
      throw fault(String.valueOf(e.getMessage()), e.refused());
    } catch (IOException e) {
      throw fault(why(e), false);
    }
  }

  private TokenException fault(String why, boolean refused) {
    return new TokenException(
        secrets.mask("the token server %s %s".formatted(grant.shownUrl(), why)), refused);
  }

  private HttpRequest request(Map<String, String> form) {
    Map<String, String> complete = new LinkedHashMap<>(form);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(grant.url())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json");
    switch (grant.clientAuth()) {
      case BASIC -> {
        String pair = encoded(grant.clientId()) + ":" + encoded(grant.clientSecret());
        request.header("Authorization", basic(pair));
      }
      case POST -> {
        complete.put("client_id", grant.clientId());
        complete.put("client_secret", grant.clientSecret());
      }
    }
    Proxy proxy = grant.connections().proxy();
    if (proxy != null && proxy.credentials() != null) {
      request.header("Proxy-Authorization", basic(proxy.credentials()));
    }
    StringJoiner body = new StringJoiner("&");
    complete.forEach((name, value) -> body.add(name + "=" + encoded(value)));
    return request.POST(BodyPublishers.ofString(body.toString())).build();
  }

  private String basic(String pair) {
    String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    secrets.add(basic);
    return "Basic " + basic;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    HttpClient client = client();
    try {
      CompletableFuture<HttpResponse<byte[]>> answer =
          client.sendAsync(request, _ -> new BoundedBody());
      try {
        return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        throw new TokenException("gives no complete answer within " + seconds(), false);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException fault
            ? fault
            : new IOException(String.valueOf(e.getCause()), e);
      } finally {
        answer.cancel(true);
      }
    } finally {
      client.shutdownNow();
    }
  }

  private String seconds() {
    return timeout.toMillis() % 1000 == 0 ? timeout.toSeconds() + " s" : timeout.toMillis() + " ms";
  }

  private HttpClient client() throws TokenException {
    Connections connections = grant.connections();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER);
    Proxy proxy = connections.proxy();
    if (proxy == null) {
      builder.proxy(HttpClient.Builder.NO_PROXY);
    } else {
      builder.proxy(ProxySelector.of(new InetSocketAddress(proxy.host(), proxy.port())));
    }
    if (connections.connectTimeout().isPositive()) {
      builder.connectTimeout(connections.connectTimeout());
    }
    if (connections.sourceAddress() != null) {
      builder.localAddress(InetAddress.ofLiteral(connections.sourceAddress()));
    }
    if (grant.url().getScheme().equalsIgnoreCase("https")) {
      try {
        TlsContext tls = TlsContext.of(connections.tls());
        builder.sslContext(tls.context()).sslParameters(tls.parameters());
      } catch (IllegalArgumentException e) {
        throw new TokenException("cannot be asked: " + e.getMessage(), false);
      }
    }
    return builder.build();
  }

  /// What went wrong, to be read after the server's name.
  private static String why(IOException fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof TokenException own) {
        return String.valueOf(own.getMessage());
      }
      if (cause instanceof SSLException tls) {
        return "cannot be trusted or does not speak TLS: " + Texts.plain(TlsContext.why(tls));
      }
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "has no address: the name is unknown";
      }
      if (cause instanceof NumberFormatException) {
        return "breaks the rules of HTTP: a length that is none";
      }
      if (cause instanceof HttpConnectTimeoutException) {
        return "cannot be connected to in time";
      }
    }
    String message = fault.getMessage();
    if (fault instanceof ConnectException) {
      return "cannot be connected to" + (message == null ? "" : ": " + Texts.plain(message));
    }
    if (message != null && message.startsWith("java.lang.NumberFormatException")) {
      return "breaks the rules of HTTP: a length that is none";
    }
    return "fails: " + (message == null ? fault.getClass().getSimpleName() : Texts.plain(message));
  }
}
