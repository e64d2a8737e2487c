package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.crankfire.bind.DataBinder;
import io.crankfire.bind.DataKeys;
import io.crankfire.bind.EndpointsBinder;
import io.crankfire.bind.LoadPatternsBinder;
import io.crankfire.bind.ThresholdsBinder;
import io.crankfire.bind.WorkloadBinder;
import io.crankfire.config.Section;
import io.crankfire.file.JsonSchema;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.protocol.Protocol;
import io.crankfire.run.ConfigKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// The published sections and what binders take, held together.
class ConfigSectionsTest {

  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(JsonSchema.of(ConfigKeys.top(), ConfigKeys.inner()), InputFormat.JSON);

  private static final String HEAD = "{'target': 'http://h/', 'total': 5, ";
  private static final String STEPS = "'endpoints': [{'name': 'a'}], 'scenarios': [{'steps': [";
  private static final String TOKENS =
      "'auth': {'type': 'oauth2_resource_owner', 'token_url': 'https://h/t', 'client_id': 'c',"
          + " 'client_secret': 's', 'username': 'u', 'password': 'p', ";

  /// What follows a target and a total, with every key of every section in one of them at least.
  static final List<String> GOOD =
      List.of(
          "'path': '/x', 'cookies': true, 'max_redirects': 3, 'capture_limit': 100}",
          "'endpoints': [{'name': 'a', 'weight': 1.5, 'protocol': 'http', 'url': 'http://i/',"
              + " 'method': 'PUT', 'headers': {'A': 1}, 'body': [1], 'timeout': 2,"
              + " 'max-redirects': 0, 'cookies': false, 'retries': 2, 'captureLimit': 5,"
              + " 'auth': 'none'}, {'path': '/b', 'body_file': 'users.csv', 'unix': '/s'},"
              + " {'target': 'http://j/'}]}",
          STEPS
              + "'a', {'endpoint': 'a', 'think_time': '1s..3s', 'repeat': 3, 'when': '!v'},"
              + " {'path': '/c', 'thinkTime': {'uniform': ['1s', 3]}, 'extractors':"
              + " [{'header': 'X', 'var': 'v'}]}], 'name': 's', 'weight': 2}]}",
          STEPS
              + "{'endpoint': 'a', 'think_time': {'exponential': '2s'}},"
              + " {'endpoint': 'a', 'think_time': {'constant': '2s'}},"
              + " {'endpoint': 'a', 'think_time': 1.5}]}]}",
          "'load_patterns': [{'name': 'w', 'type': 'constant', 'rps': 1.5, 'duration': '5s',"
              + " 'warmup': true}, {'type': 'ramp', 'from_rps': 1, 'toRps': '9', 'duration': 5},"
              + " {'type': 'step', 'steps': [{'rps': 5, 'duration': '1m'}]},"
              + " {'type': 'repeat', 'times': 2, 'patterns':"
              + " [{'type': 'spike', 'rps': 50, 'duration': '1s'}]}]}",
          "'load_patterns': [{'type': 'users', 'from': 1, 'to': 9, 'duration': '5s'}]}",
          "'feeder': {'path': 'users.csv', 'type': 'csv', 'policy': 'random', 'delimiter': ';'}}",
          "'feeders': [{'path': 'users.csv', 'name': 'u'}]}",
          "'extractors': [{'jsonpath': '$.a', 'var': 'a', 'default': 'x', 'on_error': true},"
              + " {'regex': 'a(.)', 'var': 'b'}, {'header': 'X', 'var': 'c'}]}",
          "'checks': [{'name': 'ok', 'status': [200, '3xx', '400-404'], 'body_contains': ['a'],"
              + " 'body_regex': 'a+', 'max_duration': '1s', 'max_body_bytes': 9},"
              + " {'jsonpath': '$.a', 'equals': 5}, {'jsonpath': '$.b', 'exists': false},"
              + " {'header': 'X', 'contains': 'y'}, {'status': 200}]}",
          "'retries': {'max': 2, 'base': '10ms', 'cap': '1s'}}",
          TOKENS + "'client_auth': 'post', 'scopes': ['a'], 'refresh_before_expiry': '1m'}}",
          "'auth': {'type': 'basic', 'username': 'u', 'password': 'p'}}",
          "'auth': {'type': 'bearer', 'token': 't'}}",
          "'auth': {'type': 'oidc_implicit', 'static_token': 't'}}",
          "'auth': {'type': 'api_key', 'header': 'X', 'value': 'v'}}",
          "'protocol': 'sse', 'sse': {'read_timeout': '5s', 'maxEvents': 5, 'until': '[DONE]',"
              + " 'until_event': 'stop', 'reconnect': true, 'reconnect_delay': 1,"
              + " 'max_reconnects': 2, 'tokens': '$.a', 'max_event_size': 100,"
              + " 'expect': {'name': 'e', 'text': ['a'], 'regex': 'b+', 'jsonpath': '$.c',"
              + " 'exists': true}}}",
          "'endpoints': [{'path': '/a', 'protocol': 'sse', 'sse': {'expect': 'x'}},"
              + " {'path': '/b'}]}",
          "'protocol': 'sse', 'sse': {'expect': {'jsonpath': '$.a', 'equals': 1}}}",
          "'protocol': 'websocket', 'websocket': {'messages': ['a', {'text': 'b', 'expect': 'c',"
              + " 'correlate': '$.id', 'extractors': [{'regex': 'a', 'var': 'v'}]},"
              + " {'json': {'a': [1]}, 'expect': {'name': 'n', 'text': ['a'], 'regex': 'b+',"
              + " 'jsonpath': '$.a', 'exists': true}, 'correlate': {'jsonpath': '$.a', 'sent':"
              + " '$.b'}}, {'binary': 'AAEC', 'correlate': {'jsonpath': '$.a', 'equals': 1}},"
              + " {'file': 'users.csv'}, {'binary_file': 'users.csv'}, {'ping': 'p'}],"
              + " 'mode': 'persistent', 'receive': 'reply', 'message_interval': '1ms',"
              + " 'receiveTimeout': 5, 'handshake-timeout': '3s', 'close_timeout': '1s',"
              + " 'greetings': 1, 'subprotocols': ['a', 'b'], 'compression': true,"
              + " 'max_message_size': 100}}",
          "'endpoints': [{'url': 'ws://h/a', 'websocket': {'messages': 'x', 'receive': 'none'}},"
              + " {'path': '/b'}]}",
          "'endpoints': [{'path': '/a', 'http_version': '1.1'}, {'path': '/b'}]}",
          "'endpoints': [{'url': 'grpc://h:1', 'grpc': {'proto_file': 'a.proto',"
              + " 'import_paths': ['.'], 'service': 'S', 'method': 'Chat',"
              + " 'messages': [{'a': 'b'}, '{}'], 'message_count': 3, 'message_interval': '1ms',"
              + " 'await_replies': true, 'half_close': 'replies', 'max_messages': 3,"
              + " 'metadata': {'x': 'y'}, 'timeout': '1s', 'tls': true, 'insecure': true,"
              + " 'authority': 'h', 'compression': 'gzip', 'max_message_size': 100,"
              + " 'expect': {'name': 'e', 'text': ['a'], 'regex': 'b+', 'jsonpath': '$.c',"
              + " 'exists': true}}}]}",
          "'endpoints': [{'url': 'grpcs://h', 'grpc': {'descriptor_set': ['a.pb'],"
              + " 'reflection': false, 'method': 'S/Chat', 'message_file': 'm.json',"
              + " 'expect': {'jsonpath': '$.a', 'equals': 1}}},"
              + " {'url': 'h:1', 'protocol': 'grpc', 'grpc': {'proto_file': 'a.proto',"
              + " 'method': 'S/Chat', 'message': {'a': 'b'}, 'expect': 'x'}}]}",
          "'thresholds': 'failed < 1%'}",
          "'thresholds': ['failed < 1%',"
              + " {'threshold': 'failed < 20%', 'over': '10s', 'abort': true}]}",
          "'har_file': 'a.har', 'har_filter': 'method:GET', 'har_keep_static': true,"
              + " 'harKeepCredentials': true, 'har-replay': true, 'har_speed': 2}",
          "'profiles': {'x': {'endpoints': [{'path': '/x'}], 'thresholds': 'failed < 1%',"
              + " 'feeder': {'path': 'users.csv'}, 'har_file': 'a.har'}}}");

