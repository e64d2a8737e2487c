package io.crankfire.testkit.sse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Delay;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/// A stream of events at known times. Begin with [#of] and change what differs. Answers only on an
/// [SseTestServer].
///
/// Events are numbered from 1. A request with a numeric `Last-Event-ID` gets those after it.
///
/// @param event the whole text of an event, its empty line included, by its number
/// @param count the number of the last event; [Long#MAX_VALUE] for a stream without an end
/// @param atOnce how many events one request gets at the most; then the stream ends, so that the
///   client has to come again
/// @param first from the request to the first event
/// @param gap from each event to the next, whatever the first was late
/// @param seed makes the draws repeatable; each stream has its own
/// @param framing how the end of the response is known
/// @param ending what follows the last event
public record EventStream(
    LongFunction<String> event,
    long count,
    long atOnce,
    Delay first,
    Delay gap,
    long seed,
    Framing framing,
    Ending ending)
    implements Behavior {

  private static final Delay NONE = Delay.constant(Duration.ZERO);
  private static final AtomicLong STREAMS = new AtomicLong();

  public EventStream {
    Objects.requireNonNull(event, "event");
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(gap, "gap");
    Objects.requireNonNull(framing, "framing");
    Objects.requireNonNull(ending, "ending");
  }

  /// How the end of the response is known.
  public enum Framing {
    /// A chunk for each event.
    CHUNKED,
    /// A chunk for each byte.
    CHUNKED_BY_BYTE,
    /// The connection's end is the response's.
    CLOSE
  }

  /// What follows the last event.
  public enum Ending {
    /// The end of the response, as it should.
    END,
    /// Nothing until the client leaves.
    OPEN,
    /// FIN within the response, which with [Framing#CLOSE] is its end.
    CUT,
    /// RST.
    RESET
  }

  /// So many events, `id: n` and `data: event n`, all at once, and the end.
  public static EventStream of(long count) {
    return new EventStream(
        number -> "id: " + number + "\ndata: event " + number + "\n\n",
        count,
        Long.MAX_VALUE,
        NONE,
        NONE,
        0,
        Framing.CHUNKED,
        Ending.END);
  }

  /// Events without an end.
  public static EventStream endless(Delay gap, long seed) {
    return of(Long.MAX_VALUE).every(gap, seed);
  }

  /// With that text of each event, its empty line included.
  public EventStream saying(LongFunction<String> text) {
    return new EventStream(text, count, atOnce, first, gap, seed, framing, ending);
  }

  /// With the first event that long after the request.
  public EventStream firstAfter(Delay delay) {
    return new EventStream(event, count, atOnce, delay, gap, seed, framing, ending);
  }

  /// With that gap between events.
  public EventStream every(Delay delay, long newSeed) {
    return new EventStream(event, count, atOnce, first, delay, newSeed, framing, ending);
  }

  /// Ending each response after so many events.
  public EventStream atMostAtOnce(long events) {
    return new EventStream(event, count, events, first, gap, seed, framing, ending);
  }

  /// Framed so.
  public EventStream framed(Framing how) {
    return new EventStream(event, count, atOnce, first, gap, seed, how, ending);
  }

  /// Ending so.
  public EventStream ending(Ending how) {
    return new EventStream(event, count, atOnce, first, gap, seed, framing, how);
  }

  @Override
  public Stage stage() {
    return Stage.WITHOUT_BODY;
  }

  @Override
  public void answer(Request request, Wire wire) throws IOException, InterruptedException {
    SseTestServer server = SseTestServer.current();
    String lastId = request.header("Last-Event-ID");
    server.ledger().stream(lastId);
    long done = lastId != null && lastId.matches("\\d{1,18}") ? Long.parseLong(lastId) : 0;
    wire.write(head(request, framing));
    Flow flow = new Flow(this, server, wire, done, request.arrivedNanos());
    if ((count == Long.MAX_VALUE && atOnce == Long.MAX_VALUE) || ending == Ending.OPEN) {
      try {
        flow.schedule();
        wire.stall();
      } finally {
        flow.stop();
      }
    } else {
      flow.run();
      end(wire);
    }
  }

  static String head(Request request, Framing framing) {
    String close = request.version().equals("HTTP/1.0") || framing == Framing.CLOSE ? "close" : "";
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
        + (framing == Framing.CLOSE ? "" : "Transfer-Encoding: chunked\r\n")
        + (close.isEmpty() ? "" : "Connection: close\r\n")
        + "\r\n";
  }

  private void end(Wire wire) throws IOException {
    switch (ending) {
      case END -> end(wire, framing);
      case CUT -> wire.cut();
      case RESET -> wire.reset();
      case OPEN -> throw new IllegalStateException("it has no end");
    }
  }

  static void end(Wire wire, Framing framing) throws IOException {
    if (framing == Framing.CLOSE) {
      wire.close();
    } else {
      wire.write("0\r\n\r\n");
    }
  }

  /// The text as it goes over the wire.
  static byte[] framed(String text, Framing framing) {
    byte[] bytes = text.getBytes(UTF_8);
    String latin = new String(bytes, ISO_8859_1);
    return switch (framing) {
      case CLOSE -> bytes;
      case CHUNKED ->
          (Integer.toHexString(bytes.length) + "\r\n" + latin + "\r\n").getBytes(ISO_8859_1);
      case CHUNKED_BY_BYTE -> {
        StringBuilder chunks = new StringBuilder();
        latin.chars().forEach(c -> chunks.append("1\r\n").append((char) c).append("\r\n"));
        yield chunks.toString().getBytes(ISO_8859_1);
      }
    };
  }

  /// One stream under way: on the connection's thread, or on the timer's if the connection's waits
  /// for the client to leave.
  private static final class Flow {
    private final EventStream stream;
    private final SseTestServer server;
    private final Wire wire;
    private final SplittableRandom random;
    private final long last;
    private long number;
    private long due;
    private long before;
    private boolean begun;
    private volatile boolean stopped;

    Flow(EventStream stream, SseTestServer server, Wire wire, long done, long arrivedNanos) {
      this.stream = stream;
      this.server = server;
      this.wire = wire;
      random = new SplittableRandom(stream.seed + STREAMS.getAndIncrement());
      number = done;
      last = stream.atOnce > stream.count - done ? stream.count : done + stream.atOnce;
      before = arrivedNanos;
      due = arrivedNanos;
      next();
    }

    private void next() {
      due += (begun ? stream.gap : stream.first).sample(random);
      number++;
    }

    private void write() throws IOException {
      byte[] bytes = framed(stream.event.apply(number), stream.framing);
      before = server.ledger().event(!begun, before);
      begun = true;
      wire.write(bytes);
      next();
    }

    void run() throws IOException, InterruptedException {
      while (number <= last) {
        wire.pauseUntil(due);
        write();
      }
    }

    void schedule() {
      if (number <= last && !stopped) {
        server
            .timer()
            .at(
                due,
                () -> {
                  if (!stopped) {
                    write();
                    schedule();
                  }
                });
      }
    }

    void stop() {
      stopped = true;
    }
  }
}
