package io.crankfire.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Our own launcher with one choice of transport and of pacing. One worker: it has one core.
///
/// @param pacing a value of `--pacing`, empty for none
/// @param alone whether the event loop has the generator's core to itself (a quiet core), or shares
///   it with the JVM's compiler and the thread that merges
record Crankfire(Path launcher, String transport, String pacing, boolean alone, List<String> extra)
    implements Tool {

  static Crankfire of(Options options, String transport) {
    return new Crankfire(options.crankfire(), transport, "", false, options.extra());
  }

  /// The one whose figures are held against the goals.
  static Crankfire judged(Options options) {
    return of(options, options.transports().getFirst());
  }

  static List<Crankfire> all(Options options) {
    return options.transports().stream().map(t -> of(options, t)).toList();
  }

  Crankfire pacing(String policy) {
    return new Crankfire(launcher, transport, policy, alone, extra);
  }

  Crankfire onQuietCore() {
    return new Crankfire(launcher, transport, pacing, true, extra);
  }

  @Override
  public String label() {
    return "crankfire "
        + transport
        + (pacing.isEmpty() ? "" : " " + pacing)
        + (alone ? ", quiet core" : "");
  }

  @Override
  public String loopThreads() {
    return alone ? "worker-" : "";
  }

  @Override
  public boolean available() {
    return Files.isExecutable(launcher);
  }

  @Override
  public boolean can(Load load) {
    return pacing.isEmpty() || load.rate() > 0;
  }

  @Override
  public List<String> command(Load load) {
    List<String> words =
        new ArrayList<>(
            List.of(
                launcher.toString(),
                "--target",
                load.url(),
                "-c",
                "" + load.connections(),
                "--workers",
                "1",
                "--transport",
                transport,
                "--json-output"));
    if (load.total() > 0) {
      words.addAll(List.of("--total", "" + load.total()));
    } else {
      words.addAll(List.of("-d", load.seconds() + "s"));
    }
    if (load.rate() > 0) {
      words.addAll(List.of("-r", "" + load.rate()));
    }
    if (!pacing.isEmpty()) {
      words.addAll(List.of("--pacing", pacing));
    }
    if (load.https()) {
      words.add("--insecure");
    }
    words.addAll(extra);
    return List.copyOf(words);
  }

  @Override
  public boolean warmsUp() {
    return true;
  }

  /// Response times as `p99`, service times as `service p99`.
  @Override
  public Map<String, Double> reported(String output) {
    Map<String, Double> percentiles = new TreeMap<>();
    int begin = output.indexOf('{');
    if (begin < 0) {
      return percentiles;
    }
    Object report;
    try {
      report = Json.parse(output.substring(begin));
    } catch (IllegalArgumentException e) {
      return percentiles;
    }
    if (!(report instanceof Map<?, ?> fields)) {
      return percentiles;
    }
    fields.forEach((key, value) -> {
      String name = key.toString();
      if (name.matches("p[0-9_.]+_latency_ms") && value instanceof Double ms) {
        percentiles.put(name.substring(0, name.indexOf("_latency")).replace('_', '.'), ms);
      }
    });
    collect(fields.get("response_time"), "", percentiles);
    collect(fields.get("service_time"), "service ", percentiles);
    return percentiles;
  }

  /// Takes every number under a key like `p97.5` or `p99_ms`, at any depth.
  private static void collect(Object value, String prefix, Map<String, Double> into) {
    if (value instanceof Map<?, ?> fields) {
      fields.forEach((key, inner) -> {
        String name = key.toString().replaceFirst("_?ms$", "");
        if (inner instanceof Double ms && name.matches("p[0-9.]+")) {
          into.put(prefix + name, ms);
        } else {
          collect(inner, prefix, into);
        }
      });
    }
  }
}
