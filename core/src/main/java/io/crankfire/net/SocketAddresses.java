package io.crankfire.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Socket addresses in the form of Linux's C library (`ip(7)`, `ipv6(7)`, `unix(7)`), and for
/// people.
final class SocketAddresses {

  static final int UNIX = 1;
  private static final int INET = 2;
  private static final int INET6 = 10;

  private SocketAddresses() {}

  static int family(SocketAddress address) {
    if (address instanceof UnixDomainSocketAddress) {
      return UNIX;
    }
    return resolved(address) instanceof Inet6Address ? INET6 : INET;
  }

  /// Writes the address and tells its length.
  static long write(SocketAddress address, MemorySegment to) {
    to.fill((byte) 0);
    to.set(JAVA_SHORT_UNALIGNED, 0, (short) family(address));
    if (address instanceof UnixDomainSocketAddress unix) {
      byte[] path = unix.getPath().toString().getBytes(StandardCharsets.UTF_8);
      if (path.length > 107) {
        throw new IllegalArgumentException(
            "the path of a unix socket has at most 107 bytes: " + unix);
      }
      MemorySegment.copy(path, 0, to, JAVA_BYTE, 2, path.length);
      return 3L + path.length;
    }
    InetSocketAddress inet = (InetSocketAddress) address;
    InetAddress host = resolved(address);
    to.set(JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) inet.getPort());
    byte[] bytes = host.getAddress();
    if (host instanceof Inet6Address six) {
      MemorySegment.copy(bytes, 0, to, JAVA_BYTE, 8, 16);
      to.set(JAVA_INT_UNALIGNED, 24, six.getScopeId());
      return 28;
    }
    MemorySegment.copy(bytes, 0, to, JAVA_BYTE, 4, 4);
    return 16;
  }

  /// The address for people: `127.0.0.1:80`, `[::1]:80`, a path.
  static String text(SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      String host = inet.getAddress().getHostAddress();
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
    }
    return address.toString();
  }

  private static InetAddress resolved(SocketAddress address) {
    InetAddress host = ((InetSocketAddress) address).getAddress();
    if (host == null) {
      throw new IllegalArgumentException("not resolved: " + address);
    }
    return host;
  }
}
