package io.crankfire.cli;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.JsonText;
import io.crankfire.config.Key;
import io.crankfire.config.Overlay;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.file.ConfigFile;
import io.crankfire.report.Reports;
import io.crankfire.run.ConfigKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The settings of `--config FILE` with those of the flags laid over them.
///
/// @param config all settings
/// @param given the command line as it would be without the file: what the file says, as flags
record FileConfig(ConfigNode.Mapping config, Given given) {

  /// Reads the file that the command line names.
  ///
  /// @param flags the settings of the flags
  /// @param problems takes all that is wrong with the file
  /// @return null if the file cannot be read
  static @Nullable FileConfig load(
      Given given, ConfigNode.Mapping flags, Console console, Problems problems) {
    String name = given.one(Flags.CONFIG);
    ConfigFile file = name == null ? null : ConfigFile.read(name, problems);
    if (file == null) {
      return null;
    }
    ConfigNode.Mapping settings =
        file.settings(
            given.one(Flags.PROFILE),
            Position.flag(Flags.PROFILE),
            console.environment(),
            problems);
    ConfigNode.Mapping all = Overlay.lay(settings, flags);
    List<Given.Value> values = new ArrayList<>(asFlags(all));
    values.addAll(output(settings, given, problems));
    values.addAll(given.values());
    return new FileConfig(all, new Given(values, given.words()));
  }

  /// What is wrong with the settings about output.
  static void checkOutput(ConfigNode.Mapping settings, Problems problems) {
    output(settings, new Given(List.of(), List.of()), problems);
  }

  /// The settings that come from the file, as the flags that would have made them.
  private static List<Given.Value> asFlags(ConfigNode.Mapping all) {
    Fields top = new Fields(all, new Problems());
    List<Given.Value> values = new ArrayList<>();
    for (Flag flag : Flags.RUN) {
      String key = flag.key();
      if (key == null || flag.kind() == Flag.Kind.NEGATED) {
        continue;
      }
      int dot = key.indexOf('.');
      ConfigNode node =
          dot < 0 ? top.node(key) : top.fields(key.substring(0, dot)).node(key.substring(dot + 1));
      if (node instanceof ConfigNode.Scalar || (node != null && !flag.name().equals(Flags.BODY))) {
        add(values, flag, "", node);
      } else if (node != null) {
        values.add(new Given.Value(flag, JsonText.of(node)));
      }
    }
    return values;
  }

  private static void add(List<Given.Value> values, Flag flag, String before, ConfigNode node) {
    switch (node) {
      case ConfigNode.Scalar scalar -> {
        if (scalar.position().line() > 0) {
          values.add(new Given.Value(flag, before + scalar.text()));
        }
      }
      case ConfigNode.Sequence list ->
          list.items().forEach(item -> add(values, flag, before, item));
      case ConfigNode.Mapping mapping ->
          mapping.entries().forEach((name, value) -> add(values, flag, name + ": ", value));
    }
  }

  /// The settings about output, as flags, unless the same flag was given.
  private static List<Given.Value> output(
      ConfigNode.Mapping settings, Given given, Problems problems) {
    Fields fields = new Fields(settings, problems);
    List<Given.Value> values = new ArrayList<>();
    for (Key key : ConfigKeys.OUTPUT.keys()) {
      Flag flag = flag("--" + key.name().replace('_', '-'));
      boolean isGiven = given.one(flag.name()) != null;
      if (!fields.has(key.name())) {
        continue;
      }
      if (flag.kind() == Flag.Kind.SWITCH) {
        boolean on = fields.flag(key);
        if (!isGiven) {
          values.add(new Given.Value(flag, Boolean.toString(on)));
        }
        continue;
      }
      for (ConfigNode.Scalar text : fields.texts(key.name())) {
        try {
          var _ = Reports.Output.parse(text.text());
          if (!isGiven) {
            values.add(new Given.Value(flag, text.text()));
          }
        } catch (IllegalArgumentException e) {
          problems.add(text.position(), String.valueOf(e.getMessage()));
        }
      }
    }
    return values;
  }

  private static Flag flag(String name) {
    for (Flag flag : Flags.RUN) {
      if (flag.name().equals(name)) {
        return flag;
      }
    }
    throw new IllegalStateException("no flag " + name);
  }
}
