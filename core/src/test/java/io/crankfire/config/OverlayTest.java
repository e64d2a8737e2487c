package io.crankfire.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode.Mapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlayTest {

  private static final Position FILE = new Position("a.yaml", 1, 1, "");
  private static final Position FLAG = Position.flag("--x");

  @Test
  void whatIsAboveReplacesWhatIsBelowInAnySpelling() {
    Mapping merged =
        Overlay.lay(
            mapping(FILE, "maxRedirects", text("1", FILE), "rate", text("5", FILE)),
            mapping(FLAG, "max_redirects", text("2", FLAG)));

    assertThat(merged)
        .isEqualTo(
            new Mapping(
                Map.of("rate", text("5", FILE), "max_redirects", text("2", FLAG)),
                FILE,
                Map.of("max_redirects", FLAG)));
  }

  @Test
  void listsAreReplacedAndKeysAreMerged() {
    ConfigNode below = new ConfigNode.Sequence(List.of(text("a", FILE), text("b", FILE)), FILE);
    ConfigNode above = new ConfigNode.Sequence(List.of(text("c", FLAG)), FLAG);
    Mapping merged =
        Overlay.lay(
            mapping(FILE, "resolve", below, "tls", mapping(FILE, "ca", text("x", FILE))),
            mapping(FLAG, "resolve", above, "tls", mapping(FLAG, "insecure", text("y", FLAG))));

    assertThat(merged.entries()).containsEntry("resolve", above);
    assertThat(inner(merged, "tls")).containsOnlyKeys("ca", "insecure");
  }

  @Test
  void aDocumentIsReplacedWhole() {
    ConfigNode above = mapping(FLAG, "user_name", text("c", FLAG));
    Mapping merged =
        Overlay.lay(
            mapping(FILE, "body", mapping(FILE, "userName", text("a", FILE), "b", text("x", FILE))),
            mapping(FLAG, "Body", above));

    assertThat(merged.entries()).containsOnlyKeys("Body").containsEntry("Body", above);
  }

  @Test
  void namesOfHeadersDifferByMoreThanCapitals() {
    Mapping merged =
        Overlay.lay(
            mapping(FILE, "headers", mapping(FILE, "X-A", text("1", FILE), "XA", text("2", FILE))),
            mapping(FLAG, "headers", mapping(FLAG, "x-a", text("3", FLAG))));

    assertThat(inner(merged, "headers"))
        .isEqualTo(Map.of("XA", text("2", FILE), "x-a", text("3", FLAG)));
  }

  @ParameterizedTest
  @CsvSource({
    "body, body_file",
    "bodyFile, body",
    "arrival, arrival_model",
    "forever, duration",
    "forever, total",
    "total, forever",
    "max_concurrency, concurrency"
  })
  void whatIsAboveEvictsWhatItExcludes(String below, String above) {
    Mapping merged =
        Overlay.lay(
            mapping(FILE, below, text("1", FILE), "rate", text("5", FILE)),
            mapping(FLAG, above, text("2", FLAG)));

    assertThat(merged.entries()).containsOnlyKeys("rate", above);
  }

  @Test
  void twoThatExcludeEachOtherInOneLayerStayThereToBeFound() {
    Mapping merged =
        Overlay.lay(
            mapping(FILE), mapping(FLAG, "body", text("1", FLAG), "body_file", text("2", FLAG)));

    assertThat(merged.entries()).containsOnlyKeys("body", "body_file");
  }

  @Test
  void aDurationDoesNotEvictATotal() {
    Mapping merged =
        Overlay.lay(
            mapping(FILE, "total", text("1", FILE)), mapping(FLAG, "duration", text("2s", FLAG)));

    assertThat(merged.entries()).containsOnlyKeys("total", "duration");
  }

  private static Map<String, ConfigNode> inner(Mapping mapping, String key) {
    return ((Mapping) Objects.requireNonNull(mapping.entries().get(key))).entries();
  }

  private static ConfigNode.Scalar text(String text, Position position) {
    return new ConfigNode.Scalar(text, position);
  }

  private static Mapping mapping(Position position, Object... entries) {
    Map<String, ConfigNode> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) entries[i], (ConfigNode) entries[i + 1]);
    }
    return new Mapping(map, position);
  }
}
