package io.crankfire.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import io.crankfire.plan.Proxy;
import io.crankfire.plan.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.crankfire.net.LoopKind#available")
class ConnectorTest {

  private static final Duration SHORT = Duration.ofMillis(150);

  private final Rig rig;
  private final List<AutoCloseable> resources = new ArrayList<>();

  ConnectorTest(LoopKind kind) {
    rig = new Rig(kind);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    rig.close();
    assertThat(rig.loop.openConnections()).isZero();
    for (AutoCloseable resource : resources) {
      resource.close();
    }
  }

  private <T extends AutoCloseable> T kept(T resource) {
    resources.add(resource);
    return resource;
  }

  private Server server(Server.Behaviour behaviour) throws IOException {
    return kept(new Server(behaviour));
  }

  /// A port of loopback on which nobody listens: bound, so that nobody else takes it.
  private int closedPort() throws IOException {
    Socket socket = kept(new Socket());
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    return socket.getLocalPort();
  }

  /// A port that answers nothing: its listener's backlog is full.
  private int deafPort() throws IOException {
    ServerSocket listener = kept(new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1")));
    for (int i = 0; i < 8; i++) {
      SocketChannel filler = kept(SocketChannel.open());
      filler.configureBlocking(false);
      filler.connect(listener.getLocalSocketAddress());
    }
    return listener.getLocalPort();
  }

  private static void echo(Socket socket) throws IOException {
    socket.getInputStream().transferTo(socket.getOutputStream());
  }

  private void assertEchoes(Heard heard) {
    Connection connection = heard.made();
    byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
    connection.write(hello, 0, hello.length);
    rig.await(() -> heard.text().equals("hello") || heard.hasFailed());
    assertThat(heard.text()).isEqualTo("hello");
    connection.close();
    assertThat(rig.loop.openConnections()).isZero();
  }

  // Plain connections.

  @Test
  void aServerIsConnectedTo() throws IOException {
    Server server = server(ConnectorTest::echo);
    Heard heard = rig.settle(Rig.http("127.0.0.1", server.port()));
    assertThat(heard.events).containsExactly("connected");
    assertThat(heard.phases).containsExactly(Phase.CONNECT);
    assertEchoes(heard);
  }

  @Test
  void aServerIsConnectedToByIpv6() throws IOException {
    Server server;
    try {
      server = kept(new Server("::1", 0, ConnectorTest::echo));
    } catch (IOException e) {
      assumeTrue(false, "no IPv6 here");
      return;
    }
    assertEchoes(rig.settle(Rig.http("::1", server.port())));
  }

  @Test
  void aUnixSocketIsConnectedTo(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("s");
    ServerSocketChannel listener = kept(ServerSocketChannel.open(StandardProtocolFamily.UNIX));
    listener.bind(UnixDomainSocketAddress.of(path));
    Heard heard = rig.settle(new Target("http", "localhost", 80, path.toString()));
    assertThat(heard.events).containsExactly("connected");
    try (SocketChannel accepted = listener.accept()) {
      assertThat(accepted.isConnected()).isTrue();
    }
    heard.made().close();
  }

  @Test
  void aMissingOrTooLongUnixSocketIsAFailure(@TempDir Path directory) {
    for (String name : List.of("missing", "long".repeat(40))) {
      String path = directory.resolve(name).toString();
      Heard heard = rig.settle(new Target("http", "localhost", 80, path));
      assertThat(heard.outcome).isEqualTo(Outcome.CONNECT_FAILED);
      assertThat(heard.events).containsExactly("failed");
    }
  }

  @Test
  void aRefusalIsNamed() throws IOException {
    int port = closedPort();
    Heard heard = rig.settle(Rig.http("127.0.0.1", port));
    assertThat(heard.outcome).isEqualTo(Outcome.CONNECT_REFUSED);
    assertThat(heard.detail).containsIgnoringCase("refused").contains("127.0.0.1:" + port);
    assertThat(heard.phases).isEmpty();
  }

  @Test
  void aServerThatDoesNotAnswerTimesOut() throws IOException {
    int port = deafPort();
    Heard heard = rig.timeout(SHORT).settle(Rig.http("127.0.0.1", port));
    assertThat(heard.outcome).isEqualTo(Outcome.CONNECT_TIMEOUT);
    assertThat(heard.detail)
        .isEqualTo(
            "not connected within 150 ms: still connecting to 127.0.0.1:%d (127.0.0.1:%d)",
            port, port);
    assertThat(rig.loop.openConnections()).isZero();
  }

  @Test
  void aLocalAddressIsUsed() throws Exception {
    BlockingQueue<InetAddress> from = new LinkedBlockingQueue<>();
    Server server = server(socket -> from.add(socket.getInetAddress()));
    rig.source("127.0.0.5").settle(Rig.http("127.0.0.1", server.port())).made().close();
    assertThat(from.take().getHostAddress()).isEqualTo("127.0.0.5");
  }

  @Test
  void aLocalAddressOfTheOtherFamilyIsAFailure() {
    Heard heard = rig.source("::1").settle(Rig.http("127.0.0.1", 9));
    assertThat(heard.outcome).isEqualTo(Outcome.CONNECT_FAILED);
    assertThat(heard.detail).contains("source address");
    assertThatThrownBy(() -> kept(new Rig(LoopKind.NIO)).source("eth0").connector())
        .hasMessage("the source address eth0 is not an IP address");
  }

  // Names and addresses.

  @Test
  void aNameIsLookedUpOnceAndTimed() throws IOException {
    Server server = server(ConnectorTest::echo);
    rig.lookup(host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")});
    Target target = Rig.http("host.test", server.port());
    Heard first = rig.settle(target);
    assertThat(first.phases).containsExactly(Phase.DNS, Phase.CONNECT);
    first.made().close();
    Heard second = rig.settle(target);
    assertThat(second.phases).containsExactly(Phase.CONNECT);
    assertEchoes(second);
  }

  @Test
  void anUnknownNameIsAFailure() {
    rig.lookup(host -> {
      throw new UnknownHostException(host);
    });
    Heard heard = rig.settle(Rig.http("nowhere.test", 80));
    assertThat(heard.outcome).isEqualTo(Outcome.DNS_FAILED);
    assertThat(heard.detail).isEqualTo("no address found for nowhere.test");
    assertThat(heard.events).containsExactly("failed");
  }

  @Test
  void aSlowLookUpTimesOut() {
    CountDownLatch done = new CountDownLatch(1);
    resources.add(done::countDown);
    rig.timeout(SHORT).lookup(host -> wait(done));
    Heard heard = rig.settle(Rig.http("slow.test", 80));
    assertThat(heard.outcome).isEqualTo(Outcome.CONNECT_TIMEOUT);
    assertThat(heard.detail).endsWith("still looking up slow.test:80");
  }

  private static InetAddress[] wait(CountDownLatch latch) throws UnknownHostException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new UnknownHostException("interrupted");
    }
    return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
  }

