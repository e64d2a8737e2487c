package io.crankfire.bind;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import io.crankfire.template.ValuePath;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads those parts of a configuration for which libraries are needed that the core does without.
/// The module `data` has the one that is shipped, found by [java.util.ServiceLoader].
///
/// Both come before any template is compiled, since they make the names that templates know.
public interface DataBinder {

  /// The keys that [#feeders] reads, of the whole run.
  List<String> RUN_KEYS = List.of("feeder", "feeders");

  /// The keys that [#conduct] reads, of an endpoint or of the whole run.
  List<String> ENDPOINT_KEYS = List.of("extractors", "checks", "retries", "capture_limit");

  /// Adds the feeders of the whole configuration to the names.
  void feeders(Fields run, Names names, Problems problems);

  /// Reads the extractors, checks, retries and capture limit of an endpoint; its credential is for
  /// others to fill.
  Conduct conduct(Fields endpoint, Names names, Problems problems);

  /// Reads a path to a value in JSON.
  ///
  /// @return null, and a problem, if it is none
  @Nullable ValuePath path(ConfigNode.Scalar text, Problems problems);
}