  static final List<String> BAD =
      List.of(
          "'cookies': 'perhaps'}",
          "'endpoints': {'path': '/a'}}",
          "'endpoints': [{'path': '/a', 'wait': 5}]}",
          "'endpoints': [{'path': '/a', 'weight': -1}]}",
          "'endpoints': [{'path': '/a', 'think_time': 5}]}",
          "'endpoints': [{'path': '/a', 'auth': 'nobody'}]}",
          "'endpoints': ['a']}",
          "'scenarios': [{'name': 's', 'step': ['a']}]}",
          STEPS + "['a']]}]}",
          STEPS + "{'endpoint': 'a', 'repeat': 0}]}]}",
          STEPS + "{'endpoint': 'a', 'think_time': 'long'}]}]}",
          STEPS + "{'endpoint': 'a', 'think_time': {'gauss': '1s'}}]}]}",
          STEPS + "{'endpoint': 'a', 'think_time': {'uniform': 'x'}}]}]}",
          STEPS + "{'path': '/a', 'weight': 2}]}]}",
          "'load_patterns': [{'type': 'wave', 'rps': 1, 'duration': '5s'}]}",
          "'load_patterns': [{'type': 'constant', 'rps': -1, 'duration': '5s'}]}",
          "'load_patterns': [{'type': 'constant', 'rps': 1e10, 'duration': '5s'}]}",
          "'load_patterns': [{'type': 'constant', 'rate': 1, 'duration': '5s'}]}",
          "'load_patterns': [{'type': 'step', 'steps': [{'rps': 1, 'times': 5}]}]}",
          "'load_patterns': [{'type': 'users', 'from': 0, 'to': 1000001, 'duration': '5s'}]}",
          "'load_patterns': [{'type': 'repeat', 'times': 0, 'patterns': []}]}",
          "'feeder': 'users.csv'}",
          "'feeder': {'path': 'users.csv', 'policy': 'never'}}",
          "'feeder': {'path': 'users.csv', 'type': 'xml'}}",
          "'feeders': [{'path': 'users.csv', 'file': 'x'}]}",
          "'extractors': {'jsonpath': '$.a', 'var': 'a'}}",
          "'extractors': [{'xpath': '$.a', 'var': 'a'}]}",
          "'extractors': [{'jsonpath': '$.a', 'var': 'a', 'on_error': 'so'}]}",
          "'checks': [{'code': 200}]}",
          "'checks': [{'status': 200, 'max_duration': 'soon'}]}",
          "'checks': [{'status': 200, 'max_body_bytes': -1}]}",
          "'retries': -1}",
          "'retries': {'max': 1, 'factor': 2}}",
          "'retries': {'max': -1}}",
          "'capture_limit': 0}",
          "'auth': {'type': 'kerberos'}}",
          "'auth': {'type': 'bearer', 'token': 't', 'tokens': 't'}}",
          TOKENS + "'client_auth': 'jwt'}}",
          TOKENS + "'refresh_before_expiry': 'early'}}",
          "'protocol': 'sse', 'sse': {'read_timeout': 'long'}}",
          "'protocol': 'sse', 'sse': {'max_events': -1}}",
          "'protocol': 'sse', 'sse': {'events': 1}}",
          "'protocol': 'sse', 'sse': {'reconnect': 'so'}}",
          "'protocol': 'sse', 'sse': {'max_event_size': 0}}",
          "'protocol': 'sse', 'sse': {'expect': ['a']}}",
          "'protocol': 'sse', 'sse': {'expect': {'body': 'a'}}}",
          "'protocol': 'sse', 'sse': 5}",
          "'protocol': 'websocket', 'websocket': {'receive_timeout': 'long'}}",
          "'protocol': 'websocket', 'websocket': {'mode': 'forever'}}",
          "'protocol': 'websocket', 'websocket': {'receive': 'all'}}",
          "'protocol': 'websocket', 'websocket': {'message': 'a'}}",
          "'protocol': 'websocket', 'websocket': {'messages': [['a']]}}",
          "'protocol': 'websocket', 'websocket': {'messages': [{'texts': 'a'}]}}",
          "'protocol': 'websocket', 'websocket': {'messages': [{'text': 'a', 'expect': ['b']}]}}",
          "'protocol': 'websocket', 'websocket': {'max_message_size': 0}}",
          "'protocol': 'websocket', 'websocket': {'greetings': -1}}",
          "'protocol': 'websocket', 'websocket': {'compression': 'so'}}",
          "'protocol': 'websocket', 'websocket': 5}",
          "'protocol': 'grpc', 'grpc': {'message_count': -1}}",
          "'protocol': 'grpc', 'grpc': {'message_interval': 'long'}}",
          "'protocol': 'grpc', 'grpc': {'half_close': 'soon'}}",
          "'protocol': 'grpc', 'grpc': {'compression': 'zip'}}",
          "'protocol': 'grpc', 'grpc': {'max_message_size': 0}}",
          "'protocol': 'grpc', 'grpc': {'expect': {'body': 'a'}}}",
          "'protocol': 'grpc', 'grpc': {'msg': 'a'}}",
          "'protocol': 'grpc', 'grpc': 5}",
          "'thresholds': [['failed < 1%']]}",
          "'thresholds': [{'threshold': 'failed < 1%', 'abort': 'so'}]}",
          "'thresholds': [{'threshold': 'failed < 1%', 'for': '10s'}]}",
          "'har_file': 'a.har', 'har_speed': 'fast', 'har_replay': true}",
          "'har_file': 'a.har', 'har_replay': 'perhaps'}",
          "'har_file': 'a.har', 'har_files': 'b.har'}",
          "'profiles': {'x': {'profiles': {}}}}",
          "'profiles': {'x': {'checks': [{'code': 200}]}}}");

