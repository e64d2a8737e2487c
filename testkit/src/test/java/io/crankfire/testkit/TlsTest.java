package io.crankfire.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crankfire.testkit.tls.Identity;
import io.crankfire.testkit.tls.TestCertificates;
import io.crankfire.testkit.tls.TlsSetup;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
  private static HttpTestServer server(TlsSetup setup) {
    return HttpTestServer.start(ServerSetup.plain().with(setup)).recordRequests(10);
  }

  /// A verifying client that has shaken hands.
  private static RawClient connect(HttpTestServer server, String host, @Nullable Identity own)
      throws IOException {
    Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port());
    plain.setSoTimeout(10_000);
    try {
      SSLSocket socket =
          (SSLSocket)
              TestCertificates.context(own)
                  .getSocketFactory()
                  .createSocket(plain, host, server.port(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setApplicationProtocols(new String[] {"http/1.1"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return new RawClient(socket);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "crankfire.test"})
  void aGoodServerIsTrustedUnderAllItsNames(String host) throws Exception {
    Identity identity =
        host.equals("crankfire.test")
            ? TestCertificates.serverFor(host)
            : TestCertificates.server();
    try (HttpTestServer server = server(TlsSetup.of(identity));
        RawClient client = connect(server, host, null)) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.send(RawClient.GET).response()).endsWith("\r\n\r\nok");
      }
      Request.TlsInfo info = Objects.requireNonNull(server.requests().getFirst().tls());
      assertThat(info.protocol()).isEqualTo("TLSv1.3");
      assertThat(info.alpn()).isEqualTo("http/1.1");
      assertThat(info.serverName()).isEqualTo(host.equals("crankfire.test") ? host : "");
      assertThat(server.url().getScheme()).isEqualTo("https");
    }
  }

  @Test
  void onlyTheVersionsAskedForAreSpoken() throws Exception {
    try (HttpTestServer server = server(TlsSetup.server().only("TLSv1.2").selecting());
        RawClient client = connect(server, "localhost", null)) {
      client.send(RawClient.GET).response();
      assertThat(server.requests().getFirst().tls())
          .matches(
              info -> info != null && info.protocol().equals("TLSv1.2") && info.alpn().isEmpty());
    }
  }

  static Stream<Identity> bad() {
    return Stream.of(
        TestCertificates.expired(), TestCertificates.wrongHost(), TestCertificates.untrusted());
  }

  @ParameterizedTest
  @MethodSource("bad")
  void aBadCertificateIsRefusedByAVerifyingClient(Identity identity) throws Exception {
    try (HttpTestServer server = server(TlsSetup.of(identity))) {
      assertThatThrownBy(() -> connect(server, "localhost", null)).isInstanceOf(SSLException.class);
      server.await(counts -> counts.open() == 0);
      assertThat(server.counts().received()).isZero();
    }
  }

  @Test
  void aClientCertificateIsRequiredAndShown() throws Exception {
    try (HttpTestServer server = server(TlsSetup.server().requiringClientCertificate())) {
      try (RawClient client = connect(server, "localhost", TestCertificates.client())) {
        assertThat(client.send(RawClient.GET).response()).endsWith("ok");
      }
      assertThat(server.requests().getFirst().tls())
          .matches(info -> info != null && info.clientName().equals("CN=crankfire test client"));
      assertThatThrownBy(
              () -> {
                try (RawClient client = connect(server, "localhost", null)) {
                  client.send(RawClient.GET);
                  throw new IOException(client.rest().end());
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(server.await(counts -> counts.failedHandshakes() == 1).received()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TlsSetup.HandshakeFault.class,
      names = {"NONE", "STALL"},
      mode = EnumSource.Mode.EXCLUDE)
  void aHandshakeFailsAsAskedFor(TlsSetup.HandshakeFault fault) {
    try (HttpTestServer server = server(TlsSetup.server().failing(fault))) {
      assertThatThrownBy(() -> connect(server, "localhost", null)).isInstanceOf(IOException.class);
      assertThat(server.await(counts -> counts.open() == 0).failedHandshakes()).isEqualTo(1);
    }
  }

  @Test
  void aStalledHandshakeSaysNothingUntilTheClientLeaves() throws Exception {
    try (HttpTestServer server = server(TlsSetup.server().failing(TlsSetup.HandshakeFault.STALL))) {
      try (RawClient client = RawClient.to(server)) {
        client.send("\u0016\u0003\u0001\u0000\u0001x");
        client.finish();
        assertThat(client.rest()).isEqualTo(new RawClient.Rest("", "FIN"));
      }
      assertThat(server.await(counts -> counts.open() == 0).failedHandshakes()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theEndIsAnnouncedOrTruncated(boolean announced) throws Exception {
    // In TLS 1.2 an alert's record type (21) is visible; application data are 23.
    TlsSetup setup = TlsSetup.server().only("TLSv1.2");
    try (HttpTestServer server = server(announced ? setup : setup.truncating());
        Listening plain = new Listening(server.port());
        SSLSocket socket =
            (SSLSocket)
                TestCertificates.context(null)
                    .getSocketFactory()
                    .createSocket(plain, "localhost", server.port(), true)) {
      server.otherwise(Script.begin().send("HTTP/1.1 200 OK\r\n\r\nok").close());
      RawClient.Rest rest = new RawClient(socket).send(RawClient.GET).rest();
      assertThat(rest.text()).endsWith("ok");
      assertThat(plain.lastRecordType()).isEqualTo(announced ? 21 : 23);
    }
  }

  /// A socket that keeps what it has read.
  private static final class Listening extends Socket {
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    Listening(int port) throws IOException {
      super(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read() throws IOException {
          int next = super.read();
          if (next >= 0) {
            heard.write(next);
          }
          return next;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
          int count = super.read(into, offset, length);
          if (count > 0) {
            heard.write(into, offset, count);
          }
          return count;
        }
      };
    }

    int lastRecordType() {
      byte[] records = heard.toByteArray();
      int type = -1;
      for (int at = 0; at + 5 <= records.length; ) {
        type = records[at];
        at += 5 + ((records[at + 3] & 0xff) << 8 | (records[at + 4] & 0xff));
      }
      return type;
    }
  }
}
