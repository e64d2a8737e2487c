package io.crankfire.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a configuration with a recording becomes.
class HarExpansionTest {

  @TempDir Path folder;
  private Path chrome;
  private Path firefox;
  private final Problems problems = new Problems();

  @BeforeEach
  void writeRecordings() throws IOException {
    chrome = Files.write(folder.resolve("chrome.har"), Texts.fixture("chrome.har"));
    firefox = Files.write(folder.resolve("firefox.har"), Texts.fixture("firefox.har"));
  }

  @Test
  void requestsBecomeEndpointsWeightedByFrequency() {
    ConfigNode.Mapping config = expanded(Map.of("har_file", chrome.toString(), "rate", "5"));

    assertThat(problems.all()).isEmpty();
    assertThat(Texts.plain(config))
        .isEqualTo(
            Map.of(
                "rate",
                "5",
                "endpoints",
                List.of(
                    Map.of(
                        "name", "/",
                        "weight", "1",
                        "method", "GET",
                        "url", "https://shop.example.com/",
                        "headers", Map.of("accept", "text/html")),
                    Map.of(
                        "name", "/api/login",
                        "weight", "1",
                        "method", "POST",
                        "url", "https://shop.example.com/api/login",
                        "headers", Map.of("content-type", "application/json"),
                        "body", "{\"user\":\"ann\",\"password\":\"hunter2-secret\"}"),
                    Map.of(
                        "name", "/api/items",
                        "weight", "2",
                        "method", "GET",
                        "url", "https://shop.example.com/api/items?page=1"))));
  }

  @Test
  void whatWasLeftOutIsSaid() {
    expanded(Map.of("har_file", chrome.toString()));

    assertThat(problems.warnings())
        .extracting(Problems.Problem::message)
        .containsExactly(
            "2 static files are left out; static:keep in the filter takes them",
            "1 entries are left out that are not HTTP",
            "credentials are left out, and har_keep_credentials sends them: access_token,"
                + " authorization, cookie, x-csrf-token");
  }

  @Test
  void credentialsAreKeptOnDemand() {
    String text =
        Texts.plain(expanded(Map.of("har_file", chrome.toString(), "har-keep-credentials", "true")))
            .toString();

    assertThat(text)
        .contains(
            "cookie=sid=s3cr3t-session; theme=dark",
            "authorization=Bearer t0ken-value",
            "x-csrf-token=c5rf-value",
            "access_token=t0ken-value")
        .doesNotContain(":authority", "accept-encoding", "content-length");
  }

  @Test
  void staticFilesAreKeptByFlagOrClause() {
    assertThat(names(Map.of("har_file", chrome.toString(), "harKeepStatic", "true")))
        .contains("/app.9f3c.js", "/picture/42");
    assertThat(names(Map.of("har_file", chrome.toString(), "har_filter", "static:keep")))
        .contains("/app.9f3c.js", "/picture/42");
  }

  @Test
  void nodesKnowWhereTheyWereRecorded() {
    ConfigNode.Mapping config = expanded(Map.of("har_file", chrome.toString()));
    ConfigNode.Sequence endpoints = (ConfigNode.Sequence) entry(config, "endpoints");
    ConfigNode.Mapping login = (ConfigNode.Mapping) endpoints.items().get(1);

    assertThat(entry(login, "url").position())
        .isEqualTo(new Position(chrome.toString(), 59, 18, null));
    assertThat(entry(login, "body").position().line()).isEqualTo(67);
  }

  @Test
  void otherKeysKeepThePlacesOfTheirNames() {
    Position name = new Position("a.yaml", 3, 1, null);
    ConfigNode.Mapping config =
        HarExpansion.expand(
            new ConfigNode.Mapping(
                config(Map.of("har_file", chrome.toString(), "rate", "5")),
                HERE,
                Map.of("rate", name)),
            problems);

    assertThat(config.keyPosition("rate")).isEqualTo(name);
  }

  @Test
  void tenThousandRequestsOfOnePathHaveTheirNamesInNoTime() {
    EndpointNames taken = new EndpointNames();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      names.add(taken.free("/poll"));
    }