  @Test
  void theNextAddressIsTriedWhenOneRefuses() throws IOException {
    Server server = server(ConnectorTest::echo);
    rig.given(Map.of("multi.test:" + server.port(), List.of("127.0.0.77", "::1", "127.0.0.1")));
    for (int i = 0; i < 4; i++) {
      Heard heard = rig.settle(Rig.http("multi.test", server.port()));
      assertThat(heard.events).as(heard.detail).containsExactly("connected");
      heard.made().close();
    }
    rig.await(() -> server.accepted.get() == 4);
  }

  @Test
  void theNextAddressIsTriedWhenOneDoesNotAnswer() throws IOException {
    int port = deafPort();
    Server other = kept(new Server("127.0.0.2", port, ConnectorTest::echo));
    rig.timeout(Duration.ofSeconds(1));
    rig.given(Map.of("multi.test:" + port, List.of("127.0.0.1", "127.0.0.2")));
    assertEchoes(rig.settle(Rig.http("multi.test", other.port())));
  }

  @Test
  void severalAddressesShareTheConnections() throws IOException {
    Server one = server(ConnectorTest::echo);
    Server two = kept(new Server("127.0.0.2", one.port(), ConnectorTest::echo));
    rig.given(Map.of("multi.test:" + one.port(), List.of("127.0.0.1", "127.0.0.2")));
    for (int i = 0; i < 6; i++) {
      assertEchoes(rig.settle(Rig.http("multi.test", one.port())));
    }
    assertThat(one.accepted).hasValue(3);
    assertThat(two.accepted).hasValue(3);
  }

