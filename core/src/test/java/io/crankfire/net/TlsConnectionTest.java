package io.crankfire.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import io.crankfire.plan.Proxy;
import io.crankfire.plan.TlsOptions;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@MethodSource("io.crankfire.net.LoopKind#available")
class TlsConnectionTest {

  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

  private final Rig rig;
  private final List<AutoCloseable> resources = new ArrayList<>();

  TlsConnectionTest(LoopKind kind) {
    rig = new Rig(kind).tls(TlsRig.trusting());
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    rig.close();
    assertThat(rig.loop.openConnections()).isZero();
    for (AutoCloseable resource : resources) {
      resource.close();
    }
  }

  private Server plainServer(Server.Behaviour behaviour) throws IOException {
    Server server = new Server(behaviour);
    resources.add(server);
    return server;
  }

  private Server server(TlsRig.Behaviour behaviour) throws IOException {
    return server(TlsRig.SERVER, behaviour);
  }

  private Server server(Identity identity, TlsRig.Behaviour behaviour) throws IOException {
    Server server = TlsRig.server(identity, behaviour);
    resources.add(server);
    return server;
  }

  private static void echo(SSLSocket socket) throws IOException {
    socket.getInputStream().transferTo(socket.getOutputStream());
  }

  private Heard settle(Server server) {
    return rig.settle(Rig.https("localhost", server.port()));
  }

  private void assertEchoes(Heard heard) {
    int before = heard.text().length();
    heard.made().write(HELLO, 0, HELLO.length);
    rig.await(() -> heard.text().length() == before + HELLO.length || heard.hasFailed());
    assertThat(heard.text()).as(heard.detail).endsWith("hello");
  }

  private static TlsContext with(boolean insecure, String name, String version, String... ciphers) {
    return TlsContext.of(
        new TlsOptions(
            null,
            null,
            null,
            name.isEmpty() ? null : name,
            insecure,
            version.isEmpty() ? null : version,
            List.of(ciphers)));
  }

  // It works.

