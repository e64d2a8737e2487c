package io.crankfire.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// The signals of the process: `INT` from the keyboard, `TERM` from others. The third one ends the
/// process there and then.
@SuppressWarnings("sunapi")
final class Signals implements Interrupts {

  private static final int PATIENCE = 2;

  @Override
  public Registration listen(Listener listener) {
    AtomicInteger times = new AtomicInteger();
    Map<Signal, SignalHandler> before = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      Signal signal = new Signal(kind == Kind.INTERRUPT ? "INT" : "TERM");
      SignalHandler handler =
          _ -> {
            int time = times.incrementAndGet();
            if (time > PATIENCE) {
              Runtime.getRuntime().halt(kind.exitCode());
            }
            listener.interrupted(kind, time);
          };
      try {
        before.put(signal, Signal.handle(signal, handler));
      } catch (IllegalArgumentException _) {
        // The JVM was told to leave this signal alone, by -Xrs or by nohup's SIG_IGN.
      }
    }
    return () -> before.forEach(Signal::handle);
  }
}
