package io.crankfire.grpc.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.grpc.proto.ProtoCompiler;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Inquiry;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a `grpc` block names is found in the schema that it gives.
class SchemaReaderTest {

  private static final String GREETER =
      """
      syntax = "proto3";
      package acme.v1;
      import "google/protobuf/any.proto";
      message Request { string name = 1; google.protobuf.Any any = 2; }
      service Greeter {
        rpc Greet(Request) returns (Request);
        rpc GreetAll(stream Request) returns (stream Request);
      }
      service Admin { rpc Stop(Request) returns (Request); }
      """;

  @TempDir Path folder;

  private final Problems problems = new Problems();
  private final Map<String, ConfigNode> block = new LinkedHashMap<>();

  @BeforeEach
  void writeFiles() throws IOException {
    Files.writeString(folder.resolve("greeter.proto"), GREETER);
    Files.writeString(
        folder.resolve("other.proto"),
        "syntax = \"proto3\"; package acme.v2; message M {} service Greeter { rpc Greet(M) returns"
            + " (M); }");
  }

  private void put(String key, String... values) {
    List<ConfigNode> nodes =
        List.of(values).stream()
            .map(each -> (ConfigNode) new ConfigNode.Scalar(each, Position.flag(key)))
            .toList();
    block.put(
        key,
        nodes.size() == 1 ? nodes.getFirst() : new ConfigNode.Sequence(nodes, Position.flag(key)));
  }

  private SchemaReader.@Nullable Found read(Inquiry inquiry) {
    return reader(inquiry).read(() -> null);
  }

  private SchemaReader reader(Inquiry inquiry) {
    return new SchemaReader(
        new Fields(new ConfigNode.Mapping(block, Position.flag("grpc")), problems),
        problems,
        inquiry);
  }

  private String found(String service, String method) {
    put("proto_file", folder.resolve("greeter.proto").toString());
    put("service", service);
    put("method", method);
    SchemaReader.Found found = read(Inquiry.none());
    assertThat(problems.all()).isEmpty();
    return Schema.path(Objects.requireNonNull(found).method());
  }

  private List<String> faults() {
    return problems.all().stream().map(each -> each.toString().replace(folder + "/", "")).toList();
  }

  @Test
  void aServiceIsFoundByEachOfItsNames() {
    for (String name :
        List.of(
            "acme.v1.Greeter", ".acme.v1.Greeter", "/acme.v1.Greeter", "Greeter", "v1.Greeter")) {
      assertThat(found(name, "Greet")).isEqualTo("/acme.v1.Greeter/Greet");
    }
    assertThat(found("", "acme.v1.Greeter/Greet")).isEqualTo("/acme.v1.Greeter/Greet");
    assertThat(found("", "/acme.v1.Greeter/GreetAll")).isEqualTo("/acme.v1.Greeter/GreetAll");
    assertThat(found("Greeter/GreetAll", "")).isEqualTo("/acme.v1.Greeter/GreetAll");
    assertThat(found("ignored", "Admin/Stop")).isEqualTo("/acme.v1.Admin/Stop");
  }

  @Test
  void aNameOfSeveralServicesIsAFaultThatListsThem() {
    put(
        "proto_file",
        folder.resolve("greeter.proto").toString(),
        folder.resolve("other.proto").toString());
    put("service", "Greeter");
    put("method", "Greet");

    assertThat(read(Inquiry.none())).isNull();

    assertThat(faults())
        .containsExactly(
            "service: \"Greeter\" is the name of 2 services: write acme.v1.Greeter or"
                + " acme.v2.Greeter");
  }

  @Test
  void unknownNamesComeWithTheNearest() {
    put("proto_file", folder.resolve("greeter.proto").toString());
    put("service", "Greter");
    put("method", "Greet");
    assertThat(read(Inquiry.none())).isNull();
    put("service", "Greeter");
    put("method", "GreetAl");
    assertThat(read(Inquiry.none())).isNull();
    put("method", "Bye");
    assertThat(read(Inquiry.none())).isNull();
    put("service", "Warehouse");
    assertThat(read(Inquiry.none())).isNull();

    assertThat(faults())
        .containsExactly(
            "service: there is no service \"Greter\"; did you mean Greeter?",
            "method: acme.v1.Greeter has no method \"GreetAl\"; did you mean GreetAll?",
            "method: acme.v1.Greeter has no method \"Bye\"; there are Greet, GreetAll",
            "service: there is no service \"Warehouse\"; there are acme.v1.Admin,"
                + " acme.v1.Greeter");
  }

  @Test
  void whatIsMissingIsSaid() {
    put("service", "Greeter");
    assertThat(read(Inquiry.none())).isNull();
    put("proto_file", folder.resolve("greeter.proto").toString());
    put("descriptor_set", "x.pb");
    assertThat(read(Inquiry.none())).isNull();
    block.remove("descriptor_set");
    assertThat(read(Inquiry.none())).isNull();
    put("import_paths", folder.resolve("nowhere").toString());
    put("method", "Greet");
    assertThat(read(Inquiry.none())).isNull();

    assertThat(faults())
        .containsExactly(
            "grpc: a schema is needed: give proto_file, descriptor_set, or reflection: true",
            "descriptor_set: proto_file gives the schema already: give one of them",
            "grpc: a method is needed: its name, or Service/Method",
            "import_paths: there is no folder nowhere");
  }

