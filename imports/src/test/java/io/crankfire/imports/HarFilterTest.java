package io.crankfire.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HarFilterTest {

  private static final Position HERE = Position.flag("--har-filter");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "host:api.example.com | true",
        "HOST: API.example.com | true",
        "host:api.example.com:8443 | true",
        "host:api.example.com:443 | false",
        "host:example.com | false",
        "host:*.example.com | true",
        "host:other.com,api.example.com | true",
        "host:other.com;host:api.example.com | true",
        "method:post | true",
        "method:GET | false",
        "path:/v1/ | true",
        "path:/v2/ | false",
        "path:*/items* | true",
        "path:/v1/*/7 | true",
        "path:/v1/*/8 | false",
        "type:json | true",
        "type:application/problem+json | true",
        "type:application/* | true",
        "type:image/* | false",
        "type:xhr | true",
        "exclude-host:api.example.com | false",
        "exclude-method:GET | true",
        "exclude-path:/v1 | false",
        "exclude-type:html | true",
        "host:api.example.com;method:GET | false",
        "; method:POST ; | true",
      })
  void clausesDecide(String filter, boolean taken) {
    Problems problems = new Problems();
    HarFilter parsed = HarFilter.parse(filter, HERE, problems);

    assertThat(problems.all()).isEmpty();
    assertThat(parsed.takes(entry("POST", "https://api.example.com:8443/v1/items/7?x=1")))
        .isEqualTo(taken);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hots:a | unknown clause \"hots\" of a HAR filter, there are host, method, path, type,"
            + " static, exclude-host, exclude-method, exclude-path, exclude-type; did you mean"
            + " host?",
        "host: | the clause \"host:\" needs a value, as in host:example.com",
        "host | the clause \"host\" needs a value, as in host:example.com",
        "static:maybe | static: is keep or drop, not \"maybe\"",
      })
  void whatMeansNothingIsAFault(String filter, String message) {
    Problems problems = new Problems();
    HarFilter.parse("method:GET;" + filter, HERE, problems);

    assertThat(problems.all()).containsExactly(new Problems.Problem(HERE, message));
  }

  @Test
  void aHostIsMatchedByItsSchemesPort() {
    Problems problems = new Problems();
    HarFilter filter = HarFilter.parse("host:a.b:443,[::1]:80", HERE, problems);

    assertThat(filter.takes(entry("GET", "https://a.b/"))).isTrue();
    assertThat(filter.takes(entry("GET", "http://a.b/"))).isFalse();
    assertThat(filter.takes(entry("GET", "http://[::1]/"))).isTrue();
  }

  private static HarEntry entry(String method, String url) {
    Map<String, Data> content =
        Map.of("mimeType", Data.text("application/problem+json; charset=utf-8", HERE));
    LinkedHashMap<String, Data> response = new LinkedHashMap<>();
    response.put("content", Data.object(new LinkedHashMap<>(content), HERE));
    LinkedHashMap<String, Data> entry = new LinkedHashMap<>();
    entry.put("response", Data.object(response, HERE));
    entry.put("_resourceType", Data.text("xhr", HERE));
    return new HarEntry(
        Data.object(entry, HERE), method, Objects.requireNonNull(WebAddress.parse(url)));
  }
}