  @Test
  void bytesGoBothWays() throws IOException {
    Heard heard = settle(server(TlsConnectionTest::echo));
    assertThat(heard.phases).endsWith(Phase.CONNECT, Phase.TLS);
    assertThat(heard.events).containsExactly("connected");
    assertEchoes(heard);
    assertEchoes(heard);
    assertThat(heard.made().pending()).isZero();
    assertThat(heard.made().applicationProtocol()).isEmpty();
    heard.made().close();
    assertThat(heard.made().isOpen()).isFalse();
    assertThat(heard.events).containsExactly("connected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void bothVersionsAndTheirRekeyingWork(String version) throws IOException {
    Server server =
        server(socket -> {
          socket.setEnabledProtocols(new String[] {version});
          byte[] bytes = new byte[HELLO.length];
          for (int i = 0; i < 5; i++) {
            socket.getInputStream().readNBytes(bytes, 0, bytes.length);
            socket.startHandshake(); // TLS 1.2: renegotiation, TLS 1.3: KeyUpdate
            socket.getOutputStream().write(bytes);
          }
          Server.swallow(socket);
        });
    Heard heard = settle(server);
    for (int i = 0; i < 5; i++) {
      assertEchoes(heard);
    }
    assertThat(heard.events).containsExactly("connected");
  }

  @Test
  void sessionsAreResumed() throws IOException {
    Server server = server(TlsConnectionTest::echo);
    long made = -1;
    for (int i = 0; i < 4; i++) {
      Heard heard = settle(server);
      assertEchoes(heard); // the ticket comes with the first bytes
      long creation = ((TlsConnection) heard.made()).session().getCreationTime();
      assertThat(made == -1 || made == creation).as("resumed at attempt %d", i).isTrue();
      made = creation;
      heard.made().close();
    }
  }

  @Test
  void anApplicationProtocolIsNegotiated() throws IOException {
    Server server =
        server(socket -> {
          SSLParameters parameters = socket.getSSLParameters();
          parameters.setApplicationProtocols(new String[] {"http/1.1"});
          socket.setSSLParameters(parameters);
          echo(socket);
        });
    Heard heard = new Heard();
    rig.connector()
        .open(Rig.https("localhost", server.port()), List.of("h2", "http/1.1"), heard, heard);
    rig.await(heard::isConnected);
    assertThat(heard.made().applicationProtocol()).isEqualTo("http/1.1");
  }

  @Test
  void theNameIsAskedForUnlessItIsAnAddress() throws Exception {
    BlockingQueue<List<?>> asked = new LinkedBlockingQueue<>();
    Server server =
        server(socket -> {
          socket.startHandshake();
          asked.add(((ExtendedSSLSession) socket.getSession()).getRequestedServerNames());
          echo(socket);
        });
    settle(server);
    assertThat(asked.take()).isEqualTo(List.of(new SNIHostName("localhost")));
    Heard heard = rig.settle(Rig.https("127.0.0.1", server.port()));
    assertThat(heard.events).as(heard.detail).containsExactly("connected");
    assertThat(asked.take()).isEmpty();
  }

  @Test
  void anotherNameCanBeAskedForAndVerified() throws Exception {
    BlockingQueue<List<?>> asked = new LinkedBlockingQueue<>();
    Server server =
        server(
            TlsRig.issue(TlsRig.AUTHORITY, "x", TlsRig.PAST, TlsRig.FUTURE, "api.example.org"),
            socket -> {
              socket.startHandshake();
              asked.add(((ExtendedSSLSession) socket.getSession()).getRequestedServerNames());
            });
    rig.tls(with(true, "api.example.org", ""));
    settle(server).made();
    assertThat(asked.take()).isEqualTo(List.of(new SNIHostName("api.example.org")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 100})
  void recordsAreReadInWhateverPiecesTheyCome(int size) throws IOException {
    byte[] bytes = random(40_000);
    Server server =
        server(socket -> {
          socket.getOutputStream().write(bytes);
          echo(socket);
        });
    Heard heard = new Heard();
    Heard tcp = rig.settle(Rig.http("127.0.0.1", server.port()));
    TlsConnection connection =
        new TlsConnection(
            new Splitting(tcp.made(), size),
            TlsRig.trusting().engine("localhost", server.port(), List.of()),
            new TlsConnection.Buffers(),
            rig.loop::execute,
            heard);
    connection.start();
    rig.await(() -> heard.bytes.size() == bytes.length || heard.hasFailed());
    assertThat(heard.detail).isEmpty();
    assertThat(heard.bytes.toByteArray()).isEqualTo(bytes);
    assertEchoes(heard);
  }

  /// Hands bytes on in small pieces.
  private static final class Splitting extends Connection {
    private final Connection raw;
    private final int size;

    Splitting(Connection raw, int size) {
      this.raw = raw;
      this.size = size;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      raw.write(bytes, offset, length);
    }

    @Override
    public long pending() {
      return raw.pending();
    }

    @Override
    public void close() {
      raw.close();
    }

    @Override
    public boolean isOpen() {
      return raw.isOpen();
    }

    @Override
    public void handler(ConnectionHandler handler) {
      raw.handler(
          new ConnectionHandler() {
            @Override
            public void connected(Connection connection) {}

            @Override
            public void received(Connection from, byte[] buffer, int offset, int length) {
              for (int i = 0; i < length; i += size) {
                handler.received(from, buffer, offset + i, Math.min(size, length - i));
              }
            }

            @Override
            public void ended(Connection connection) {
              handler.ended(connection);
            }

            @Override
            public void failed(Connection connection, Outcome outcome, String detail) {
              handler.failed(connection, outcome, detail);
            }
          });
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(42).nextBytes(bytes);
    return bytes;
  }

  @Test
  void muchDataGoesBothWays() throws IOException {
    byte[] bytes = random(12 << 20);
    CountDownLatch written = new CountDownLatch(1);
    Server server =
        server(socket -> {
          // Reads nothing at first, so that the client's data pile up at its side.
          socket.startHandshake();
          written.await();
          byte[] all = new DataInputStream(socket.getInputStream()).readNBytes(bytes.length);
          socket.getOutputStream().write(all);
          Server.swallow(socket);
        });
    Heard heard = settle(server);
    Connection connection = heard.made();
    connection.write(bytes, 0, bytes.length / 2);
    connection.write(bytes, bytes.length / 2, bytes.length / 2);
    assertThat(connection.isOpen()).isTrue();
    assertThat(connection.pending()).isBetween(1L, bytes.length + 100_000L);
    written.countDown();
    rig.await(() -> heard.bytes.size() == bytes.length || heard.hasFailed());
    assertThat(heard.bytes.toByteArray()).isEqualTo(bytes);
    assertThat(connection.pending()).isZero();
    assertThat(heard.events).containsOnlyOnce("drained");
  }

  @Test
  void severalConnectionsShareTheBuffers() throws IOException {
    byte[] bytes = random(300_000);
    Server server = server(TlsConnectionTest::echo);
    List<Heard> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(settle(server));
    }
    for (int i = 0; i < 8; i++) {
      byte[] own = bytes.clone();
      Arrays.fill(own, 0, 1_000, (byte) i);
      all.get(i).made().write(own, 0, own.length);
    }
    rig.await(() -> all.stream().allMatch(heard -> heard.bytes.size() == bytes.length));
    for (int i = 0; i < 8; i++) {
      byte[] got = all.get(i).bytes.toByteArray();
      assertThat(Arrays.copyOf(got, 1_000)).containsOnly(i);
      assertThat(Arrays.mismatch(got, 1_000, got.length, bytes, 1_000, bytes.length)).isNegative();
    }
  }

  @Test
  void manySmallRecordsArrive() throws IOException {
    Server server =
        server(socket -> {
          OutputStream out = socket.getOutputStream();
          for (int i = 0; i < 5_000; i++) {
            out.write(HELLO);
          }
        });
    Heard heard = settle(server);
    rig.await(heard::hasEnded);
    assertThat(heard.text()).isEqualTo("hello".repeat(5_000));
  }

  @Test
  void whatIsWrittenFromTheCallbacksArrives() throws IOException {
    Server server = server(TlsConnectionTest::echo);
    Heard heard = new Heard();
    heard.onConnected = made -> made.write(HELLO, 0, HELLO.length);
    rig.open(Rig.https("localhost", server.port()), heard);
    rig.await(() -> heard.text().equals("hello"));
  }

  @Test
  void aTunnelCarriesTls() throws IOException {
    Server target = server(TlsConnectionTest::echo);
    Server proxy =
        plainServer(socket -> {
          while (socket.getInputStream().read() != '\n' || socket.getInputStream().read() != '\r') {
            // The head has two line ends in a row.
          }
          socket.getInputStream().read();
          socket
              .getOutputStream()
              .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          try (Socket on = new Socket(InetAddress.ofLiteral("127.0.0.1"), target.port())) {
            Thread.ofVirtual().start(() -> pipe(on, socket));
            socket.getInputStream().transferTo(on.getOutputStream());
          }
        });
    rig.proxy(new Proxy("127.0.0.1", proxy.port(), null));
    Heard heard = settle(target);
    assertThat(heard.phases).containsExactly(Phase.CONNECT, Phase.TLS);
    assertEchoes(heard);
  }

  private static void pipe(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Closed by the other side.
    }
  }

  // Certificates.

  private void assertRefused(Heard heard, String detail) {
    assertThat(heard.outcome).isEqualTo(Outcome.TLS_FAILED);
    assertThat(heard.detail).matches(detail);
    assertThat(heard.events).containsExactly("failed");
    assertThat(rig.loop.openConnections()).isZero();
  }

  @Test
  void anUntrustedCertificateIsRefused() throws IOException {
    Identity other =
        TlsRig.issue(TlsRig.OTHER_AUTHORITY, "s", TlsRig.PAST, TlsRig.FUTURE, "localhost");
    assertRefused(
        settle(server(other, TlsConnectionTest::echo)),
        "certificate is not trusted: issued by CN=Other authority; use --ca FILE or --insecure");
  }

  @Test
  void aSelfSignedCertificateIsRefused() throws IOException {
    Identity self = TlsRig.issue(null, "s", TlsRig.PAST, TlsRig.FUTURE, "localhost");
    assertRefused(
        settle(server(self, TlsConnectionTest::echo)),
        "certificate is not trusted: CN=s, signed by itself; use --ca FILE or --insecure");
  }

  @Test
  void anExpiredCertificateIsRefused() throws IOException {
    Instant from = TlsRig.PAST.minus(9, ChronoUnit.DAYS);
    Identity old = TlsRig.issue(TlsRig.AUTHORITY, "s", from, TlsRig.PAST, "localhost");
    assertRefused(
        settle(server(old, TlsConnectionTest::echo)),
        "certificate of CN=s expired on 2020-01-01 00:00 UTC; use --insecure to" + " accept it");
  }

  @Test
  void aCertificateOfTheFutureIsRefused() throws IOException {
    Instant to = TlsRig.FUTURE.plus(9, ChronoUnit.DAYS);
    Identity early = TlsRig.issue(TlsRig.AUTHORITY, "s", TlsRig.FUTURE, to, "localhost");
    assertRefused(
        settle(server(early, TlsConnectionTest::echo)),
        "certificate of CN=s is not valid before 2099-01-01 00:00 UTC; use --insecure to accept"
            + " it");
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws IOException {
    Identity wrong =
        TlsRig.issue(TlsRig.AUTHORITY, "s", TlsRig.PAST, TlsRig.FUTURE, "a.test", "*.b.test");
    assertRefused(
        settle(server(wrong, TlsConnectionTest::echo)),
        "certificate is for a.test, \\*.b.test, not localhost");
    Server server = server(wrong, TlsConnectionTest::echo);
    assertRefused(
        rig.settle(Rig.https("127.0.0.1", server.port())),
        "certificate is for a.test, \\*.b.test, not 127.0.0.1");
  }

  @Test
  void insecureAcceptsThemAll() throws IOException {
    Instant from = TlsRig.PAST.minus(9, ChronoUnit.DAYS);
    rig.tls(with(true, "", ""));
    assertEchoes(
        settle(server(TlsRig.issue(null, "s", from, TlsRig.PAST), TlsConnectionTest::echo)));
  }

  // Client certificates.

  private static TlsRig.Behaviour wantingCertificate() {
    return socket -> {
      socket.setNeedClientAuth(true);
      echo(socket);
    };
  }

  @Test
  void aClientCertificateIsShown(@TempDir Path directory) throws IOException {
    Identity client = TlsRig.issue(TlsRig.AUTHORITY, "client", TlsRig.PAST, TlsRig.FUTURE);
    rig.tls(
        TlsContext.of(
            TlsRig.options(
                TlsRig.write(directory.resolve("ca"), TlsRig.pem(TlsRig.AUTHORITY.certificate())),
                TlsRig.write(directory.resolve("cert"), TlsRig.pem(client.certificate())),
                TlsRig.write(directory.resolve("key"), TlsRig.pem(client.key())))));
    assertEchoes(settle(server(wantingCertificate())));
  }

  @Test
  void aMissingClientCertificateIsNamed() throws IOException {
    Heard heard = settle(server(wantingCertificate()));
    rig.await(heard::hasFailed); // in TLS 1.3 the server says so after the handshake
    assertThat(heard.outcome).isEqualTo(Outcome.TLS_FAILED);
    assertThat(heard.detail).contains("client certificate").contains("--cert");
  }

  @Test
  void noCommonVersionIsNamed() throws IOException {
    rig.tls(with(true, "", "TLSv1.3"));
    Server server =
        server(socket -> {
          socket.setEnabledProtocols(new String[] {"TLSv1.2"});
          echo(socket);
        });
    assertRefused(
        settle(server),
        "the server refused TLS by the alert protocol_version \\(no common TLS version\\)");
  }

  @Test
  void theCipherSuiteCanBeChosen() throws IOException {
    rig.tls(with(true, "", "", "TLS_CHACHA20_POLY1305_SHA256"));
    Heard heard = settle(server(TlsConnectionTest::echo));
    assertThat(((TlsConnection) heard.made()).session().getCipherSuite())
        .isEqualTo("TLS_CHACHA20_POLY1305_SHA256");
    assertEchoes(heard);
  }

  // Bad peers.

  @Test
  void aServerWithoutTlsIsNamed() throws IOException {
    Server server =
        plainServer(socket -> {
          byte[] answer = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
          socket.getOutputStream().write(answer);
          Server.swallow(socket);
        });
    assertRefused(
        settle(server), "the server does not speak TLS, it answers \"HTTP/1.1 400 Bad Request\"");
  }

  @Test
  void aCloseDuringTheHandshakeIsNamed() throws IOException {
    assertRefused(
        settle(plainServer(socket -> socket.getInputStream().readNBytes(5))),
        ".* during the TLS handshake");
  }

  @Test
  void aResetDuringTheHandshakeIsNamed() throws IOException {
    Server server =
        plainServer(socket -> {
          socket.getInputStream().readNBytes(5);
          socket.setSoLinger(true, 0);
        });
    assertRefused(settle(server), "connection reset by the peer during the TLS handshake");
  }

  @Test
  void aStallDuringTheHandshakeTimesOut() throws IOException {
    Heard heard =
        rig.timeout(Duration.ofMillis(150))
            .settle(Rig.https("127.0.0.1", plainServer(Server::swallow).port()));
    assertThat(heard.outcome).isEqualTo(Outcome.CONNECT_TIMEOUT);
    assertThat(heard.detail).contains("still in the TLS handshake with 127.0.0.1");
    assertThat(rig.loop.openConnections()).isZero();
  }

  @Test
  void garbageWithinTheHandshakeIsNamed() throws IOException {
    Server server =
        plainServer(socket -> {
          socket.getOutputStream().write(new byte[] {22, 3, 3, 0, 4, 99, 0, 0, 0});
          Server.swallow(socket);
        });
    Heard heard = settle(server);
    assertThat(heard.outcome).isEqualTo(Outcome.TLS_FAILED);
    assertThat(heard.detail).isNotBlank();
  }

  @Test
  void arbitraryGarbageNeverEscapes() throws IOException {
    Random random = new Random(7);
    Server server =
        plainServer(socket -> {
          byte[] bytes = new byte[200];
          synchronized (random) {
            random.nextBytes(bytes);
            bytes[0] = (byte) (20 + random.nextInt(4));
            bytes[1] = 3;
            bytes[3] = 0;
            bytes[4] = (byte) random.nextInt(100);
          }
          socket.getOutputStream().write(bytes);
          Server.swallow(socket);
        });
    for (int i = 0; i < 200; i++) {
      Heard heard =
          rig.timeout(Duration.ofSeconds(5)).settle(Rig.https("localhost", server.port()));
      assertThat(heard.outcome).isEqualTo(Outcome.TLS_FAILED);
    }
  }

  @Test
  void aBrokenRecordIsNamedAndWhatCameBeforeIsKept() throws IOException {
    Server server =
        plainServer(socket -> {
          SSLSocket secure = TlsRig.layered(TlsRig.context(TlsRig.SERVER), socket);
          secure.getOutputStream().write(HELLO);
          byte[] record = new byte[5 + 64];
          record[0] = 23;
          record[1] = 3;
          record[2] = 3;
          record[4] = 64;
          socket.getOutputStream().write(record);
          Server.swallow(socket);
        });
    Heard heard = settle(server);
    rig.await(heard::hasFailed);
    assertThat(heard.outcome).isEqualTo(Outcome.TLS_FAILED);
    assertThat(heard.text()).isEqualTo("hello");
  }

  @Test
  void anOverlongRecordIsNamed() throws IOException {
    Server server =
        plainServer(socket -> {
          SSLSocket secure = TlsRig.layered(TlsRig.context(TlsRig.SERVER), socket);
          secure.getOutputStream().write(HELLO);
          socket.getOutputStream().write(new byte[] {23, 3, 3, -1, -1});
          Server.swallow(socket);
        });
    Heard heard = settle(server);
    rig.await(heard::hasFailed);
    assertThat(heard.detail).isEqualTo("not a TLS record, or one that is too long");
  }

  // The end.

  @Test
  void anOrderlyEndIsAnEnd() throws IOException {
    Heard heard = settle(server(socket -> socket.getOutputStream().write(HELLO)));
    rig.await(heard::hasEnded);
    assertThat(heard.text()).isEqualTo("hello");
    heard.made().close();
    rig.turn();
    assertThat(heard.events).containsExactly("connected", "ended");
  }

  @Test
  void aCutOffStreamIsAFailure() throws IOException {
    Server server =
        plainServer(socket -> {
          SSLSocket secure = TlsRig.layered(TlsRig.context(TlsRig.SERVER), socket);
          secure.getOutputStream().write(HELLO);
          socket.shutdownOutput();
          Server.swallow(socket);
        });
    Heard heard = settle(server);
    rig.await(heard::hasFailed);
    assertThat(heard.text()).isEqualTo("hello");
    assertThat(heard.outcome).isEqualTo(Outcome.CONNECTION_CLOSED);
    assertThat(heard.detail).contains("close_notify");
  }

  @Test
  void closingSaysGoodbye() throws Exception {
    BlockingQueue<Object> ends = new LinkedBlockingQueue<>();
    Server server =
        server(socket -> {
          try {
            echo(socket);
            ends.add("orderly");
          } catch (IOException e) {
            ends.add(e);
          }
        });
    Heard heard = settle(server);
    assertEchoes(heard);
    heard.made().close();
    assertThat(ends.take()).isEqualTo("orderly");
  }

  @Test
  void aHandlerMayCloseWhereverItIsCalled() throws IOException {
    Server server =
        server(socket -> {
          socket.getOutputStream().write(new byte[100_000]);
          Server.swallow(socket);
        });
    Heard atOnce = new Heard();
    atOnce.onConnected = Connection::close;
    rig.open(Rig.https("localhost", server.port()), atOnce);
    rig.await(atOnce::isConnected);
    for (int i = 0; i < 5; i++) {
      rig.turn();
    }
    assertThat(atOnce.events).isEqualTo(Collections.singletonList("connected"));
    assertThat(atOnce.bytes.size()).isZero();
    assertThat(rig.loop.openConnections()).isZero();
  }
}
