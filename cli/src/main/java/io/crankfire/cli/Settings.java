package io.crankfire.cli;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.imports.HarExpansion;

/// The settings of a run: those of the flags, laid over those of a file if there is one.
///
/// @param config all of them
/// @param given the command line as it would be without the file
record Settings(ConfigNode.Mapping config, Given given) {

  /// Puts them together.
  ///
  /// @param problems takes all that is wrong with them
  /// @throws UsageException if the file cannot be read at all
  static Settings of(Given given, Console console, Problems problems) throws UsageException {
    ConfigNode.Mapping flags = FlagConfig.toConfig(given, problems);
    if (given.one(Flags.CONFIG) != null) {
      FileConfig file = FileConfig.load(given, flags, console, problems);
      if (file == null) {
        throw new UsageException(Faults.lines(problems));
      }
      return new Settings(withRecording(file.config(), problems), file.given());
    }
    if (given.one(Flags.PROFILE) != null) {
      problems.add(
          Position.flag(Flags.PROFILE), "a profile is one of a configuration file: give --config");
    }
    return new Settings(withRecording(flags, problems), given);
  }

  /// With the requests of a HAR file, if one is named in whatever spelling. Only then are the
  /// classes loaded that read it.
  static ConfigNode.Mapping withRecording(ConfigNode.Mapping config, Problems problems) {
    for (String key : config.entries().keySet()) {
      if (key.regionMatches(true, 0, "har", 0, 3)) {
        return HarExpansion.expand(config, problems);
      }
    }
    return config;
  }
}
