package io.crankfire.net;

import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection in the making, from the name to the handler's `connected`. Confined to its event
/// loop.
final class Dial implements Connector.Attempt, ConnectionHandler, Resolver.Asker {

  /*
   * It is the handler of the connection through all its parts, and hands it over at the end. When
   * several addresses are left, each gets its share of the time that is left, so that one that does
   * not answer leaves time for the others.
   */

  private enum Part {
    RESOLVING,
    CONNECTING,
    ASKING_PROXY,
    SECURING,
    DONE
  }

  /// Given to a handler that hears of a failure before there was a connection.
  private static final class Unmade extends Connection {
    @Override
    public void write(byte[] bytes, int offset, int length) {}

    @Override
    public long pending() {
      return 0;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
      return false;
    }

    @Override
    public void handler(ConnectionHandler handler) {}
  }

  private final Connector connector;
  private final Loop loop;
  private final Connector.Route route;
  private final List<String> applicationProtocols;
  private final ConnectionHandler handler;
  private final PhaseListener phases;
  private final Timer timer = new Timer(this::late);
  private Part part = Part.RESOLVING;
  private long deadline;
  private long began;
  private @Nullable Connection connection;
  private @Nullable ProxyAnswer answer;

  private Resolver.@Nullable Addresses addresses;
  private boolean v6First;
  private int first;
  private int tried;
  private int usable;
  private @Nullable SocketAddress remote;

  Dial(
      Connector connector,
      Connector.Route route,
      List<String> applicationProtocols,
      ConnectionHandler handler,
      PhaseListener phases) {
    this.connector = connector;
    this.loop = connector.loop();
    this.route = route;
    this.applicationProtocols = applicationProtocols;
    this.handler = handler;
    this.phases = phases;
  }

  void start() {
    began = loop.now();
    deadline = began + connector.timeoutNanos();
    loop.arm(timer, deadline);
    Resolver.Name name = route.name;
    if (name == null) {
      part = Part.CONNECTING;
      connect(route.target.unixSocket());
      return;
    }
    Resolver.Addresses known = name.known(began);
    if (known != null) {
      begin(known, name);
    } else {
      name.find(loop, this);
    }
  }

  @Override
  public void cancel() {
    if (part != Part.DONE) {
      finish();
      close();
    }
  }

  private void finish() {
    part = Part.DONE;
    loop.disarm(timer);
  }