  private static final FileDescriptorSet SET =
      FileDescriptorSet.newBuilder()
          .addFile(
              FileDescriptorProto.newBuilder()
                  .setName("a.proto")
                  .setSyntax("proto3")
                  .addMessageType(DescriptorProto.newBuilder().setName("M"))
                  .addService(
                      ServiceDescriptorProto.newBuilder()
                          .setName("S")
                          .addMethod(
                              MethodDescriptorProto.newBuilder()
                                  .setName("Chat")
                                  .setInputType(".M")
                                  .setOutputType(".M"))))
          .build();

  private static final String RECORDING =
      """
      {"log": {"version": "1.2", "entries": [{
        "startedDateTime": "2026-01-01T00:00:00.000Z", "time": 5,
        "request": {"method": "GET", "url": "http://h/x", "headers": []},
        "response": {"status": 200, "headers": [], "content": {"mimeType": "text/html"}}}]}}
      """;

  private final Screen screen = new Screen(false, Map.of(), Interrupts.NONE);

  @TempDir Path folder;

  private int validated(String json) throws IOException {
    Files.writeString(folder.resolve("users.csv"), "user;password\nanna;secret\n");
    Files.writeString(folder.resolve("a.har"), RECORDING);
    Files.writeString(
        folder.resolve("a.proto"),
        """
        syntax = "proto3";
        message M { string a = 1; }
        service S { rpc Chat(stream M) returns (stream M); }
        """);
    Files.write(folder.resolve("a.pb"), SET.toByteArray());
    Files.writeString(folder.resolve("m.json"), "{}");
    return screen.run("validate", Files.writeString(folder.resolve("a.json"), json).toString());
  }

