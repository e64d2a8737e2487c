package io.crankfire.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTextTest {

  private static final Position HERE = Position.flag("test");

  private static ConfigNode value(Kind kind, String text) {
    return new ConfigNode.Scalar(text, kind, HERE);
  }

  @Test
  void valuesAreWhatTheyWereWrittenAs() {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    entries.put("number", value(Kind.NUMBER, "-1.5e3"));
    entries.put("text", value(Kind.TEXT, "5"));
    entries.put("truth", value(Kind.BOOLEAN, "true"));
    entries.put("nothing", value(Kind.NULL, "null"));
    entries.put("list", new ConfigNode.Sequence(List.of(value(Kind.TEXT, "true")), HERE));
    entries.put("none", new ConfigNode.Sequence(List.of(), HERE));
    entries.put("more", new ConfigNode.Mapping(Map.of(), HERE));

    assertThat(JsonText.of(new ConfigNode.Mapping(entries, HERE)))
        .isEqualTo(
            "{\"number\":-1.5e3,\"text\":\"5\",\"truth\":true,\"nothing\":null,\"list\":[\"true\"],"
                + "\"none\":[],\"more\":{}}");
  }

  @Test
  void textsAreEscapedAsRfc8259Section7Says() {
    Map<String, ConfigNode> entries =
        Map.of("a\"b", value(Kind.TEXT, "Zoë \\ \"7\"\n\r\t\u0001\u001f\ud83d\ude00"));

    assertThat(JsonText.of(new ConfigNode.Mapping(entries, HERE)))
        .isEqualTo("{\"a\\\"b\":\"Zoë \\\\ \\\"7\\\"\\n\\r\\t\\u0001\\u001f\ud83d\ude00\"}");
  }
}
