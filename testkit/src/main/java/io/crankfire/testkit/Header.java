package io.crankfire.testkit;

import java.util.Objects;

/// One header line, name and value as they stood on the wire (value without surrounding white
/// space).
public record Header(String name, String value) {

  public Header {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
  }

  /// Whether this header has the name, compared without regard to case (RFC 9110 §5.1).
  public boolean is(String otherName) {
    return name.equalsIgnoreCase(otherName);
  }
}
