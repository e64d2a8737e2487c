package io.crankfire.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The signals of the process: `INT` from the keyboard, `TERM` from others. The third one ends the
/// process there and then.
///
/// Where the JVM does not hand signals over, nothing is heard and they end the process as usual.
final class Signals implements Interrupts {

  /*
   * A shutdown hook hears only the first signal, and after it the process has to end. So this is
   * sun.misc.Signal of the supported module jdk.unsupported; by reflection, because the compiler's
   * warning about it can be neither suppressed nor made an exception of in a build where warnings
   * are errors.
   */

  private static final int PATIENCE = 2;

  @Override
  public Registration listen(Listener listener) {
    AtomicInteger times = new AtomicInteger();
    List<Runnable> restorations = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      Runnable heard =
          () -> {
            int time = times.incrementAndGet();
            if (time > PATIENCE) {
              Runtime.getRuntime().halt(kind.exitCode());
            }
            listener.interrupted(kind, time);
          };
      Runnable restoration = handle(kind == Kind.INTERRUPT ? "INT" : "TERM", heard);
      if (restoration != null) {
        restorations.add(restoration);
      }
    }
    return () -> restorations.forEach(Runnable::run);
  }

  /// Has a signal handled from now on.
  ///
  /// @return what undoes it, or null if it could not be done
  private static @Nullable Runnable handle(String name, Runnable heard) {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Method handle = signalType.getMethod("handle", signalType, handlerType);
      Object signal = signalType.getConstructor(String.class).newInstance(name);
      Object handler =
          Proxy.newProxyInstance(
              handlerType.getClassLoader(),
              new Class<?>[] {handlerType},
              (_, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  heard.run();
                  return null;
                }
                return method.invoke(heard, arguments); // equals, hashCode, toString
              });
      Object before = handle.invoke(null, signal, handler);
      return () -> restore(handle, signal, before);
    } catch (ReflectiveOperationException _) {
      // No jdk.unsupported, or the JVM was told to leave the signals alone (-Xrs).
      return null;
    }
  }

  private static void restore(Method handle, Object signal, @Nullable Object before) {
    try {
      var _ = handle.invoke(null, signal, before);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("a signal's handler was set and cannot be restored", e);
    }
  }
}
