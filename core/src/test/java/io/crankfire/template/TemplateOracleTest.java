package io.crankfire.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Templates of random pieces against a naive way to fill them.
class TemplateOracleTest {

  private static final String[] SAMPLES = {
    "",
    "a",
    "ab",
    "abc",
    "%20",
    "zoë",
    "日本",
    "🚀",
    "\"",
    "\\",
    "\n\t\r\b\f",
    "\u0000\u001f\u007f",
    "a b+c&d=e/f?g#h",
    "{{v1}}",
    "}}",
    "~-._"
  };

  private static final class Oracle {
    final SplittableRandom random;
    final Names names = new Names();
    final StringBuilder text = new StringBuilder();
    final StringBuilder expected = new StringBuilder();
    final List<String> values = new ArrayList<>();
    int unresolved;

    Oracle(long seed) {
      random = new SplittableRandom(seed);
    }

    String any(String... texts) {
      return texts[random.nextInt(texts.length)];
    }

    void addPiece() {
      if (random.nextInt(3) == 0) {
        String constant = any("/", "{", "}", " ", "text", "ö", "{\"a\":");
        // A brace right before a placeholder is text, and one right after it, too; two are not.
        if (constant.startsWith("{") && text.toString().endsWith("{")) {
          return;
        }
        text.append(constant);
        expected.append(constant);
        return;
      }
      int variable = random.nextInt(values.size());
      String value = values.get(variable);
      String escape = any("", "", ":url", ":json", ":base64", " : url ");
      boolean defaulted = random.nextBoolean();
      String otherwise = any("", "guest", "a b", "\"q\"", "ü|x");
      String whole =
          "{{"
              + any("", " ", ".", " .")
              + "v"
              + variable
              + escape
              + (defaulted ? "|" + otherwise + "}}" : "}}");
      text.append(whole);
      if (value == null && !defaulted) {
        expected.append(whole);
        unresolved++;
      } else {
        expected.append(escaped(value == null ? otherwise : value, escape.strip()));
      }
    }

    static String escaped(String value, String escape) {
      return switch (escape.replace(" ", "")) {
        case ":url" ->
            URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
        case ":json" -> {
          StringBuilder json = new StringBuilder();
          for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            int known = "\"\\\n\r\t\b\f".indexOf(c);
            json.append(
                known >= 0
                    ? "\\" + "\"\\nrtbf".charAt(known)
                    : c < ' ' ? String.format(Locale.ROOT, "\\u%04x", (int) c) : c);
          }
          yield json.toString();
        }
        case ":base64" ->
            Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        default -> value;
      };
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aTemplateOfRandomPiecesEqualsANaiveOne(long seed) {
    for (int round = 0; round < 2_000; round++) {
      Oracle oracle = new Oracle(seed * 1_000_003 + round);
      for (int i = 0; i < 4; i++) {
        oracle.values.add(oracle.random.nextInt(4) == 0 ? null : oracle.any(SAMPLES));
        oracle.names.variable("v" + i);
      }
      Variables variables = new Variables(oracle.names, seed, () -> 0);
      for (int i = 0; i < 4; i++) {
        String value = oracle.values.get(i);
        if (value != null) {
          variables.set(oracle.names.slot("v" + i), TemplateTest.utf8(value));
        }
      }
      int pieces = oracle.random.nextInt(12);
      for (int i = 0; i < pieces; i++) {
        oracle.addPiece();
      }
      String text = oracle.text.toString();
      assertThat(Template.compile(text, oracle.names, _ -> {}).text(variables))
          .as("seed %d, round %d: %s", seed, round, text)
          .isEqualTo(oracle.expected.toString());
      assertThat(variables.takeUnresolved()).isEqualTo(oracle.unresolved);
    }
  }

  @Test
  void timesEqualThoseOfTheFormatter() {
    SplittableRandom random = new SplittableRandom(42);
    DateTimeFormatter formatter =
        DateTimeFormatter.ofPattern(TimePattern.ISO, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    TimePattern pattern = TimePattern.of(TimePattern.ISO);
    ByteSink sink = new ByteSink(32);
    for (int i = 0; i < 20_000; i++) {
      long time = random.nextLong(-60_000_000_000_000L, 250_000_000_000_000L); // years 68 to 9892
      sink.clear();
      pattern.write(sink, time);
      assertThat(new String(sink.toBytes(), StandardCharsets.US_ASCII))
          .isEqualTo(formatter.format(Instant.ofEpochMilli(time)));
    }
  }

  /// Broken placeholders are errors, all else is text; nothing else happens.
  @Test
  void anyTextIsATemplateOrSaysWhyNot() {
    SplittableRandom random = new SplittableRandom(9);
    String[] parts = {
      "{", "}", "{{", "}}", "a", "$now", "$uuid", "(", ")", "|", ":", "url", ".", " ", "'", ","
    };
    int faulty = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      int count = random.nextInt(12);
      for (int j = 0; j < count; j++) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      try {
        Template template = Template.compile(text.toString(), new Names(), _ -> {});
        template.text(new Variables(new Names(), 1, () -> 0));
      } catch (IllegalArgumentException e) {
        faulty++;
        assertThat(e).hasMessageStartingWith("the placeholder ");
      }
    }
    assertThat(faulty).isBetween(100, 49_000);
  }
}
