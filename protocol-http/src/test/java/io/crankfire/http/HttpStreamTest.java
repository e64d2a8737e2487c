package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;
import io.crankfire.net.ConnectionHandler;
import io.crankfire.plan.Call;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.Variables;
import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What protocols on top of HTTP get from it.
class HttpStreamTest {

  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: lines\r\nConnection: Upgrade\r\n\r\n";

  private final HttpTestServer server = HttpTestServer.start().recordRequests(10);
  private final Lines protocol = new Lines();
  private final Rig rig = new Rig(Rig.transports().getLast(), protocol, new Ways().connections());

  @AfterEach
  void stop() {
    rig.close();
    server.close();
  }

  private Flight.Ending run(String path, String... more) {
    Map<String, String> step = new HashMap<>(Map.of("target", server.url(path).toString()));
    for (int i = 0; i < more.length; i += 2) {
      step.put(more[i], more[i + 1]);
    }
    return rig.run(Rig.compile(protocol, step));
  }

  @Test
  void aBodyIsHeardAsItComes() {
    server.on(
        "/chunked",
        Script.begin()
            .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n2\r\nhe\r\n")
            .pause(Duration.ofMillis(5))
            .send("3\r\nllo\r\n0\r\n\r\n"));
    Flight.Ending ending = run("/chunked");
    assertThat(ending.bucket()).as("%s", ending).isEqualTo("OK");
    assertThat(protocol.heard.toString()).isEqualTo("200 b[he][llo].");
    assertThat(ending.isOrdered()).isTrue();
    assertThat(ending.bytesIn()).isGreaterThan(60);
    assertThat(ending.bytesOut()).isGreaterThan(30);
  }

  @Test
  void redirectsAreFollowedBeforeAnythingIsHeard() {
    server.on("/from", Response.redirect(307, "/to"));
    server.on("/to", Response.text("there"));
    assertThat(run("/from").bucket()).isEqualTo("OK");
    assertThat(protocol.heard.toString()).isEqualTo("200 null[there].");
    assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
  }

  @Test
  void aFailureIsHeardOnce() {
    server.on(
        "/cut", Script.begin().send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").reset());
    assertThat(run("/cut").bucket()).isEqualTo("CONNECTION_RESET");
    assertThat(protocol.heard.toString()).startsWith("200 null").endsWith("CONNECTION_RESET");
  }

  @Test
  void linesAreAddedToTheHead() {
    server.on("/", Behavior.echo());
    protocol.extra = "X-More: 1\r\nX-Last: 2\r\n";
    run("/", "headers", "accept: lines/own");
    assertThat(server.requests().getLast().header("X-More")).isEqualTo("1");
    assertThat(server.requests().getLast().header("X-Last")).isEqualTo("2");
    assertThat(server.requests().getLast().header("Accept")).isEqualTo("lines/own");
    assertThat(server.requests().getLast().header("X-Fixed")).isEqualTo("yes");
  }

  /// A listener that gives up within a piece, and sends again at once, hears of the new one only.
  @Test
  void whatIsCancelledIsNotHeardAnyMore() {
    String chunks = "5\r\nfirst\r\n4\r\nlate\r\n";
    server.on(
        "/",
        Script.begin()
            .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
            .send("0\r\n\r\n"));
    protocol.cancelAt = "first";
    Flight.Ending ending = run("/");
    assertThat(ending.bucket()).isEqualTo("OK");
    assertThat(protocol.heard.toString()).isEqualTo("200 null[first]");
    protocol.heard.setLength(0);
    protocol.again = true;
    run("/");
    rig.await(() -> protocol.heard.indexOf(".") >= 0);
    assertThat(protocol.heard.toString()).isEqualTo("200 null[first]200 null[first][late].");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "ws"})
  void aSwitchedConnectionIsGivenAway(String scheme) {
    server.on("/plain", Response.text("plain"));
    server.on("/up", Script.begin().send(SWITCH + "rest").pause(Duration.ofMillis(5)).send("more"));
    protocol.upgrades = true;
    run("/plain");
    String url = scheme + server.url("/up").toString().substring(4);
    Flight.Ending ending = rig.run(Rig.compile(protocol, Map.of("target", url)));
    assertThat(ending.bucket()).as("%s", ending).isEqualTo("OK");
    assertThat(protocol.heard.toString()).isEqualTo("200 null[plain].101 null<rest>more");
    assertThat(rig.metrics().connectionsOpened).isEqualTo(2);
  }

  @Test
  void anUpgradeWaitsForAConnectionOfItsOwn() {
    Rig one = new Rig(Rig.transports().getLast(), protocol, new Ways().limit(1).connections());
    server.on("/plain", Response.text("plain"));
    server.on("/up", Script.begin().send(SWITCH + "restmore").stall());
    Call plain = Rig.compile(protocol, Map.of("target", server.url("/plain").toString()));
    assertThat(one.run(plain).bucket()).isEqualTo("OK");
    protocol.upgrades = true;
    Call up = Rig.compile(protocol, Map.of("target", server.url("/up").toString()));
    for (int i = 0; i < 3; i++) {
      assertThat(one.run(up).bucket()).isEqualTo("OK");
    }
    assertThat(one.metrics().connectionsOpened).isEqualTo(4);
    one.close();
  }

