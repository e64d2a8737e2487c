package io.crankfire.imports;

import io.crankfire.bind.HarKeys;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.protocol.Compiling;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Replaces the key `har_file` of a configuration, and what goes with it, by the endpoints and
/// scenarios that the file means. To be done before the configuration is bound, so that everything
/// else of it applies to them: credentials, feeders, headers, checks.
///
/// - `har_file`: the file, relative to the configuration's folder or the working directory
/// - `har_filter`: which requests are taken, see [HarFilter]
/// - `har_keep_static`, `har_keep_credentials`: whether these are taken, too
/// - `har_replay`, `har_speed`: recorded order and think times, and how many times faster
public final class HarExpansion {

  /// The keys that are replaced, in snake case.
  public static final List<String> KEYS = HarKeys.HAR.names();

  private HarExpansion() {}

  /// Replaces the keys.
  ///
  /// @param config a whole configuration
  /// @param problems takes all faults and warnings
  /// @return the configuration without the keys of this class; the same if it had none
  public static ConfigNode.Mapping expand(ConfigNode.Mapping config, Problems problems) {
    Fields fields = new Fields(config, problems);
    if (KEYS.stream().noneMatch(fields::has)) {
      return config;
    }
    Map<String, ConfigNode> entries = without(config.entries(), KEYS);
    String file = fields.text("har_file");
    HarOptions options = options(fields, problems);
    if (file == null || file.isBlank()) {
      for (String key : KEYS) {
        if (fields.has(key)) {
          problems.add(fields.position(key), key + " means nothing without a har_file");
          break;
        }
      }
      return new ConfigNode.Mapping(entries, config.position(), config.keys());
    }
    HarReader.Log log = read(file.strip(), fields.position("har_file"), problems);
    if (log != null && options != null) {
      add(log, options, fields.position("har_file"), entries, problems);
    }
    return new ConfigNode.Mapping(entries, config.position(), config.keys());
  }

  private static HarReader.@Nullable Log read(String file, Position at, Problems problems) {
    Path path;
    try {
      path = Compiling.file(file, at);
    } catch (InvalidPathException _) {
      problems.add(at, "\"" + file + "\" is not a path");
      return null;
    }
    return HarReader.read(path, at, problems);
  }

  private static @Nullable HarOptions options(Fields fields, Problems problems) {
    int before = problems.all().size();
    String filter = fields.text("har_filter");
    HarFilter parsed =
        filter == null
            ? HarFilter.ALL
            : HarFilter.parse(filter, fields.position("har_filter"), problems);
    boolean keepStatic = fields.flag("har_keep_static", false);
    boolean keepCredentials = fields.flag("har_keep_credentials", false);
    boolean replay = fields.flag("har_replay", false);
    double speed = fields.number(HarKeys.SPEED);
    if (!(speed > 0)) {
      problems.add(fields.position("har_speed"), "must be above 0");
    } else if (fields.has("har_speed") && !replay) {
      problems.add(fields.position("har_speed"), "only a replay has a speed: set har_replay, too");
    }
    return problems.all().size() > before
        ? null
        : new HarOptions(parsed, keepStatic, keepCredentials, replay, speed);
  }

  private static void add(
      HarReader.Log log,
      HarOptions options,
      Position namedAt,
      Map<String, ConfigNode> entries,
      Problems problems) {
    List<ConfigNode> endpoints = take(entries, "endpoints", problems);
    List<ConfigNode> scenarios = take(entries, "scenarios", problems);
    EndpointNames names = new EndpointNames();
    for (ConfigNode endpoint : endpoints) {
      names.take(nameOf(endpoint));
    }
    HarWorkload workload =
        HarWorkload.of(
            log,
            options,
            new HarWorkload.Treatment(
                options.keepCredentials() ? Credentials.KEPT : Credentials.DROPPED, text -> text),
            names,
            namedAt,
            problems);
    if (!workload.credentials().isEmpty() && !options.keepCredentials()) {
      problems.warn(
          namedAt,
          "credentials are left out, and har_keep_credentials sends them: "
              + String.join(", ", workload.credentials()));
    }
    arrange(workload, endpoints, scenarios);
    if (!endpoints.isEmpty()) {
      entries.put("endpoints", new ConfigNode.Sequence(endpoints, namedAt));
    }
    if (!scenarios.isEmpty()) {
      entries.put("scenarios", new ConfigNode.Sequence(scenarios, namedAt));
    }
  }

  /// Beside scenarios, endpoints are definitions only: what has to be sent on its own becomes a
  /// scenario of one step then.
  private static void arrange(
      HarWorkload workload, List<ConfigNode> endpoints, List<ConfigNode> scenarios) {
    ConfigNode.Mapping recording = workload.scenario();
    if (recording != null) {
      if (scenarios.isEmpty()) {
        endpoints.forEach(endpoint -> scenarios.add(asScenario(endpoint)));
        endpoints.clear();
      }
      scenarios.add(recording);
      workload.endpoints().forEach(draft -> endpoints.add(draft.toNode()));
    } else if (scenarios.isEmpty()) {
      workload.endpoints().forEach(draft -> endpoints.add(draft.toNode()));
    } else {
      workload.endpoints().forEach(draft -> scenarios.add(asScenario(draft.toNode())));
    }
  }

  private static ConfigNode asScenario(ConfigNode endpoint) {
    if (!(endpoint instanceof ConfigNode.Mapping mapping)) {
      return endpoint;
    }
    Map<String, ConfigNode> scenario = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach((key, value) -> {
          if (isOneOf(key, List.of("name", "weight"))) {
            scenario.put(folded(key), value);
          }
        });
    ConfigNode step =
        new ConfigNode.Mapping(
            without(mapping.entries(), List.of("weight")), mapping.position(), mapping.keys());
    scenario.put("steps", new ConfigNode.Sequence(List.of(step), mapping.position()));
    return new ConfigNode.Mapping(scenario, mapping.position());
  }

  private static String nameOf(ConfigNode endpoint) {
    if (endpoint instanceof ConfigNode.Mapping mapping) {
      for (Map.Entry<String, ConfigNode> entry : mapping.entries().entrySet()) {
        if (folded(entry.getKey()).equals("name")
            && entry.getValue() instanceof ConfigNode.Scalar name) {
          return name.text();
        }
      }
    }
    return "";
  }

  /// Removes a list, to be put back longer; a value that is no list stays and is a problem.
  private static List<ConfigNode> take(
      Map<String, ConfigNode> entries, String key, Problems problems) {
    List<ConfigNode> items = new ArrayList<>();
    for (Map.Entry<String, ConfigNode> entry : List.copyOf(entries.entrySet())) {
      if (!folded(entry.getKey()).equals(key)) {
        continue;
      }
      if (entry.getValue() instanceof ConfigNode.Sequence list) {
        items.addAll(list.items());
      } else {
        problems.add(entry.getValue().position(), "expected a list of " + key);
      }
      entries.remove(entry.getKey());
    }
    return items;
  }

  private static Map<String, ConfigNode> without(
      Map<String, ConfigNode> entries, List<String> keys) {
    Map<String, ConfigNode> others = new LinkedHashMap<>(entries);
    others.keySet().removeIf(key -> isOneOf(key, keys));
    return others;
  }

  private static boolean isOneOf(String key, List<String> keys) {
    return keys.stream().anyMatch(known -> folded(known).equals(folded(key)));
  }

  /// A key in the one spelling that its three spellings share.
  private static String folded(String key) {
    return key.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
  }
}