  private static String json(String rest) {
    String head = rest.contains("load_patterns") ? HEAD.replace("'total': 5, ", "") : HEAD;
    return (head + rest).replace('\'', '"');
  }

  @ParameterizedTest
  @FieldSource("GOOD")
  void whatBindersTakeIsInTheSchema(String rest) throws Exception {
    assertThat(validated(json(rest))).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(SCHEMA.validate(json(rest), InputFormat.JSON)).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("BAD")
  void whatBindersRejectIsRejectedByTheSchema(String rest) throws Exception {
    assertThat(validated(json(rest))).isEqualTo(ExitCode.USAGE);
    assertThat(screen.err()).contains("a.json:");
    assertThat(SCHEMA.validate(json(rest), InputFormat.JSON)).isNotEmpty();
  }

  @Test
  void everyKeyOfEverySectionIsInAGoodSample() {
    String all = json(String.join(" ", GOOD));
    List<String> elsewhere =
        Stream.of("request", "load", "connections", "output", "tls", "arrival", "profile").toList();

    for (Section section : sections()) {
      if (!elsewhere.contains(section.name())) {
        assertThat(section.names())
            .as(section.name())
            .allMatch(key ->
                all.contains("\"" + key + "\"")
                    || all.contains("\"" + key.replace('_', '-') + "\"")
                    || all.toLowerCase(Locale.ROOT).contains("\"" + key.replace("_", "") + "\""));
      }
    }
  }

  @Test
  void anEndpointHasTheKeysThatBindersReadOfIt() {
    List<String> read = new ArrayList<>(EndpointsBinder.KEYS);
    read.addAll(DataBinder.ENDPOINT_KEYS);
    read.add(CredentialBinder.KEY);
    for (Protocol protocol : ServiceLoader.load(Protocol.class)) {
      read.addAll(protocol.keys());
    }

    assertThat(section("endpoint").names()).hasSameElementsAs(read).doesNotHaveDuplicates();
  }

  @Test
  void theWholeRunHasTheKeysThatBindersReadOfIt() {
    List<String> read = new ArrayList<>(WorkloadBinder.KEYS);
    read.addAll(LoadPatternsBinder.KEYS);
    read.addAll(ThresholdsBinder.KEYS);
    read.addAll(DataBinder.RUN_KEYS);
    read.addAll(DataBinder.ENDPOINT_KEYS);
    read.add(CredentialBinder.KEY);
    read.addAll(List.of("url", "path", "cookies", "sse", "websocket", "grpc"));

    assertThat(section("workload").names()).containsExactlyInAnyOrderElementsOf(read);
    assertThat(DataKeys.CONDUCT.names()).isEqualTo(DataBinder.ENDPOINT_KEYS);
    assertThat(DataKeys.FEEDERS.names()).isEqualTo(DataBinder.RUN_KEYS);
  }

  @Test
  void aProfileHasAllKeysButProfiles() {
    List<String> top =
        ConfigKeys.top().stream().flatMap(section -> section.names().stream()).toList();

    assertThat(top).doesNotHaveDuplicates();
    assertThat(section("profile").plus(section("file")).names())
        .containsExactlyInAnyOrderElementsOf(top);
  }

  private static List<Section> sections() {
    return Stream.concat(ConfigKeys.top().stream(), ConfigKeys.inner().stream()).toList();
  }

  private static Section section(String name) {
    return sections().stream()
        .filter(section -> section.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
