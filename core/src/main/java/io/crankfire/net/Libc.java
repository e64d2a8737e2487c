package io.crankfire.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// The calls of Linux's C library that the epoll loop needs. Stateless, except that each caller
/// brings the segment in which the error number is left.
@SuppressWarnings("restricted") // what this class is for
final class Libc {

  /*
   * Two shapes of call only, since each costs milliseconds of start-up: five longs (a C int in a long
   * register is what both supported ABIs expect; the upper half of an int's result is not defined, so
   * results are cast), and the transfer of bytes from and to Java arrays, which is "critical": without
   * a change of thread state, so it must never block, and never does on a non-blocking socket. The
   * latter does not catch errno: wherever the JIT does not inline a catching call whole, each costs 40
   * bytes (the linker slices the segment it is given). Who fails asks again with the former.
   */

  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EINPROGRESS = 115;
  static final int MSG_NOSIGNAL = 0x4000;

  static final SymbolLookup LOOKUP = Linker.nativeLinker().defaultLookup();
  static final MethodHandle LONGS =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(
                  JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
              Linker.Option.captureCallState("errno"));
  static final MethodHandle BYTES =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
              Linker.Option.critical(true));

  static final MemorySegment RECV = symbol("recv");
  static final MemorySegment SEND = symbol("send");
  static final MemorySegment SOCKET = symbol("socket");
  static final MemorySegment BIND = symbol("bind");
  static final MemorySegment CONNECT = symbol("connect");
  static final MemorySegment CLOSE = symbol("close");
  static final MemorySegment READ = symbol("read");
  static final MemorySegment WRITE = symbol("write");
  static final MemorySegment SETSOCKOPT = symbol("setsockopt");
  static final MemorySegment GETSOCKOPT = symbol("getsockopt");
  static final MemorySegment EVENTFD = symbol("eventfd");
  static final MemorySegment EPOLL_CREATE1 = symbol("epoll_create1");
  static final MemorySegment EPOLL_CTL = symbol("epoll_ctl");
  static final MemorySegment EPOLL_WAIT = symbol("epoll_wait");
  static final MemorySegment EPOLL_PWAIT2 = symbol("epoll_pwait2");
  static final MemorySegment PRCTL = symbol("prctl");
  static final MemorySegment SYSCALL = symbol("syscall");
  static final MemorySegment STRERROR = symbol("strerror");

  private Libc() {}

  private static MemorySegment symbol(String name) {
    return LOOKUP.find(name).orElse(MemorySegment.NULL);
  }

  /// Whether this machine's C library can be called as the epoll loop needs it.
  static boolean usable() {
    String arch = System.getProperty("os.arch", "");
    if (!System.getProperty("os.name", "").equals("Linux")
        || !(arch.equals("amd64") || arch.equals("aarch64"))) {
      return false;
    }
    try {
      return EPOLL_CREATE1.address() != 0 && RECV.address() != 0;
    } catch (LinkageError | RuntimeException e) {
      return false; // foreign calls are not allowed here
    }
  }

  /// A segment for the error number.
  static MemorySegment errorState(Arena arena) {
    MemoryLayout layout = Linker.Option.captureStateLayout();
    return arena.allocate(layout);
  }

  static int errno(MemorySegment state) {
    return state.get(JAVA_INT, 0);
  }

  static long call(
      MemorySegment function, MemorySegment state, long a, long b, long c, long d, long e) {
    try {
      return (long) LONGS.invokeExact(function, state, a, b, c, d, e);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  static int intCall(
      MemorySegment function, MemorySegment state, long a, long b, long c, long d, long e) {
    return (int) call(function, state, a, b, c, d, e);
  }

  /// Sends or receives. What went wrong, if anything, stays unknown.
  static long bytes(MemorySegment function, int fd, MemorySegment buffer, long length, int flags) {
    try {
      return (long) BYTES.invokeExact(function, fd, buffer, length, flags);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  /// The system's words for an error number.
  static String message(MemorySegment state, int errno) {
    long address = call(STRERROR, state, errno, 0, 0, 0, 0);
    return address == 0
        ? "error " + errno
        : MemorySegment.ofAddress(address).reinterpret(256).getString(0);
  }
}
