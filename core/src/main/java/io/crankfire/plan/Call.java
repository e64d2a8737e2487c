package io.crankfire.plan;

import io.crankfire.metrics.Measure;
import io.crankfire.template.Conduct;
import java.time.Duration;
import java.util.List;

/// One kind of exchange, compiled before the run by its protocol: everything that can be known
/// beforehand is. Immutable; shared by all workers.
public interface Call {

  /// The label in statistics.
  String name();

  /// The name of the protocol that compiled it and that can send it.
  String protocol();

  /// Where it goes.
  Target target();

  /// What is done around it.
  default Conduct conduct() {
    return Conduct.PLAIN;
  }

  /// What its protocol measures of it besides what every exchange has. Always the same list: a
  /// measure is recorded by its position in it.
  default List<Measure> measures() {
    return List.of();
  }

  /// How long an exchange may take, from sent to ended; zero for ever.
  Duration timeout();
}