  private void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }

  // Addresses.

  @Override
  public void resolved(Resolver.@Nullable Addresses found, String fault) {
    Resolver.Name name = route.name;
    if (part != Part.RESOLVING || name == null) {
      return;
    }
    if (found == null) {
      fail(Outcome.DNS_FAILED, fault);
      return;
    }
    phase(Phase.DNS);
    begin(found, name);
  }

  private void begin(Resolver.Addresses found, Resolver.Name name) {
    part = Part.CONNECTING;
    addresses = found;
    v6First = route.v6First(found);
    first = name.turn.getAndIncrement() & Integer.MAX_VALUE;
    InetSocketAddress source = connector.source();
    if (source == null) {
      usable = found.count(false) + found.count(true);
    } else {
      v6First = source.getAddress() instanceof Inet6Address;
      usable = found.count(v6First); // of the source's family only
    }
    if (usable == 0) {
      loop.execute(() ->
          fail(
              Outcome.CONNECT_FAILED,
              "no address of " + peer() + " can be reached from the source address"));
      return;
    }
    connectNext(found);
  }

  private void connectNext(Resolver.Addresses from) {
    int preferred = from.count(v6First);
    boolean six = (tried < preferred) == v6First;
    int count = from.count(six);
    int index = tried < preferred ? tried : tried - preferred;
    tried++;
    int left = usable - tried;
    if (left > 0) {
      loop.arm(timer, loop.now() + (deadline - loop.now()) / (left + 1));
    } else {
      loop.arm(timer, deadline);
    }
    connect(from.get(six, (first % count + index) % count));
  }

  private void connect(InetSocketAddress to) {
    remote = to;
    connection = loop.connect(to, connector.source(), this);
  }

  private void connect(@Nullable String path) {
    try {
      UnixDomainSocketAddress to = UnixDomainSocketAddress.of(String.valueOf(path));
      remote = to;
      connection = loop.connect(to, null, this);
    } catch (IllegalArgumentException e) {
      loop.execute(() -> fail(Outcome.CONNECT_FAILED, path + ": " + e.getMessage()));
    }
  }

  private boolean tryNext() {
    Resolver.Addresses left = addresses;
    if (left == null || tried >= usable || loop.now() >= deadline) {
      return false;
    }
    connectNext(left);
    return true;
  }

  // What the connection says.

  @Override
  public void connected(Connection made) {
    if (part == Part.CONNECTING) {
      if (remote instanceof InetSocketAddress inet && connector.source() == null) {
        route.worked(inet.getAddress() instanceof Inet6Address);
      }
      loop.arm(timer, deadline);
      if (route.proxy == null) {
        opened(made);
      } else {
        part = Part.ASKING_PROXY;
        answer = new ProxyAnswer();
        byte[] request = route.tunnelRequest();
        made.write(request, 0, request.length);
      }
    } else if (part == Part.SECURING) {
      loop.readClock(); // cryptography takes its time
      phase(Phase.TLS);
      handOver(made);
    }
  }

  /// There is a way for bytes to the target.
  private void opened(Connection made) {
    phase(Phase.CONNECT);
    if (part == Part.DONE) {
      return;
    }
    if (!route.target.secure()) {
      handOver(made);
      return;
    }
    part = Part.SECURING;
    TlsConnection secure = connector.secure(made, route.target, applicationProtocols, this);
    connection = secure;
    secure.start();
  }

  private void handOver(Connection made) {
    if (part != Part.DONE) {
      finish();
      connection = null;
      made.handler(handler);
      handler.connected(made);
    }
  }

  @Override
  public void received(Connection from, byte[] buffer, int offset, int length) {
    ProxyAnswer reader = answer;
    if (part != Part.ASKING_PROXY || reader == null) {
      return;
    }
    int taken = reader.take(buffer, offset, length);
    String fault = reader.fault();
    if (fault != null) {
      refused("its answer is of no use, " + fault + ": " + reader.statusLine());
    } else if (reader.complete() && reader.status() / 100 != 2) {
      refused("it answers " + reader.statusLine() + help(reader.status()));
    } else if (reader.complete()) {
      answer = null;
      Connection tunnel = from;
      opened(tunnel);
      if (taken < length) {
        early(tunnel, buffer, offset + taken, length - taken);
      }
    }
  }

  /// Passes on what the target said before we did.
  private void early(Connection tunnel, byte[] buffer, int offset, int length) {
    if (part == Part.SECURING && connection instanceof TlsConnection secure) {
      secure.received(tunnel, buffer, offset, length);
    } else if (part == Part.DONE && tunnel.isOpen()) {
      handler.received(tunnel, buffer, offset, length);
    }
  }

  private String help(int status) {
    if (status != 407) {
      return "";
    }
    return route.proxy != null && route.proxy.credentials() == null
        ? " (it wants credentials: user:password@ before the proxy's host)"
        : " (it does not accept the credentials)";
  }

  private void refused(String why) {
    fail(
        Outcome.CONNECT_FAILED,
        "the proxy "
            + route.proxy
            + " opens no tunnel to "
            + route.target.authority()
            + ": "
            + why);
  }

  @Override
  public void ended(Connection closed) {
    if (part == Part.ASKING_PROXY) {
      refused("it closed the connection");
    }
  }

  @Override
  public void failed(Connection broken, Outcome outcome, String detail) {
    switch (part) {
      case CONNECTING -> {
        connection = null;
        if (!tryNext()) {
          fail(outcome, detail + others());
        }
      }
      case ASKING_PROXY -> refused(detail);
      case SECURING -> fail(outcome, detail);
      case RESOLVING, DONE -> {}
    }
  }

  private void late() {
    if (part == Part.CONNECTING && loop.now() < deadline) {
      close();
      if (tryNext()) {
        return;
      }
    }
    String doing =
        switch (part) {
          case RESOLVING -> "looking up " + peer();
          case CONNECTING -> "connecting to " + peer() + at() + others();
          case ASKING_PROXY ->
              "waiting for the proxy " + route.proxy + " to open a tunnel to " + peer();
          case SECURING -> "in the TLS handshake with " + peer() + at();
          case DONE -> "";
        };
    fail(Outcome.CONNECT_TIMEOUT, "not connected within " + timeout() + ": still " + doing);
  }

  private void fail(Outcome outcome, String detail) {
    if (part == Part.DONE) {
      return;
    }
    Connection told = connection;
    finish();
    close();
    handler.failed(told == null ? new Unmade() : told, outcome, detail);
  }

  private void phase(Phase done) {
    long now = loop.now();
    phases.phase(done, now - began);
    began = now;
  }

  // Words.

  private String peer() {
    if (route.proxy != null && part != Part.ASKING_PROXY && part != Part.SECURING) {
      return "the proxy " + route.proxy;
    }
    return route.target.unixSocket() == null ? route.target.authority() : "";
  }

  private String at() {
    return remote == null ? "" : " (" + SocketAddresses.text(remote) + ")";
  }

  private String others() {
    return tried > 1 ? ", the last of " + tried + " addresses" : "";
  }

  private String timeout() {
    long millis = connector.timeoutNanos() / 1_000_000;
    return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
  }
}
