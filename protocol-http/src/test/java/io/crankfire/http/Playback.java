package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Plays received bytes to the reader of a real connection, in pieces of any size, as if a server
/// had sent them. The server really connected to is silent.
final class Playback implements AutoCloseable {

  /// What the reader made of it.
  ///
  /// @param bucket of the outcome; empty if it waits for more
  /// @param bytes after how many it had made up its mind, to the piece
  /// @param reusable whether the connection was kept
  record Verdict(String bucket, int bytes, boolean reusable) {
    boolean isStatus() {
      return bucket.length() == 3;
    }
  }

  /// Where pieces end.
  interface Cuts {
    /// How long the piece at `at` is; at least 1.
    int length(int at);
  }

  private final HttpTestServer server = HttpTestServer.start().otherwise(Script.begin().stall());
  private final Rig rig = new Rig(Transport.NIO, new HttpProtocol(), Connections.DEFAULT);
  private final Call get = call("GET");
  private final Call head = call("HEAD");
  private final Flight flight = rig.flight();

  private Call call(String method) {
    Map<String, String> step =
        Map.of("target", server.url().toString(), "method", method, "timeout", "0");
    return Rig.compile(new HttpProtocol(), step);
  }

  /// Plays a response to a GET.
  Verdict play(String response, Cuts cuts) {
    return play(false, response.getBytes(StandardCharsets.ISO_8859_1), cuts, false);
  }

  /// Plays a response.
  ///
  /// @param eof whether the server closes after it
  @SuppressWarnings("ReferenceEquality")
  Verdict play(boolean toHead, byte[] response, Cuts cuts, boolean eof) {
    int before = flight.endings().size();
    flight.send(toHead ? head : get);
    rig.await(() -> flight.exchange().bytesOut > 0);
    Http1Connection reader = (Http1Connection) flight.exchange().carrier;
    if (reader == null) {
      throw new AssertionError("not under way");
    }
    int at = 0;
    while (at < response.length && flight.underWay()) {
      int length = Math.min(response.length - at, cuts.length(at));
      // As a loop's buffer: other bytes before and after.
      byte[] buffer = new byte[length + 7];
      System.arraycopy(response, at, buffer, 3, length);
      reader.received(NOBODY, buffer, 3, length);
      at += length;
    }
    if (eof && flight.underWay()) {
      reader.ended(NOBODY);
    }
    if (flight.underWay() && flight.exchange().carrier != reader) {
      throw new AssertionError("sent again, though bytes had come");
    }
    boolean ended = !flight.underWay();
    if (!ended) {
      flight.cancel(Outcome.INTERRUPTED);
    }
    if (flight.endings().size() != before + 1) {
      throw new AssertionError("ends: " + flight.endings().size() + " after " + before);
    }
    return new Verdict(ended ? flight.endings().getLast().bucket() : "", at, reader.usable());
  }

  private static final io.crankfire.net.Connection NOBODY =
      new io.crankfire.net.Connection() {
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
          return true;
        }

        @Override
        public void handler(io.crankfire.net.ConnectionHandler handler) {}
      };

  @Override
  public void close() {
    rig.close();
    server.close();
  }
}
