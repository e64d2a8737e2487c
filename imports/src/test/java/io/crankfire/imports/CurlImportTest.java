package io.crankfire.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CurlImportTest {

  private static final String MULTIPART =
      """
      --crankfire-form-boundary
      Content-Disposition: form-data; name="a"

      1
      --crankfire-form-boundary
      Content-Disposition: form-data; name="b"
      Content-Type: text/csv

      x
      --crankfire-form-boundary--
      """;

  static Stream<Arguments> commands() {
    return Stream.of(
        row("curl http://h/a", "{name=GET /a, method=GET, url=http://h/a, max_redirects=0}"),
        row("curl -L h/a", "{name=GET /a, method=GET, url=http://h/a}"),
        row("$ /usr/bin/curl -sSL 'http://h/a?x=1&y=2'", "url=http://h/a?x=1&y=2}"),
        row("curl -X put http://h/", "method=PUT,"),
        row("curl -XDELETE http://h/", "method=DELETE,"),
        row("curl -I http://h/", "method=HEAD,"),
        row(
            "curl http://h/ -d a=1 --data b=2",
            "method=POST, url=http://h/, headers={Content-Type=application/x-www-form-urlencoded},"
                + " body=a=1&b=2"),
        row("curl http://h/ --data-raw '@a'", "body=@a"),
        row("curl http://h/ --data-binary @dir/f.json", "body_file=dir/f.json"),
        row(
            "curl http://h/ --data-urlencode 'q=a b&c' --data-urlencode '=x y'",
            "body=q=a%20b%26c&x%20y"),
        row(
            "curl -G http://h/p?z=0 -d a=1 --data-urlencode 'b=c d'",
            "method=GET, url=http://h/p?z=0&a=1&b=c%20d,"),
        row(
            "curl --json '{\"a\":1}' http://h/",
            "headers={Content-Type=application/json, Accept=application/json}, body={\"a\":1}"),
        row(
            "curl http://h/ -d x -H 'Content-Type: text/plain'",
            "headers={Content-Type=text/plain}, body=x"),
        row("curl http://h/ -d x -H 'Content-Type:'", "method=POST, url=http://h/, body=x"),
        row(
            "curl http://h/ -H 'X-Empty;' -A me -e http://r/",
            "headers={X-Empty=, User-Agent=me, Referer=http://r/}"),
        row("curl --compressed http://h/", "headers={Accept-Encoding=gzip, deflate}"),
        row("curl -u ann:pw http://h/", "auth={type=basic, username=ann, password=${PASSWORD}}"),
        row(
            "curl http://ann:p%40w@h/",
            "url=http://h/, auth={type=basic, username=ann, password=${PASSWORD}}"),
        row("curl -b 'sid=abc' http://h/", "headers={Cookie=${COOKIE}}"),
        row(
            "curl -H 'Authorization: Bearer abc' http://h/",
            "headers={Authorization=Bearer ${BEARER_TOKEN}}"),
        row("curl -H 'X-Api-Key: abc' http://h/", "headers={X-Api-Key=${X_API_KEY}}"),
        row("curl 'http://h/?api_key=abc&a=1'", "url=http://h/?api_key=${API_KEY}&a=1"),
        row("curl http://h/ -d 'user=a&password=abc'", "body=user=a&password=${PASSWORD}"),
        row(
            "curl --json '{\"password\": \"abc\"}' http://h/",
            "body={\"password\": \"${PASSWORD}\"}"),
        row("curl -m 2.5 --max-redirs 3 -L http://h/", "timeout=2.5s, max_redirects=3}"),
        row("curl --url http://h/a --request=POST", "method=POST, url=http://h/a"),
        row("curl http://h/ -d $'a\\'b\\n\\u00e9\\x41'", "body=a'b\néA"),
        row("curl http://h/ -d \"a\\\"b\\$c\"", "body=a\"b$c"),
        row("curl http://h/ -d 'a'\\''b'", "body=a'b"),
        row("curl http://h/ -d '${HOME}'", "body=$${HOME}"),
        row("curl \\\n  -X POST \\\r\n  'http://h/' ^\n -d x", "method=POST, url=http://h/"));
  }

  private static Arguments row(String command, String expected) {
    return Arguments.of(command, expected);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aCommandBecomesAnEndpoint(String command, String expected) {
    ImportedConfig config = Texts.imported(Imports.Kind.CURL, command);

    assertThat(config.warnings()).isEmpty();
    assertThat(config.endpoints()).hasSize(1);
    String endpoint = Texts.plain(config.endpoints().getFirst().node()).toString();
    for (String part : expected.split(", auth=", 2)) {
      assertThat(endpoint).contains(part);
    }
    assertThat(YamlText.of(config)).doesNotContain("abc");
  }

  @Test
  void aFormIsMultipart() {
    ImportedConfig config =
        Texts.imported(Imports.Kind.CURL, "curl http://h/ -F a=1 -F 'b=x;type=text/csv'");

    assertThat(Texts.plain(config.endpoints().getFirst().node()))
        .isEqualTo(
            Map.of(
                "name", "POST /",
                "method", "POST",
                "url", "http://h/",
                "max_redirects", "0",
                "headers",
                    Map.of("Content-Type", "multipart/form-data; boundary=crankfire-form-boundary"),
                "body", MULTIPART.replace("\n", "\r\n")));
  }

  @Test
  void severalCommandsAndUrlsHaveNamesOfTheirOwn() {
    ImportedConfig config =
        Texts.imported(
            Imports.Kind.CURL,
            """
            # a comment
            curl http://a/x http://b/x && curl http://a/x
            TOKEN=1 curl http://a/x --next http://a/y; echo done
            """);

    assertThat(config.endpoints())
        .extracting(endpoint -> ((Map<?, ?>) Texts.plain(endpoint.node())).get("name"))
        .isEqualTo(List.of("GET /x", "GET b/x", "GET a/x", "GET a/x #2", "GET /y"));
    assertThat(config.warnings())
        .containsExactly(
            "in:3:44: a command that is not curl; if it is a piece of a URL, put the URL in"
                + " quotes");
  }

  @Test
  void optionsOfTheConnectionAreSettingsOfTheRun() {
    ImportedConfig config =
        Texts.imported(
            Imports.Kind.CURL,
            "curl -k --cacert c.pem --resolve h:80:127.0.0.1 -x u:pw@p:3128 --connect-timeout 3"
                + " http://h/");

    assertThat(Texts.plain(config.toNode()).toString())
        .contains(
            "tls={insecure=true, ca=c.pem}",
            "resolve=[h:80:127.0.0.1]",
            "proxy=http://u:${PROXY_PASSWORD}@p:3128",
            "connect_timeout=3s");
  }

  @Test
  void whatCannotBeTakenOverIsSaid() {
    ImportedConfig config =
        Texts.imported(
            Imports.Kind.CURL,
            "curl http://h/ -F f=@a.png -b jar.txt --frobnicate --aws-sigv4 x -H @file");

    assertThat(config.warnings())
        .containsExactly(
            "in:1:39: the option --frobnicate is not known; it is left out",
            "in:1:16: the form's field f with a file: write the whole multipart body into a file"
                + " and name that as body_file",
            "in:1:28: cookies from a file; cookies: true keeps those of answers",
            "in:1:52: the option --aws-sigv4 has no counterpart here",
            "in:1:66: headers from a file");
    assertThat(YamlText.of(config)).contains("not taken over: cookies from a file");
  }
}