  @Test
  void anUnaskedSwitchIsAnError() {
    server.on("/up", Script.begin().send(SWITCH).stall());
    assertThat(run("/up").bucket()).isEqualTo("PROTOCOL_ERROR");
  }

  /// Writes down what it hears.
  private static final class Lines implements Protocol {
    final StringBuilder heard = new StringBuilder();
    String extra = "";
    boolean upgrades;
    boolean again;
    @Nullable String cancelAt;

    record LinesCall(StreamRequest request) implements Call {
      @Override
      public String name() {
        return request.label();
      }

      @Override
      public String protocol() {
        return "lines";
      }

      @Override
      public Target target() {
        return request.target();
      }

      @Override
      public Duration timeout() {
        return request.timeout();
      }
    }

    @Override
    public String name() {
      return "lines";
    }

    @Override
    public @Nullable Call compile(ConfigNode.Mapping step, Compiling compiling) {
      StreamRequest request =
          StreamRequest.compile(
              step,
              compiling,
              new StreamRequest.Shape(Map.of("Accept", "lines/*", "X-Fixed", "yes"), upgrades));
      return request == null ? null : new LinesCall(request);
    }

    @Override
    public Collection<String> keys() {
      return StreamRequest.KEYS;
    }

    @Override
    public String preview(Call call, Variables variables) {
      return ((LinesCall) call).request.preview(variables);
    }

    @Override
    public Requester open(WorkerContext worker) {
      return new LinesRequester(this, HttpStreams.of(worker), worker);
    }
  }

  private record LinesRequester(Lines lines, HttpStreams streams, WorkerContext worker)
      implements Requester {

    @Override
    public void prepare(Call call, Readiness readiness) {
      streams.prepare(((Lines.LinesCall) call).request, readiness);
    }

    @Override
    public void send(Exchange exchange) {
      HttpStream stream = exchange.keepsake(HttpStream.class, () -> streams.stream(exchange));
      exchange.carrier = stream;
      byte[] extra = lines.extra.getBytes(StandardCharsets.US_ASCII);
      StreamRequest request = ((Lines.LinesCall) exchange.call()).request;
      stream.send(request, extra, extra.length, new Writer(lines, exchange, stream, worker));
    }

    @Override
    public void cancel(Exchange exchange, Outcome outcome, String detail) {
      if (exchange.carrier instanceof HttpStream stream && stream.underWay()) {
        stream.fail(outcome, detail);
      }
    }

    @Override
    public void close() {
      streams.close();
    }
  }

  private record Writer(Lines lines, Exchange exchange, HttpStream stream, WorkerContext worker)
      implements StreamListener {

    private void end(Outcome outcome) {
      exchange.end(outcome, worker.loop().now());
    }

    @Override
    public void responded(ResponseHead head) {
      lines.heard.append(head.status()).append(' ').append(head.header("x-a"));
    }

    @Override
    public void body(byte[] bytes, int from, int to) {
      String text = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
      lines.heard.append('[').append(text).append(']');
      if (text.equals(lines.cancelAt)) {
        StreamRequest request = ((Lines.LinesCall) exchange.call()).request;
        stream.cancel();
        end(Outcome.OK);
        if (lines.again) {
          lines.cancelAt = null;
          stream.send(request, new Writer(lines, exchange, stream, worker));
        }
      }
    }

    @Override
    public void switched(Connection wire, Runnable closed, byte[] rest, int from, int to) {
      lines.heard.append('<').append(new String(rest, from, to - from, StandardCharsets.US_ASCII));
      lines.heard.append('>');
      if (to - from == 8) {
        wire.close();
        closed.run();
        end(Outcome.OK);
        return;
      }
      wire.handler(
          new ConnectionHandler() {
            @Override
            public void connected(Connection connection) {
              throw new AssertionError("connected twice");
            }

            @Override
            public void received(Connection from, byte[] buffer, int offset, int length) {
              lines.heard.append(new String(buffer, offset, length, StandardCharsets.US_ASCII));
              wire.close();
              closed.run();
              end(Outcome.OK);
            }

            @Override
            public void ended(Connection connection) {
              wire.close();
              closed.run();
              end(Outcome.CONNECTION_CLOSED);
            }

            @Override
            public void failed(Connection connection, Outcome outcome, String detail) {
              closed.run();
              exchange.fail(outcome, detail, worker.loop().now());
            }
          });
    }

    @Override
    public void completed() {
      lines.heard.append('.');
      end(Outcome.OK);
    }

    @Override
    public void failed(Outcome outcome, String detail) {
      lines.heard.append(Objects.requireNonNull(outcome).bucket());
      exchange.fail(outcome, detail, worker.loop().now());
    }
  }
}