  private Path set(boolean whole) throws IOException {
    FileDescriptor file =
        Objects.requireNonNull(
            new ProtoCompiler(List.of(), problems)
                .compile(folder.resolve("greeter.proto"), Position.flag("f")));
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    if (whole) {
      set.addFile(file.toProto());
    } else {
      set.addFile(file.toProto().toBuilder().addDependency("acme/gone.proto"));
    }
    return Files.write(folder.resolve("set.pb"), set.build().toByteArray());
  }

  @Test
  void aDescriptorSetIsASchema() throws Exception {
    put("descriptor_set", set(true).toString());
    put("service", "Greeter");
    put("method", "Greet");

    SchemaReader.Found found = Objects.requireNonNull(read(Inquiry.none()));

    DynamicMessage.Builder message = DynamicMessage.newBuilder(found.method().getInputType());
    JsonFormat.parser()
        .usingTypeRegistry(found.schema().types())
        .merge(
            "{\"any\": {\"@type\": \"type.googleapis.com/acme.v1.Request\", \"name\": \"x\"}}",
            message);
    assertThat(
            JsonFormat.printer()
                .usingTypeRegistry(found.schema().types())
                .omittingInsignificantWhitespace()
                .print(message))
        .isEqualTo("{\"any\":{\"@type\":\"type.googleapis.com/acme.v1.Request\",\"name\":\"x\"}}");
  }

  @Test
  void aDescriptorSetThatIsNoneIsSaid() throws IOException {
    put("service", "Greeter");
    put("method", "Greet");
    put("descriptor_set", set(false).toString());
    assertThat(read(Inquiry.none())).isNull();
    put("descriptor_set", folder.resolve("greeter.proto").toString());
    assertThat(read(Inquiry.none())).isNull();
    put("descriptor_set", folder.resolve("gone.pb").toString());
    assertThat(read(Inquiry.none())).isNull();
    put("descriptor_set", Files.write(folder.resolve("empty.pb"), new byte[0]).toString());
    assertThat(read(Inquiry.none())).isNull();

    assertThat(faults())
        .containsExactly(
            "descriptor_set: greeter.proto imports acme/gone.proto, which is missing (protoc writes"
                + " all with --include_imports)",
            "descriptor_set: greeter.proto is no descriptor set: protoc --descriptor_set_out=FILE"
                + " makes one",
            "descriptor_set: gone.pb is not there",
            "descriptor_set: empty.pb holds no files: protoc --descriptor_set_out=FILE makes one"
                + " that does");
  }

  @Test
  void filesAreCompiledOnceForAPlan() {
    put("proto_file", folder.resolve("greeter.proto").toString());
    put("service", "Greeter");
    put("method", "Greet");
    Inquiry inquiry = Inquiry.none();

    SchemaReader.Found first = Objects.requireNonNull(read(inquiry));
    put("method", "GreetAll");
    SchemaReader.Found second = Objects.requireNonNull(read(inquiry));

    assertThat(second.schema()).isSameAs(first.schema());
  }

  @Test
  void aServerIsNotAskedUnlessItMayBe() {
    put("reflection", "true");
    put("service", "Greeter");
    put("method", "Greet");
    SchemaReader reader = reader(Inquiry.none());

    assertThat(reader.read(() -> null)).isNull();

    assertThat(reader.unasked()).isTrue();
    assertThat(faults()).isEmpty();
    assertThat(problems.warnings()).hasSize(1);
  }

  @Test
  void aServerIsAskedOnceForAPlan() throws Exception {
    io.grpc.Server server =
        NettyServerBuilder.forPort(0)
            .directExecutor()
            .addService(new HealthStatusManager().getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .build()
            .start();
    try (Inquiry inquiry = new Inquiry(Connections.DEFAULT, true)) {
      Target target = new Target("http", "127.0.0.1", server.getPort(), null);
      Server whom = new Server(target, target.authority(), List.of(), null);
      put("reflection", "true");
      put("service", "Health");
      put("method", "Check");
      SchemaReader.Found first = Objects.requireNonNull(reader(inquiry).read(() -> whom));
      put("method", "Wtch");
      assertThat(reader(inquiry).read(() -> whom)).isNull();
      put("service", "Helth");
      assertThat(reader(inquiry).read(() -> whom)).isNull();
      server.shutdownNow();
      put("service", "grpc.health.v1.Health");
      put("method", "Watch");
      SchemaReader.Found later = Objects.requireNonNull(reader(inquiry).read(() -> whom));

      assertThat(Schema.path(first.method())).isEqualTo("/grpc.health.v1.Health/Check");
      assertThat(later.method().getFile()).isSameAs(first.method().getFile());
      assertThat(inquiry.failures()).isEmpty();
      assertThat(faults())
          .containsExactly(
              "method: grpc.health.v1.Health has no method \"Wtch\"; did you mean Watch?",
              "service: there is no service \"Helth\"; did you mean Health?");
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void aServerThatCannotBeAskedIsNoFaultOfTheConfiguration() {
    try (Inquiry inquiry = new Inquiry(Connections.DEFAULT, true)) {
      put("reflection", "true");
      put("service", "Health");
      put("method", "Check");
      Target nowhere = new Target("http", "localhost", 1, folder.resolve("no.sock").toString());

      assertThat(reader(inquiry).read(() -> new Server(nowhere, "localhost", List.of(), null)))
          .isNull();

      assertThat(faults()).isEmpty();
      assertThat(inquiry.failures())
          .singleElement()
          .asString()
          .startsWith("cannot get the schema by reflection: cannot reach unix:");
    }
  }
}
