package io.crankfire.protocol;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Problems;
import io.crankfire.template.Conduct;
import io.crankfire.template.ValuePath;
import org.jspecify.annotations.Nullable;

/// Reads those parts of a protocol's own block for which libraries are needed. Asked only for what
/// is there, so that a run without any loads nothing of them. Confined to one thread.
public interface DataReader {

  /// Extractors and checks.
  ///
  /// @param keys `extractors` and `checks`, as an endpoint has them
  Conduct conduct(ConfigNode.Mapping keys);

  /// A path to a value in JSON; null if it is a problem.
  @Nullable ValuePath path(ConfigNode.Scalar text);

  /// Stands for a reader that is not there.
  ///
  /// @param problems hears of everything that it is asked for
  record Missing(Problems problems) implements DataReader {

    private static final String DETAIL = "the module that reads it is not installed";

    @Override
    public Conduct conduct(ConfigNode.Mapping keys) {
      problems.add(keys.position(), DETAIL);
      return Conduct.PLAIN;
    }

    @Override
    public @Nullable ValuePath path(ConfigNode.Scalar text) {
      problems.add(text.position(), DETAIL);
      return null;
    }
  }
}
