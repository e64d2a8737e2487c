package io.crankfire.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.template.Condition;
import io.crankfire.template.Feeder;
import io.crankfire.template.Names;
import io.crankfire.template.Variables;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `role` is "admin", `user` is not set, `plan` comes from a feeder and is "pro".
class ConditionBinderTest {

  private final Names names = new Names();
  private final Problems problems = new Problems();
  private final Variables variables;

  ConditionBinderTest() {
    int role = names.variable("role");
    names.variable("user");
    names.add(
        new Feeder(
            "people",
            List.of("plan"),
            List.<byte[][]>of(new byte[][] {"pro".getBytes(StandardCharsets.UTF_8)}),
            Feeder.Policy.LOOP));
    variables = new Variables(names, 1, () -> 0);
    variables.set(role, "admin".getBytes(StandardCharsets.UTF_8));
    variables.begin(0, 0);
  }

  private @Nullable Condition bind(String text) {
    return ConditionBinder.bind(
        new ConfigNode.Scalar(text, new Position("test.yaml", 7, 9, null)), names, problems);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "role|true",
        "!role|false",
        "user|false",
        "! user|true",
        "plan|true",
        "people.plan == pro|true",
        "role == admin|true",
        "role==admin|true",
        "role == \"admin\"|true",
        "role == 'admin'|true",
        "role == user|false",
        "role != user|true",
        "role != admin|false",
        "user == |false",
        "user != admin|true",
        "role == a == b|false"
      })
  void aConditionHolds(String text, boolean expected) {
    assertThat(Objects.requireNonNull(bind(text)).holds(variables)).isEqualTo(expected);
    assertThat(problems.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "rol|nothing has the name \"rol\"; did you mean role?",
        "!|\"!\" is no condition",
        "== x|is no condition",
        "!!role|is no condition",
        "role = admin|is no condition: write NAME, !NAME, NAME == text or NAME != text"
      })
  void aFaultIsAProblemWithItsPosition(String text, String message) {
    assertThat(bind(text)).isNull();
    assertThat(problems.all())
        .singleElement()
        .asString()
        .startsWith("test.yaml:7:9: ")
        .contains(message);
  }
}