    assertThat(names).hasSize(100_000).contains("/poll", "/poll #2", "/poll #100000");
  }

  @Test
  void firefoxWritesParametersAndCookiesApart() {
    ConfigNode.Mapping config =
        expanded(Map.of("har_file", firefox.toString(), "har_keep_credentials", "true"));

    assertThat(problems.all()).isEmpty();
    assertThat(Texts.plain(entry(config, "endpoints")))
        .isEqualTo(
            List.of(
                Map.of(
                    "name", "POST /search",
                    "weight", "1",
                    "method", "POST",
                    "url", "http://localhost:8080/search",
                    "headers",
                        Map.of(
                            "Content-Type",
                            "application/x-www-form-urlencoded",
                            "Cookie",
                            "lang=de"),
                    "body", "q=r%C3%A4der&n=10"),
                Map.of(
                    "name", "/api/a%20b",
                    "weight", "1",
                    "method", "GET",
                    "url", "http://LOCALHOST:8080/api/a%20b?x=%C3%BC%7C1",
                    "headers", Map.of("Host", "other.example")),
                Map.of(
                    "name", "DELETE /search",
                    "weight", "1",
                    "method", "DELETE",
                    "url", "http://localhost:8080/search")));
  }

  @Test
  void aReplayKeepsOrderAndThinkTimes() {
    ConfigNode.Mapping config =
        expanded(Map.of("har_file", chrome.toString(), "har_replay", "true", "har_speed", "2"));

    assertThat(problems.all()).isEmpty();
    assertThat(Texts.plain(entry(config, "scenarios")))
        .isEqualTo(
            List.of(
                Map.of(
                    "name",
                    "recording",
                    "steps",
                    List.of(
                        Map.of("endpoint", "/"),
                        // 2250 - 250.5 ms at twice the speed
                        Map.of("endpoint", "/api/login", "think_time", "1000ms"),
                        Map.of("endpoint", "/api/items", "think_time", "500ms"),
                        // began while the one before was under way
                        Map.of("endpoint", "/api/items")))));
    assertThat(Texts.plain(entry(config, "endpoints")).toString()).doesNotContain("weight");
  }

  @Test
  void aReplayGoesByTimeAndNotByTheOrderOfTheFile() {
    ConfigNode.Mapping config =
        expanded(Map.of("har_file", firefox.toString(), "har_replay", "true"));

    assertThat(Texts.plain(entry(config, "scenarios")).toString())
        .contains(
            "[{endpoint=/api/a%20b}, {endpoint=POST /search, think_time=500ms}, {endpoint=DELETE"
                + " /search, think_time=459ms}]");
  }

  @Test
  void besideScenariosRecordedRequestsAreScenarios() {
    Map<String, ConfigNode> config =
        new LinkedHashMap<>(config(Map.of("har_file", chrome.toString())));
    config.put("scenarios", list(mapping("name", "mine")));

    ConfigNode.Mapping expanded =
        HarExpansion.expand(new ConfigNode.Mapping(config, HERE), problems);

    assertThat(expanded.entries()).doesNotContainKey("endpoints");
    assertThat(Texts.plain(entry(expanded, "scenarios")).toString())
        .startsWith("[{name=mine}, {name=/, weight=1, steps=[{name=/, method=GET, url=")
        .contains("{name=/api/items, weight=2, steps=[{name=/api/items, method=GET");
  }

  @Test
  void besideAReplayEndpointsOfTheConfigurationAreScenarios() {
    Map<String, ConfigNode> config =
        new LinkedHashMap<>(config(Map.of("har_file", chrome.toString(), "har_replay", "true")));
    config.put("endpoints", list(mapping("Name", "/", "weight", "3", "url", "http://mine/")));

    ConfigNode.Mapping expanded =
        HarExpansion.expand(new ConfigNode.Mapping(config, HERE), problems);

    assertThat(Texts.plain(entry(expanded, "scenarios")).toString())
        .startsWith("[{name=/, weight=3, steps=[{Name=/, url=http://mine/}]}, {name=recording,");
    assertThat(Texts.plain(entry(expanded, "endpoints")).toString())
        .startsWith("[{name=GET /, method=GET")
        .doesNotContain("mine");
  }

  @Test
  void theFileIsLookedForBesideTheConfiguration() {
    Position inFile = new Position(folder.resolve("load.yaml").toString(), 3, 11, null);
    ConfigNode.Mapping config =
        new ConfigNode.Mapping(
            Map.of("har_file", new ConfigNode.Scalar("chrome.har", inFile)), inFile);

    assertThat(HarExpansion.expand(config, problems).entries()).containsKey("endpoints");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void aConfigurationWithoutARecordingStaysTheSame() {
    ConfigNode.Mapping config = new ConfigNode.Mapping(config(Map.of("rate", "5")), HERE);

    assertThat(HarExpansion.expand(config, problems)).isSameAs(config);
  }

  @Test
  void everyFaultIsFound() {
    fault(Map.of("har_filter", "host:a"), "har_filter means nothing without a har_file");
    fault(Map.of("har_file", folder + "/none.har"), "there is no file " + folder + "/none.har");
    fault(
        Map.of("har_file", chrome.toString(), "har_speed", "2"),
        "only a replay has a speed: set har_replay, too");
    fault(
        Map.of("har_file", chrome.toString(), "har_replay", "true", "har_speed", "0"),
        "must be above 0");
    fault(Map.of("har_file", chrome.toString(), "har_filter", "hst:a"), "unknown clause \"hst\"");
    fault(
        Map.of("har_file", chrome.toString(), "har_filter", "host:nowhere"),
        "no request is left of the 7 recorded: 1 are not HTTP, 6 do not match the filter, 0 are"
            + " static files");
  }

  private void fault(Map<String, String> config, String message) {
    Problems found = new Problems();
    HarExpansion.expand(new ConfigNode.Mapping(config(config), HERE), found);
    assertThat(found.all()).hasSize(1);
    assertThat(found.all().getFirst().message()).startsWith(message);
  }

  private static final Position HERE = Position.flag("--har");

  private static Map<String, ConfigNode> config(Map<String, String> values) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    values.forEach((key, value) -> entries.put(key, new ConfigNode.Scalar(value, HERE)));
    return entries;
  }

  private static ConfigNode.Mapping mapping(String... keysAndValues) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.put(keysAndValues[i], new ConfigNode.Scalar(keysAndValues[i + 1], HERE));
    }
    return new ConfigNode.Mapping(entries, HERE);
  }

  private static ConfigNode list(ConfigNode item) {
    return new ConfigNode.Sequence(List.of(item), HERE);
  }

  private ConfigNode.Mapping expanded(Map<String, String> values) {
    return HarExpansion.expand(new ConfigNode.Mapping(config(values), HERE), problems);
  }

  private static ConfigNode entry(ConfigNode.Mapping mapping, String key) {
    ConfigNode node = mapping.entries().get(key);
    assertThat(node).as(key).isNotNull();
    return java.util.Objects.requireNonNull(node);
  }

  private List<String> names(Map<String, String> values) {
    ConfigNode.Sequence endpoints = (ConfigNode.Sequence) entry(expanded(values), "endpoints");
    return endpoints.items().stream()
        .map(item -> ((ConfigNode.Scalar) entry((ConfigNode.Mapping) item, "name")).text())
        .toList();
  }
}
