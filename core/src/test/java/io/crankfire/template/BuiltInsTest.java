package io.crankfire.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The random built-ins, with fixed seeds.
class BuiltInsTest {

  private static String filled(String text, long seed, long session, long iteration) {
    Variables variables = new Variables(new Names(), seed, () -> 0);
    variables.begin(session, iteration);
    return Template.compile(text, new Names(), _ -> {}).text(variables);
  }

  @Test
  void randomPiecesDependOnSeedAndIterationAlone() {
    String text = "{{$uuid}} {{$random_int(1,1000000)}} {{$random_choice(a,b,c,d)}} {{$uuid}}";
    assertThat(filled(text, 1, 0, 5)).isEqualTo(filled(text, 1, 9, 5));
    assertThat(filled(text, 1, 0, 5)).isNotEqualTo(filled(text, 2, 0, 5));
    assertThat(filled(text, 1, 0, 5)).isNotEqualTo(filled(text, 1, 0, 6));
  }

  @Test
  void uuidsAreOfVersionFourAndAllDifferent() {
    Set<UUID> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      String text = filled("{{$uuid}}", 3, 0, i);
      UUID uuid = UUID.fromString(text);
      assertThat(uuid).hasToString(text);
      assertThat(uuid.version()).isEqualTo(4);
      assertThat(uuid.variant()).isEqualTo(2);
      seen.add(uuid);
    }
    assertThat(seen).hasSize(10_000);
  }

  @Test
  void eachUuidOfARequestIsAnother() {
    String[] two = filled("{{$uuid}} {{$uuid}}", 3, 0, 0).split(" ");
    assertThat(two[0]).isNotEqualTo(two[1]);
  }

  /// Chi-square with 5 degrees of freedom: 20.5 is passed by one of a thousand honest dice.
  @Test
  void numbersAndChoicesAreEquallyLikely() {
    for (String text : List.of("{{$random_int(1,6)}}", "{{$random_choice(1, 2, 3, 4, 5, 6)}}")) {
      Map<String, Integer> counts = new TreeMap<>();
      int throwsOfDice = 60_000;
      for (int i = 0; i < throwsOfDice; i++) {
        counts.merge(filled(text, 11, 0, i), 1, Integer::sum);
      }
      assertThat(counts.keySet()).containsExactly("1", "2", "3", "4", "5", "6");
      double expected = throwsOfDice / 6.0;
      double chiSquare =
          counts.values().stream()
              .mapToDouble(n -> (n - expected) * (n - expected) / expected)
              .sum();
      assertThat(chiSquare).as(text).isLessThan(20.5);
    }
  }

  @Test
  void allNumbersThereAreCanBeDrawn() {
    String widest = "{{$random_int(%d,%d)}}".formatted(Long.MIN_VALUE, Long.MAX_VALUE);
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      seen.add(Long.parseLong(filled(widest, 5, 0, i)));
    }
    assertThat(seen).hasSize(1_000).anyMatch(n -> n < 0).anyMatch(n -> n > 0);
  }

  @Test
  void everyBuiltInIsListed() {
    Map<String, String> arguments =
        Map.of("$random_int", "(1,2)", "$random_choice", "(a)", "$env", "(X)");
    Names names = new Names(_ -> "x");
    for (String name : BuiltIns.NAMES) {
      String inner = arguments.getOrDefault(name, "");
      assertThat(
              BuiltIns.find(
                  name, inner.isEmpty() ? null : inner.substring(1, inner.length() - 1), names))
          .as(name)
          .isNotNull();
    }
  }
}
