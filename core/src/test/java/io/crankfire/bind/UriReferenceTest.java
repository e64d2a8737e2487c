package io.crankfire.bind;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UriReferenceTest {

  /// RFC 3986 §5.4.1 and §5.4.2.
  @ParameterizedTest
  @CsvSource({
    "g:h,g:h",
    "g,http://a/b/c/g",
    "./g,http://a/b/c/g",
    "g/,http://a/b/c/g/",
    "/g,http://a/g",
    "//g,http://g",
    "?y,http://a/b/c/d;p?y",
    "g?y,http://a/b/c/g?y",
    "#s,http://a/b/c/d;p?q#s",
    "g#s,http://a/b/c/g#s",
    "g?y#s,http://a/b/c/g?y#s",
    ";x,http://a/b/c/;x",
    "g;x,http://a/b/c/g;x",
    "g;x?y#s,http://a/b/c/g;x?y#s",
    "'',http://a/b/c/d;p?q",
    ".,http://a/b/c/",
    "./,http://a/b/c/",
    "..,http://a/b/",
    "../,http://a/b/",
    "../g,http://a/b/g",
    "../..,http://a/",
    "../../,http://a/",
    "../../g,http://a/g",
    "../../../g,http://a/g",
    "../../../../g,http://a/g",
    "/./g,http://a/g",
    "/../g,http://a/g",
    "g.,http://a/b/c/g.",
    ".g,http://a/b/c/.g",
    "g..,http://a/b/c/g..",
    "..g,http://a/b/c/..g",
    "./../g,http://a/b/g",
    "./g/.,http://a/b/c/g/",
    "g/./h,http://a/b/c/g/h",
    "g/../h,http://a/b/c/h",
    "g;x=1/./y,http://a/b/c/g;x=1/y",
    "g;x=1/../y,http://a/b/c/y",
    "g?y/./x,http://a/b/c/g?y/./x",
    "g?y/../x,http://a/b/c/g?y/../x",
    "g#s/./x,http://a/b/c/g#s/./x",
    "http:g,http:g"
  })
  void theExamplesOfTheStandardResolve(String reference, String expected) {
    assertThat(UriReference.resolve("http://a/b/c/d;p?q", reference)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "https://h/api/v1,/users,https://h/users",
    "https://h/api/v1,users,https://h/api/users",
    "https://h/api/v1,'',https://h/api/v1",
    "https://h,users,https://h/users",
    "https://h,?q=1,https://h?q=1",
    "https://h/api/,/x/{{uid}},https://h/x/{{uid}}",
    "https://h/api/,{{a|/b?c#d}}/e,https://h/api/{{a|/b?c#d}}/e",
    "https://{{host:url}}/a/b,c,https://{{host:url}}/a/c",
    "https://h/{{a/b}},c,https://h/c"
  })
  void anEndpointsPathBeginsFromTheTarget(String target, String path, String expected) {
    assertThat(UriReference.resolve(target, path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "http://me:secret@h:8080/a?b=1#c,http://h:8080/a?b=1",
    "http://h/a@b,http://h/a@b",
    "http://{{a@b}}@h/,http://h/"
  })
  void aLabelHasNoPassword(String url, String expected) {
    assertThat(UriReference.label(url)).isEqualTo(expected);
  }
}
