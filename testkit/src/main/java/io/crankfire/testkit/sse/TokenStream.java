package io.crankfire.testkit.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Delay;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Wire;
import java.io.IOException;
import java.util.Objects;
import java.util.SplittableRandom;

/// The request's body back as tokens, one for each run of characters that a blank ends, in the form
/// in which language models stream them: `data: {"choices":[{"delta":{"content":"…"}}]}`, and at
/// the end `data: [DONE]`. Answers only on an [SseTestServer]. Thread-safe.
public final class TokenStream implements Behavior {
  private final Delay first;
  private final Delay gap;
  private final SplittableRandom random;

  /// @param first from the request to the first token
  /// @param gap from each token to the next
  /// @param seed makes the draws repeatable
  public TokenStream(Delay first, Delay gap, long seed) {
    this.first = Objects.requireNonNull(first, "first");
    this.gap = Objects.requireNonNull(gap, "gap");
    random = new SplittableRandom(seed);
  }

  @Override
  public void answer(Request request, Wire wire) throws IOException, InterruptedException {
    SseLedger ledger = SseTestServer.current().ledger();
    ledger.stream(request.header("Last-Event-ID"));
    wire.write(EventStream.head(request, EventStream.Framing.CHUNKED));
    long before = request.arrivedNanos();
    long due = before;
    boolean begun = false;
    for (String token : new String(request.body(), UTF_8).split("(?<= )")) {
      due += draw(begun ? gap : first);
      wire.pauseUntil(due);
      before = ledger.event(!begun, before);
      begun = true;
      write(wire, "{\"choices\":[{\"delta\":{\"content\":\"" + escaped(token) + "\"}}]}");
    }
    write(wire, "[DONE]");
    EventStream.end(wire, EventStream.Framing.CHUNKED);
  }

  private static void write(Wire wire, String data) throws IOException {
    wire.write(EventStream.framed("data: " + data + "\n\n", EventStream.Framing.CHUNKED));
  }

  private synchronized long draw(Delay delay) {
    return delay.sample(random);
  }

  private static String escaped(String text) {
    StringBuilder json = new StringBuilder();
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            json.append('\\').append((char) c);
          } else if (c < ' ') {
            json.append("\\u%04x".formatted(c));
          } else {
            json.append((char) c);
          }
        });
    return json.toString();
  }
}
