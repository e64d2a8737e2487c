package io.crankfire.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.servlets.EventSource;
import org.eclipse.jetty.ee10.servlets.EventSourceServlet;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Event streams of a server of other people.
class JettyEventSourceTest {

  private static final Server SERVER = new Server();
  private static final ServerConnector CONNECTOR = new ServerConnector(SERVER, 1, 1);

  /// Data of several lines, a named event and a comment; the stream stays open.
  private static final class Ticker extends EventSourceServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected EventSource newEventSource(HttpServletRequest request) {
      return new EventSource() {
        @Override
        public void onOpen(Emitter emitter) throws IOException {
          emitter.data("first\nof two lines");
          emitter.comment("nothing");
          emitter.event("price", "42");
          emitter.data("last");
        }

        @Override
        public void onClose() {
          // Nothing is held.
        }
      };
    }
  }

  @BeforeAll
  static void start() throws Exception {
    SERVER.addConnector(CONNECTOR);
    ServletContextHandler context = new ServletContextHandler();
    context.addServlet(new ServletHolder(new Ticker()), "/ticker");
    SERVER.setHandler(context);
    SERVER.start();
  }

  @AfterAll
  static void stop() throws Exception {
    SERVER.stop();
  }

  static Stream<Transport> transports() {
    return Rig.transports().stream();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void streamsOfJettyAreRead(Transport transport) {
    SseProtocol protocol = new SseProtocol();
    String url = "http://127.0.0.1:" + CONNECTOR.getLocalPort() + "/ticker";
    try (Rig rig = new Rig(transport, protocol, Connections.DEFAULT)) {
      Call call = Rig.compile(protocol, Map.of("target", url));
      List<Flight> flights = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        flights.add(rig.flight().send(call));
      }
      rig.await(() -> rig.metrics().calls[0].measures.total(SseMeasures.EVENTS) >= 60);
      for (Flight flight : flights) {
        flight.cancel(Outcome.INTERRUPTED);
      }

      assertThat(flights).allMatch(flight -> flight.exchange().bytesIn > 100);
      assertThat(rig.metrics().calls[0].measures.total(SseMeasures.EVENTS)).isEqualTo(60);
      assertThat(rig.metrics().calls[0].measures.total(SseMeasures.CONNECT)).isEqualTo(20);
    }
  }
}
