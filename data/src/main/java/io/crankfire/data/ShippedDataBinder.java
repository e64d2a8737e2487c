package io.crankfire.data;

import io.crankfire.bind.DataBinder;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.data.jsonpath.JsonPath;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import io.crankfire.template.ValuePath;
import org.jspecify.annotations.Nullable;

/// Reads feeders from CSV and JSON, and extractors and checks by JSON paths and regular
/// expressions. Stateless.
public final class ShippedDataBinder implements DataBinder {

  @Override
  public void feeders(Fields run, Names names, Problems problems) {
    FeedersBinder.bind(run, names, problems);
  }

  @Override
  public Conduct conduct(Fields endpoint, Names names, Problems problems) {
    return ConductBinder.bind(endpoint, names, problems);
  }

  @Override
  public @Nullable ValuePath path(ConfigNode.Scalar text, Problems problems) {
    try {
      return JsonPath.compile(text.text());
    } catch (IllegalArgumentException e) {
      problems.add(text.position(), String.valueOf(e.getMessage()));
      return null;
    }
  }
}
