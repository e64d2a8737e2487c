package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.http2.Http2Faults;
import io.crankfire.testkit.http2.Http2Oddities;
import io.crankfire.testkit.http2.Http2Specimen;
import io.crankfire.testkit.http2.Http2TestServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way in which the scripted server of HTTP/2 answers, rightly or wrongly, and the outcome of
/// each; and that the requester goes on afterwards.
class Http2FaultsTest {

  static Stream<Http2Specimen> specimens() {
    return Stream.concat(Http2Faults.all().stream(), Http2Oddities.all().stream());
  }

  @ParameterizedTest
  @MethodSource("specimens")
  void itsOutcomeIs(Http2Specimen specimen) {
    List<Transport> transports = Rig.transports();
    // Each specimen on one of the loops, which differ in nothing that is looked at here.
    Transport transport =
        transports.get(Math.floorMod(specimen.name().hashCode(), transports.size()));
    HttpProtocol http = new HttpProtocol();
    try (Http2TestServer server = specimen.serve(ServerSetup.plain());
        Rig rig = new Rig(transport, http, new Ways().connections())) {
      Map<String, String> step = new HashMap<>();
      step.put("http_version", "2");
      step.put("target", server.url("/specimen").toString());
      step.put("timeout", specimen.timesOut() ? "100ms" : "10s");
      if (specimen.bodyBytes() > 0) {
        step.put("method", "POST");
        step.put("body", "x".repeat(specimen.bodyBytes()));
      }
      Call call = Rig.compile(http, step);
      step.remove("method");
      step.remove("body");
      step.put("target", server.url().toString());
      step.put("timeout", "10s");
      Call good = Rig.compile(http, step);
      boolean opening = specimen.name().startsWith("opening");
      if (specimen.timesOut() && !opening) { // none of it for connecting
        assertThat(rig.prepare(good)).isEqualTo(Outcome.OK);
      }
      Flight.Ending ending = rig.run(call);
      // What was written by hand the server does not know of, and so takes its acknowledgement
      // amiss.
      List<String> amiss = new ArrayList<>(server.violations());
      boolean byHand = amiss.removeIf(complaint -> complaint.startsWith("acknowledged "));
      assertThat(specimen.name() + ": " + ending)
          .matches(_ ->
              specimen.outcomes().contains(ending.bucket())
                  || (byHand && ending.bucket().equals("CONNECTION_CLOSED"))
                  // it needs a table, which we leave nobody
                  || (specimen.name().equals("fields-unfolding")
                      && ending.bucket().equals("PROTOCOL_ERROR")));
      assertThat(ending.isOrdered()).as("%s", ending).isTrue();
      boolean ok = ending.outcome().isOk();
      assertThat(ok).isEqualTo(ending.bucket().equals("200"));
      assertThat(ending.detail() == null).as("%s", ending).isEqualTo(ok);
      // After a cancelled stream its connection stays, and what the server goes on to do with it.
      boolean flood = specimen.name().startsWith("flood");
      if (!opening && !flood && !ending.bucket().equals("TIMEOUT")) {
        Flight.Ending next = rig.run(good);
        assertThat(next.bucket()).as("the next: %s", next).isEqualTo("200");
      }
      assertThat(server.failures()).isEmpty();
      assertThat(amiss).isEmpty();
    }
  }
}