  @Test
  void theLastOfSeveralFailuresIsToldWithTheirNumber() throws IOException {
    int port = closedPort();
    rig.given(Map.of("multi.test:" + port, List.of("127.0.0.1", "127.0.0.2")));
    Heard heard = rig.settle(Rig.http("multi.test", port));
    assertThat(heard.outcome).isEqualTo(Outcome.CONNECT_REFUSED);
    assertThat(heard.detail).endsWith(", the last of 2 addresses");
  }

  // Proxies.

  private Server proxy(String answer, boolean thenEcho, BlockingQueue<List<String>> requests)
      throws IOException {
    return server(socket -> {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1), 1);
      List<String> head = new ArrayList<>();
      String line;
      while ((line = in.readLine()) != null && !line.isEmpty()) {
        head.add(line);
      }
      requests.add(head);
      for (byte b : answer.getBytes(StandardCharsets.ISO_8859_1)) {
        socket.getOutputStream().write(b);
      }
      if (thenEcho) {
        echo(socket);
      }
    });
  }

  private Heard through(Server proxy, String credentials) {
    return rig.proxy(
            new Proxy("127.0.0.1", proxy.port(), credentials.isEmpty() ? null : credentials))
        .settle(Rig.http("::2", 8080));
  }

  @Test
  void aProxyOpensATunnel() throws Exception {
    BlockingQueue<List<String>> requests = new LinkedBlockingQueue<>();
    Server proxy = proxy("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true, requests);
    Heard heard = through(proxy, "user:pass");
    assertThat(requests.take())
        .containsExactly(
            "CONNECT [::2]:8080 HTTP/1.1",
            "Host: [::2]:8080",
            "Proxy-Authorization: Basic dXNlcjpwYXNz");
    assertThat(heard.phases).containsExactly(Phase.CONNECT);
    assertEchoes(heard);
  }

  @Test
  void whatTheTargetSaysAtOnceIsPassedOn() throws IOException {
    Server proxy = proxy("HTTP/1.1 200 OK\r\n\r\nwelcome", true, new LinkedBlockingQueue<>());
    Heard heard = through(proxy, "");
    rig.await(() -> heard.text().equals("welcome"));
    assertThat(heard.events).containsExactly("connected");
  }

  @Test
  void aProxysRefusalIsToldWithItsStatusLine() throws IOException {
    Server proxy = proxy("HTTP/1.1 403 Nope\r\n\r\n", false, new LinkedBlockingQueue<>());
    Heard heard = through(proxy, "");
    assertThat(heard.outcome).isEqualTo(Outcome.CONNECT_FAILED);
    assertThat(heard.detail)
        .isEqualTo(
            "the proxy 127.0.0.1:%d opens no tunnel to [::2]:8080: it answers HTTP/1.1 403 Nope",
            proxy.port());
    assertThat(rig.loop.openConnections()).isZero();
  }

  @Test
  void aProxyThatWantsCredentialsIsNamed() throws IOException {
    String answer = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
    Server proxy = proxy(answer, false, new LinkedBlockingQueue<>());
    Heard without = through(proxy, "");
    assertThat(without.outcome).isEqualTo(Outcome.CONNECT_FAILED);
    assertThat(without.detail).contains("407").contains("it wants credentials");
  }

  @Test
  void aProxyThatRefusesTheCredentialsIsNamed() throws IOException {
    String answer = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
    Server proxy = proxy(answer, false, new LinkedBlockingQueue<>());
    assertThat(through(proxy, "a:b").detail).contains("does not accept the credentials");
  }

  @Test
  void aProxysGarbageIsNamed() throws IOException {
    Server proxy = proxy("SSH-2.0-x\r\n", true, new LinkedBlockingQueue<>());
    Heard heard = through(proxy, "");
    assertThat(heard.outcome).isEqualTo(Outcome.CONNECT_FAILED);
    assertThat(heard.detail).contains("it does not speak HTTP/1");
  }

  @Test
  void aProxysEndlessHeadIsNamed() throws IOException {
    String answer = "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(4_000);
    Heard heard = through(proxy(answer, true, new LinkedBlockingQueue<>()), "");
    assertThat(heard.outcome).isEqualTo(Outcome.CONNECT_FAILED);
    assertThat(heard.detail).contains("longer than 16384 bytes");
  }

  @Test
  void aProxyThatClosesIsNamed() throws IOException {
    Heard heard = through(proxy("HTTP/1.1 200", false, new LinkedBlockingQueue<>()), "");
    assertThat(heard.outcome).isEqualTo(Outcome.CONNECT_FAILED);
    assertThat(heard.detail).endsWith("it closed the connection");
  }

  @Test
  void aProxyThatStallsTimesOut() throws IOException {
    rig.timeout(SHORT);
    Heard heard = through(proxy("HTTP/1.1 200 OK\r\n", true, new LinkedBlockingQueue<>()), "");
    assertThat(heard.outcome).isEqualTo(Outcome.CONNECT_TIMEOUT);
    assertThat(heard.detail).contains("waiting for the proxy 127.0.0.1:").contains("[::2]:8080");
    assertThat(rig.loop.openConnections()).isZero();
  }

  // Giving up.

  private void assertCancellable(Target target, int turnsBefore) {
    Heard heard = new Heard();
    Connector.Attempt attempt = rig.open(target, heard);
    for (int i = 0; i < turnsBefore; i++) {
      rig.turn();
    }
    attempt.cancel();
    attempt.cancel();
    assertThat(rig.loop.openConnections()).isZero();
    for (int i = 0; i < 3; i++) {
      rig.turn();
    }
    assertThat(heard.events).isEmpty();
  }

  @Test
  void aLookUpCanBeGivenUp() {
    CountDownLatch done = new CountDownLatch(1);
    rig.lookup(host -> wait(done));
    Heard heard = new Heard();
    Connector.Attempt attempt = rig.open(Rig.http("slow.test", 80), heard);
    attempt.cancel();
    Heard next = new Heard();
    rig.open(Rig.http("slow.test", 80), next);
    done.countDown();
    rig.await(next::hasFailed); // heard after the other's answer, which nobody wants
    assertThat(heard.events).isEmpty();
  }

  @Test
  void aConnectionCanBeGivenUpAtAnyTime() throws IOException {
    assertCancellable(Rig.http("127.0.0.1", deafPort()), 0);
    assertCancellable(Rig.http("127.0.0.1", deafPort()), 2);
    assertCancellable(Rig.http("127.0.0.1", closedPort()), 0);
    assertCancellable(Rig.http("127.0.0.1", server(ConnectorTest::echo).port()), 0);
    assertCancellable(new Target("http", "localhost", 80, "/nowhere/at/all"), 0);
    Server silent = server(Server::swallow);
    assertCancellable(Rig.https("127.0.0.1", silent.port()), 0);
    assertCancellable(Rig.https("127.0.0.1", silent.port()), 3);
  }

  @Test
  void aTunnelCanBeGivenUp() throws IOException {
    rig.proxy(new Proxy("127.0.0.1", server(Server::swallow).port(), null));
    assertCancellable(Rig.http("127.0.0.1", 80), 3);
  }

  @Test
  void givingUpWhatIsMadeDoesNothing() throws IOException {
    Server server = server(ConnectorTest::echo);
    Heard heard = new Heard();
    Connector.Attempt attempt = rig.open(Rig.http("127.0.0.1", server.port()), heard);
    rig.await(heard::isConnected);
    attempt.cancel();
    assertEchoes(heard);
  }
}
