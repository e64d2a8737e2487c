package io.crankfire.bench.peers;

import io.hyperfoil.api.config.BenchmarkBuilder;
import io.hyperfoil.api.config.PhaseBuilder;
import io.hyperfoil.core.impl.LocalSimulationRunner;
import io.hyperfoil.http.api.HttpMethod;
import io.hyperfoil.http.config.HttpBuilder;
import io.hyperfoil.http.config.HttpPluginBuilder;
import io.hyperfoil.http.config.Protocol;
import io.hyperfoil.http.steps.HttpStepCatalog;
import java.net.URI;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/// Hyperfoil without its controller: one phase as its own command `wrk` or `wrk2` makes it, but
/// without the calibration before, in which the rate would have a gap.
public final class HyperfoilBench {

  private static final double[] PERCENTILES = {50, 97.5, 99};

  private HyperfoilBench() {}

  public static void main(String[] arguments) {
    if (arguments.length != 5) {
      System.err.println("hyperfoil-bench wants URL CONNECTIONS SECONDS RATE TOTAL");
      System.exit(2);
    }
    URI uri = URI.create(arguments[0]);
    int connections = Integer.parseInt(arguments[1]);
    int seconds = Integer.parseInt(arguments[2]);
    int rate = Integer.parseInt(arguments[3]);
    int total = Integer.parseInt(arguments[4]);
    BenchmarkBuilder benchmark = benchmark(uri, connections);
    PhaseBuilder.Catalog catalog = benchmark.addPhase("load");
    PhaseBuilder<?> phase =
        total > 0
            ? catalog.sequentially(total)
            : rate > 0
                ? catalog.constantRate(rate).variance(false).maxSessions(rate * 15)
                : catalog.always(connections);
    get(phase, seconds);
    Histogram histogram = new Histogram(3);
    new LocalSimulationRunner(
            benchmark.build(),
            (ended, step, metric, snapshot, countDown) -> histogram.add(snapshot.histogram),
            null,
            null)
        .run();
    for (double percentile : PERCENTILES) {
      double millis = histogram.getValueAtPercentile(percentile) / 1e6;
      System.out.printf(Locale.ROOT, "  %.3f%% %.3fms%n", percentile, millis);
    }
    System.exit(0);
  }

  private static BenchmarkBuilder benchmark(URI uri, int connections) {
    Protocol protocol = Protocol.fromScheme(uri.getScheme());
    HttpBuilder http =
        BenchmarkBuilder.builder()
            .name("load")
            .threads(1)
            .addPlugin(HttpPluginBuilder::new)
            .ergonomics()
            .repeatCookies(false)
            .userAgentFromSession(false)
            .endErgonomics()
            .http()
            .protocol(protocol)
            .host(uri.getHost())
            .port(protocol.portOrDefault(uri.getPort()))
            .allowHttp2(false)
            .sharedConnections(connections);
    leaveOutCache(http);
    return http.endHttp().endPlugin();
  }

  private static void leaveOutCache(HttpBuilder http) {
    try {
      HttpBuilder.class.getMethod("useHttpCache", boolean.class).invoke(http, false);
    } catch (NoSuchMethodException e) {
      /* older than 0.26, where it is always there */
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /* A session is one request at a time, so it needs room for no more. */
  private static void get(PhaseBuilder<?> phase, int seconds) {
    phase
        .duration(seconds * 1000L)
        .maxDuration(seconds * 1000L + 5000)
        .scenario()
        .maxRequests(1)
        .maxSequences(1)
        .initialSequence("request")
        .step(HttpStepCatalog.SC)
        .httpRequest(HttpMethod.GET)
        .path("/")
        .endStep()
        .endSequence();
  }
}
