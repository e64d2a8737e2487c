package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Protocol;
import io.crankfire.testkit.contract.Rig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a step compiles to, and what it is told when it does not.
class HttpProtocolTest {

  private static final HttpProtocol HTTP = new HttpProtocol();

  private static HttpCall compile(String... keysAndValues) {
    return (HttpCall) Rig.compile(HTTP, step(keysAndValues));
  }

  private static Map<String, String> step(String... keysAndValues) {
    Map<String, String> step = new HashMap<>();
    step.put("target", "http://localhost:8080/path?q");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      step.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return step;
  }

  private static String sent(HttpCall call) {
    return new String(call.request().bytes(), StandardCharsets.UTF_8);
  }

  private static List<String> faults(ConfigNode.Mapping step) {
    Problems problems = new Problems();
    assertThat(HTTP.compile(step, Compiling.plain(problems))).isNull();
    return problems.all().stream().map(Problems.Problem::toString).toList();
  }

  @Test
  void theServiceLoaderFindsIt() {
    assertThat(ServiceLoader.load(Protocol.class).stream().map(ServiceLoader.Provider::type))
        .contains(HttpProtocol.class);
  }

  @Test
  void aPlainStepIsAGet() {
    HttpCall call = compile();
    assertThat(sent(call))
        .isEqualTo(
            """
            GET /path?q HTTP/1.1
            Host: localhost:8080
            User-Agent: crankfire
            Accept: */*

            """
                .replace("\n", "\r\n"));
    assertThat(call.name()).isEqualTo("http://localhost:8080/path?q");
    assertThat(call.timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(call.request().maxRedirects()).isEqualTo(10);
  }

  @Test
  void headersOfTheUserReplaceOurs() {
    HttpCall call = compile("headers", "host: other\nACCEPT:text/html\nX-Name:  J\u00fcrgen, 1 ");
    assertThat(sent(call))
        .isEqualTo(
            """
            GET /path?q HTTP/1.1
            User-Agent: crankfire
            host: other
            ACCEPT: text/html
            X-Name: J\u00fcrgen, 1

            """
                .replace("\n", "\r\n"));
  }

  @ParameterizedTest
  @CsvSource({"GET,false", "DELETE,false", "post,true", "PUT,true", "PATCH,true"})
  void aLengthIsSentWhereABodyIsExpected(String method, boolean length) {
    assertThat(sent(compile("method", method)).contains("Content-Length: 0\r\n")).isEqualTo(length);
    assertThat(sent(compile("method", method, "body", "h\u00e9")))
        .contains("Content-Length: 3\r\n")
        .endsWith("\r\n\r\nh\u00e9");
  }

  @Test
  void aConnectionsLastRequestSaysSo() {
    Request request = compile().request();
    String closing = new String(request.closingBytes(), StandardCharsets.UTF_8);
    assertThat(closing.replace("Connection: close\r\n", "")).isEqualTo(sent(compile()));
    assertThat(closing).contains("Connection: close\r\n");
    Request own = compile("headers", "connection: keep-alive").request();
    assertThat(own.closingBytes()).isEqualTo(own.bytes());
  }

  @Test
  void theUrlsUserIsSentAsBasicAuthentication() {
    HttpCall call = compile("target", "http://us%40er:p\u00e4ss@localhost/");
    assertThat(sent(call)).contains("Authorization: Basic dXNAZXI6cMOkc3M=\r\n");
    assertThat(call.name()).isEqualTo("http://localhost/");
    HttpCall own = compile("target", "http://u:p@localhost/", "headers", "Authorization: X y");
    assertThat(sent(own)).contains("Authorization: X y\r\n").doesNotContain("Basic");
  }

  @Test
  void aBodyFileIsRead(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("body"), new byte[] {0, 1, -1});
    byte[] bytes = compile("method", "POST", "body_file", file.toString()).request().bytes();
    assertThat(bytes).endsWith('\r', '\n', '\r', '\n', 0, 1, -1);
  }

  @Test
  void everyFaultIsToldAtOnce() {
    Map<String, String> step =
        step(
            "target", "localhost",
            "method", "GE T",
            "headers", "Content-Length: 1\nTransfer-Encoding: chunked\nB d: x\nOk: a\u0001b",
            "body", "x",
            "body_file", "/nowhere/to/be/found",
            "timeout", "-1s",
            "max_redirects", "many");
    assertThat(faults(Rig.mapping(step)))
        .containsExactlyInAnyOrder(
            "--target: \"localhost\" is not a URL; write it in full, as in"
                + " http://localhost:8080/path",
            "--method: \"GE T\" is not a method",
            "--headers: the header Content-Length follows from the body; leave it out",
            "--headers: the header Transfer-Encoding follows from the body; leave it out",
            "--headers: \"B d\" is not the name of a header",
            "--headers: the value of the header Ok has a control character",
            "--body_file: a request has a body or a body file, not both",
            "--timeout: must be at least 0, not -1s",
            "--max_redirects: \"many\" is not a whole number");
  }

  @Test
  void aFileThatCannotBeReadIsAFault() {
    assertThat(faults(Rig.mapping(step("body_file", "/nowhere/to/be/found"))))
        .containsExactly(
            "--body_file: cannot read the body file /nowhere/to/be/found: no such file");
    assertThat(faults(Rig.mapping(step("body_file", "/")))).hasSize(1);
  }

  @Test
  void aListWhereOneValueIsWantedIsAFault() {
    Position at = new Position("plan.yaml", 3, 7, null);
    ConfigNode target = new ConfigNode.Scalar("http://localhost/", at);
    ConfigNode list = new ConfigNode.Sequence(List.of(target), at);
    assertThat(faults(new ConfigNode.Mapping(Map.of("target", target, "method", list), at)))
        .containsExactly("plan.yaml:3:7: expected one value, not a list");
    assertThat(faults(new ConfigNode.Mapping(Map.of("target", target, "headers", list), at)))
        .containsExactly("plan.yaml:3:7: headers are names, each with a value");
  }
}
