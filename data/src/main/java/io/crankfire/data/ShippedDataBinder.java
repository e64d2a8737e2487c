package io.crankfire.data;

import io.crankfire.bind.DataBinder;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;

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
}
