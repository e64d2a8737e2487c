package io.crankfire.imports;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A workload made of a HAR file: endpoints weighted by how often they were recorded, or endpoints
/// and one scenario that repeats the recording.
///
/// @param endpoints with distinct names; equal requests are one
/// @param scenario of a replay; null otherwise
/// @param credentials the names of the credentials that were met
record HarWorkload(
    List<Draft> endpoints, ConfigNode.@Nullable Mapping scenario, Set<String> credentials) {

  /// Think times are written with this precision.
  private static final long MILLI = 1_000_000;

  /// How requests become endpoints.
  ///
  /// @param credentials what becomes of credentials
  /// @param literal protects a recorded text from being taken for something else
  record Treatment(Credentials credentials, UnaryOperator<String> literal) {}

  /// A recorded request with the endpoint that repeats it.
  private record Take(HarEntry entry, Draft endpoint) {}

  /// Makes the workload.
  ///
  /// @param names takes the endpoints' names
  /// @param namedAt where the file was named
  /// @param problems takes faults and warnings
  static HarWorkload of(
      HarReader.Log log,
      HarOptions options,
      Treatment treatment,
      EndpointNames names,
      Position namedAt,
      Problems problems) {
    List<HarEntry> entries = selected(log, options, namedAt, problems);
    HarRequests requests = new HarRequests(treatment.credentials, treatment.literal, problems);
    Map<String, Draft> distinct = new LinkedHashMap<>();
    Map<Draft, Integer> counts = new LinkedHashMap<>();
    List<Take> takes = new ArrayList<>();
    for (HarEntry entry : entries) {
      Draft draft = requests.draft(entry);
      Draft first = distinct.putIfAbsent(draft.fingerprint(), draft);
      Draft endpoint = first == null ? draft : first;
      counts.merge(endpoint, 1, Integer::sum);
      takes.add(new Take(entry, endpoint));
    }
    name(takes, names);
    ConfigNode.Mapping scenario = null;
    if (options.replay() && !takes.isEmpty()) {
      scenario = scenario(takes, options.speed(), namedAt, problems);
    } else {
      counts.forEach((draft, count) -> draft.set("weight", Integer.toString(count)));
    }
    return new HarWorkload(List.copyOf(counts.keySet()), scenario, requests.found());
  }

  private static List<HarEntry> selected(
      HarReader.Log log, HarOptions options, Position namedAt, Problems problems) {
    List<HarEntry> taken = new ArrayList<>();
    int files = 0;
    int filtered = 0;
    boolean keepStatic = options.keepStatic() || options.filter().keepsStatic();
    for (HarEntry entry : log.entries()) {
      if (!options.filter().takes(entry)) {
        filtered++;
      } else if (!keepStatic && entry.isStatic()) {
        files++;
      } else {
        taken.add(entry);
      }
    }
    if (taken.isEmpty()) {
      problems.add(
          namedAt,
          "no request is left of the %d recorded: %d are not HTTP, %d do not match the filter, %d are static files%s"
              .formatted(
                  log.entries().size() + log.others(),
                  log.others(),
                  filtered,
                  files,
                  files > 0 ? " (static:keep takes them)" : ""));
      return taken;
    }
    if (files > 0) {
      problems.warn(
          namedAt,
          "%d static files are left out; static:keep in the filter takes them".formatted(files));
    }
    if (log.others() > 0) {
      problems.warn(namedAt, "%d entries are left out that are not HTTP".formatted(log.others()));
    }
    return taken;
  }

  /// Paths are names, as they always were, with method and host before them where paths are equal.
  private static void name(List<Take> takes, EndpointNames names) {
    Map<String, Draft> paths = new LinkedHashMap<>();
    Map<String, Draft> methods = new LinkedHashMap<>();
    Map<Draft, HarEntry> entries = new LinkedHashMap<>();
    Set<String> ambiguous = new java.util.HashSet<>();
    for (Take take : takes) {
      entries.putIfAbsent(take.endpoint, take.entry);
      String path = take.entry.address().path();
      String method = take.entry.method() + " " + path;
      if (!take.endpoint.equals(paths.computeIfAbsent(path, _ -> take.endpoint))) {
        ambiguous.add(path);
      }
      Draft same = methods.computeIfAbsent(method, _ -> take.endpoint);
      if (!take.endpoint.equals(same) && !host(same).equals(host(take.endpoint))) {
        ambiguous.add(method);
      }
    }
    entries.forEach((draft, entry) -> {
      String path = entry.address().path();
      String method = entry.method() + " " + path;
      String whole = entry.method() + " " + entry.address().authority() + path;
      String name =
          !ambiguous.contains(path)
              ? names.free(path, method, whole)
              : ambiguous.contains(method) ? names.free(whole) : names.free(method);
      draft.set("name", name);
    });
  }

  private static String host(Draft draft) {
    WebAddress address = WebAddress.parse(draft.get("url"));
    return address == null ? "" : address.authority();
  }

  /// A recorded request with the milliseconds at which it began and ended.
  private record Timed(Take take, long beginNanos, long endNanos) {}

  private static ConfigNode.@Nullable Mapping scenario(
      List<Take> takes, double speed, Position namedAt, Problems problems) {
    List<Timed> timed = new ArrayList<>();
    for (Take take : takes) {
      Timed one = timed(take, problems);
      if (one == null) {
        return null;
      }
      timed.add(one);
    }
    timed.sort(Comparator.comparingLong(Timed::beginNanos));
    List<ConfigNode> steps = new ArrayList<>();
    long before = timed.getFirst().beginNanos;
    for (Timed one : timed) {
      Position position = one.take.entry.position();
      Map<String, ConfigNode> step = new LinkedHashMap<>();
      step.put("endpoint", new ConfigNode.Scalar(one.take.endpoint.get("name"), position));
      long think = Math.round((one.beginNanos - before) / speed / MILLI);
      if (think > 0) {
        step.put("think_time", new ConfigNode.Scalar(think + "ms", position));
      }
      steps.add(new ConfigNode.Mapping(step, position));
      before = Math.max(before, one.endNanos);
    }
    Map<String, ConfigNode> scenario = new LinkedHashMap<>();
    scenario.put("name", new ConfigNode.Scalar("recording", namedAt));
    scenario.put("steps", new ConfigNode.Sequence(steps, namedAt));
    return new ConfigNode.Mapping(scenario, namedAt);
  }

  private static @Nullable Timed timed(Take take, Problems problems) {
    Data data = take.entry.data();
    String started = data.textOf("startedDateTime", "");
    try {
      OffsetDateTime at = OffsetDateTime.parse(started);
      long begin =
          Math.addExact(Math.multiplyExact(at.toEpochSecond(), 1_000_000_000L), at.getNano());
      return new Timed(take, begin, begin + length(data.textOf("time", "0")));
    } catch (DateTimeParseException | ArithmeticException _) {
      problems.add(
          take.entry.position(),
          "a replay needs to know when each request began, and \"%s\" is no point in time (startedDateTime)"
              .formatted(started.length() > 40 ? started.substring(0, 40) + "…" : started));
      return null;
    }
  }

  /// The nanoseconds that a number of milliseconds means; 0 for what is none, or below 0 or beyond
  /// a day: recorders write -1 for what they do not know.
  private static long length(String millis) {
    if (!JsonText.isNumber(millis) || millis.length() > 40) {
      return 0;
    }
    double value = Double.parseDouble(millis);
    if (!(value > 0) || value > Duration.ofDays(1).toMillis()) {
      return 0;
    }
    return BigDecimal.valueOf(value)
        .movePointRight(6)
        .setScale(0, RoundingMode.HALF_UP)
        .longValueExact();
  }
}
