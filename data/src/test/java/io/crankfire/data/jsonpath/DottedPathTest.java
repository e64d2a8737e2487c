package io.crankfire.data.jsonpath;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class DottedPathTest {

  @Test
  void conditionsWithinConditionsHaveAnEnd() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DottedPath.parse("#(".repeat(50_000) + "a"))
        .withMessageContaining("nested too deeply");
  }
}
