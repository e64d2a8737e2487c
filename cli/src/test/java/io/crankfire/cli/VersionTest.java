package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {
  @Test
  void theVersionIsTheOneOfTheBuild() {
    assertThat(Version.line()).matches("crankfire \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
  }
}
