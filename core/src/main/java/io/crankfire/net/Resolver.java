package io.crankfire.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Finds the addresses of names off the event loops, and remembers them for a minute. Addresses
/// given by the plan are used instead and remembered for ever. Safe for all threads.
public final class Resolver implements AutoCloseable {

  /*
   * A Name is what a connector keeps per target: asking it for known addresses is one volatile read.
   * Look-ups of one name that overlap become one; each asker hears the answer on its own loop.
   * Failures are not remembered (the JDK does that for ten seconds).
   */

  private static final long LIFETIME_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int THREADS = 4;

  /// How names are looked up: blocking, as [InetAddress#getAllByName] does.
  @FunctionalInterface
  interface Lookup {
    InetAddress[] find(String host) throws UnknownHostException;
  }

  /// Who asked for addresses.
  interface Asker {
    /// Called on the asker's loop.
    ///
    /// @param addresses null if there are none
    /// @param fault why there are none, for a person
    void resolved(@Nullable Addresses addresses, String fault);
  }

  private final Map<String, Addresses> given;
  private final Map<String, Name> names = new ConcurrentHashMap<>();
  private final Lookup lookup;
  private final Clock clock;
  private final ThreadPoolExecutor threads;

  /// A resolver that asks the platform.
  ///
  /// @param given addresses to use for `host:port`, as in [io.crankfire.plan.Connections#resolve()]
  /// @throws IllegalArgumentException if one of them is not an IP address, or a key has no port
  public Resolver(Map<String, List<String>> given) {
    this(given, InetAddress::getAllByName, Clock.SYSTEM);
  }

  Resolver(Map<String, List<String>> given, Lookup lookup, Clock clock) {
    this.given = parse(given);
    this.lookup = lookup;
    this.clock = clock;
    AtomicInteger count = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "crankfire-resolver-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  private static Map<String, Addresses> parse(Map<String, List<String>> given) {
    Map<String, Addresses> parsed = new HashMap<>();
    given.forEach((key, literals) -> {
      int port = -1;
      try {
        port = Integer.parseInt(key.substring(key.lastIndexOf(':') + 1));
      } catch (NumberFormatException e) {
        // Reported below.
      }
      if (key.lastIndexOf(':') < 1 || port < 1 || port > 65_535 || literals.isEmpty()) {
        throw new IllegalArgumentException(
            "resolve: needs host:port:address, not " + key + ":" + String.join(",", literals));
      }
      InetAddress[] found = new InetAddress[literals.size()];
      for (int i = 0; i < found.length; i++) {
        InetAddress address = literal(literals.get(i));
        if (address == null) {
          throw new IllegalArgumentException(
              "resolve: " + literals.get(i) + ", given for " + key + ", is not an IP address");
        }
        found[i] = address;
      }
      String host = unbracketed(key.substring(0, key.lastIndexOf(':')));
      parsed.put(key(host, port), new Addresses(found, port, Long.MAX_VALUE));
    });
    return parsed;
  }

  /// The address that `text` is, or null if it is a name.
  static @Nullable InetAddress literal(String text) {
    String bare = unbracketed(text);
    boolean numeric = bare.indexOf(':') >= 0;
    if (!numeric && !bare.isEmpty()) {
      char last = bare.charAt(bare.length() - 1);
      numeric = last >= '0' && last <= '9';
    }
    if (!numeric) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(bare);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String unbracketed(String host) {
    return host.length() > 2 && host.startsWith("[") && host.endsWith("]")
        ? host.substring(1, host.length() - 1)
        : host;
  }

  private static String key(String host, int port) {
    return host.toLowerCase(Locale.ROOT) + ":" + port;
  }

  /// The name of a host and port, one per pair.
  Name name(String host, int port) {
    return names.computeIfAbsent(key(host, port), key -> new Name(host, port, given.get(key)));
  }

  /// Ends the threads. Who still waits for an answer gets none.
  @Override
  public void close() {
    threads.shutdownNow();
  }

  /// What a name stands for, by family, in the order of the answer. Immutable.
  static final class Addresses {
    private final InetSocketAddress[] v4;
    private final InetSocketAddress[] v6;
    private final boolean v6First;
    private final long until;

    Addresses(InetAddress[] found, int port, long until) {
      List<InetSocketAddress> four = new ArrayList<>();
      List<InetSocketAddress> six = new ArrayList<>();
      for (InetAddress address : found) {
        (address instanceof Inet4Address ? four : six).add(new InetSocketAddress(address, port));
      }
      v4 = four.toArray(InetSocketAddress[]::new);
      v6 = six.toArray(InetSocketAddress[]::new);
      v6First = !(found[0] instanceof Inet4Address);
      this.until = until;
    }

    int count(boolean six) {
      return six ? v6.length : v4.length;
    }

    InetSocketAddress get(boolean six, int index) {
      return six ? v6[index] : v4[index];
    }

    /// Whether the answer named an IPv6 address first.
    boolean v6First() {
      return v6First;
    }
  }

  /// A host and port whose addresses are wanted again and again.
  final class Name {
    private final String host;
    private final int port;
    private volatile @Nullable Addresses last;
    private @Nullable List<Waiting> waiting;

    /// Counts the connections to this name, all loops together, so that they take turns.
    final AtomicInteger turn = new AtomicInteger();

    private record Waiting(Loop loop, Asker asker) {}

    private Name(String host, int port, @Nullable Addresses given) {
      this.host = host;
      this.port = port;
      InetAddress literal = literal(host);
      if (given != null) {
        last = given;
      } else if (literal != null) {
        last = new Addresses(new InetAddress[] {literal}, port, Long.MAX_VALUE);
      }
    }

    /// The addresses, if they are known and fresh.
    @Nullable Addresses known(long now) {
      Addresses addresses = last;
      return addresses != null && (addresses.until == Long.MAX_VALUE || addresses.until - now > 0)
          ? addresses
          : null;
    }

    /// Looks the addresses up; the asker hears of them on its loop.
    void find(Loop loop, Asker asker) {
      synchronized (this) {
        if (waiting != null) {
          waiting.add(new Waiting(loop, asker));
          return;
        }
        waiting = new ArrayList<>();
        waiting.add(new Waiting(loop, asker));
      }
      threads.execute(this::lookUp);
    }

    private void lookUp() {
      Addresses found = null;
      String fault = "";
      try {
        InetAddress[] addresses = lookup.find(host);
        if (addresses.length > 0) {
          found = new Addresses(addresses, port, clock.nanoTime() + LIFETIME_NANOS);
        } else {
          fault = "no address is known for " + host;
        }
      } catch (UnknownHostException e) {
        fault = fault(e.getMessage());
      } catch (RuntimeException e) {
        fault = fault(e.toString());
      }
      List<Waiting> askers;
      synchronized (this) {
        last = found;
        askers = waiting == null ? List.of() : waiting;
        waiting = null;
      }
      Addresses answer = found;
      String why = fault;
      for (Waiting one : askers) {
        one.loop.execute(() -> one.asker.resolved(answer, why));
      }
    }

    private String fault(@Nullable String message) {
      String prefix = host + ": ";
      if (message == null || message.equals(host)) {
        return "no address found for " + host;
      }
      String reason = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
      return "no address found for " + host + ": " + reason;
    }
  }
}
