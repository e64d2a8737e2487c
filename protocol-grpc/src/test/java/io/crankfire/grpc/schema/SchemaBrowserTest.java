package io.crankfire.grpc.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.grpc.proto.ProtoCompiler;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Target;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people are shown of a schema.
class SchemaBrowserTest {

  private static final String FILE =
      """
      syntax = "proto3";
      package acme;
      import "google/protobuf/timestamp.proto";
      message Request {
        string name = 1;
        optional int64 size_in_bytes = 2;
        repeated Colour colours = 3;
        map<string, Request> parts = 4;
        oneof when {
          google.protobuf.Timestamp at = 5;
          bool now = 6 [json_name = "soon"];
        }
        reserved 10 to 12;
        reserved "old";
      }
      enum Colour { NONE = 0; RED = 1 [deprecated = true]; }
      service Shop {
        rpc Buy(Request) returns (stream Request);
      }
      """;

  @TempDir Path folder;

  private SchemaBrowser browser() throws Exception {
    Path file = Files.writeString(folder.resolve("a.proto"), FILE);
    return SchemaBrowser.of(
        Schema.of(
            List.of(
                Objects.requireNonNull(
                    new ProtoCompiler(List.of(), new Problems())
                        .compile(file, Position.flag("f"))))));
  }

  @Test
  void servicesAndMethodsAreListed() throws Exception {
    try (SchemaBrowser browser = browser()) {
      assertThat(browser.list(null)).isEqualTo("acme.Shop\n");
      assertThat(browser.list("Shop")).isEqualTo("acme.Shop/Buy\n");
      assertThatThrownBy(() -> browser.list("Shp"))
          .isInstanceOf(UnknownNameException.class)
          .hasMessage("there is no service \"Shp\"; did you mean Shop?");
    }
  }

  @Test
  void aServiceIsDescribed() throws Exception {
    try (SchemaBrowser browser = browser()) {
      String expected =
          """
          // acme.Shop
          service Shop {
            rpc Buy(acme.Request) returns (stream acme.Request);
          }
          """;
      assertThat(browser.describe(null)).isEqualTo(expected);
      assertThat(browser.describe("Shop")).isEqualTo(expected);
      assertThat(browser.describe(".acme.Shop")).isEqualTo(expected);
    }
  }

  @Test
  void aMessageIsDescribedWithItsJson() throws Exception {
    try (SchemaBrowser browser = browser()) {
      String expected =
          """
          // acme.Request
          message Request {
            string name = 1;
            optional int64 size_in_bytes = 2;
            repeated acme.Colour colours = 3;
            map<string, acme.Request> parts = 4;
            oneof when {
              google.protobuf.Timestamp at = 5;
              bool now = 6 [json_name = "soon"];
            }
            reserved 10 to 12;
            reserved "old";
          }

          // acme.Request as JSON
          {
            "name": "",
            "sizeInBytes": "0",
            "colours": ["NONE"],
            "parts": {"key": {}},
            "at": "1970-01-01T00:00:00Z"
          }
          """;
      assertThat(browser.describe("acme.Request")).isEqualTo(expected);
      assertThat(browser.describe("Request")).isEqualTo(expected);
    }
  }

  @Test
  void aMethodIsDescribedWithItsMessages() throws Exception {
    try (SchemaBrowser browser = browser()) {
      for (String name : List.of("Shop/Buy", "acme.Shop.Buy", "/acme.Shop/Buy", "Shop.Buy")) {
        assertThat(browser.describe(name))
            .startsWith("// acme.Shop.Buy\nrpc Buy(acme.Request) returns (stream acme.Request);\n")
            .contains("\n// acme.Request\nmessage Request {\n")
            .contains("\"sizeInBytes\": \"0\"");
      }
      assertThatThrownBy(() -> browser.describe("Shop/By"))
          .hasMessage("acme.Shop has no method \"By\"; did you mean Buy?");
      assertThatThrownBy(() -> browser.describe("Reqest"))
          .hasMessage(
              "there is no service, method, message or enum \"Reqest\"; did you mean Request?");
    }
  }

  @Test
  void anEnumIsDescribed() throws Exception {
    try (SchemaBrowser browser = browser()) {
      assertThat(browser.describe("Colour"))
          .isEqualTo(
              "// acme.Colour\nenum Colour {\n  NONE = 0;\n  RED = 1 [deprecated = true];\n}\n");
    }
  }

  @Test
  void aServerIsShownByItsReflection() throws Exception {
    io.grpc.Server server =
        NettyServerBuilder.forPort(0)
            .directExecutor()
            .addService(new HealthStatusManager().getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .build()
            .start();
    Target target = new Target("http", "127.0.0.1", server.getPort(), null);
    try (SchemaBrowser browser =
        SchemaBrowser.of(
            new Server(target, target.authority(), List.of(), null), Connections.DEFAULT)) {
      assertThat(browser.list(null))
          .isEqualTo("grpc.health.v1.Health\ngrpc.reflection.v1.ServerReflection\n");
      assertThat(browser.list("Health"))
          .contains("grpc.health.v1.Health/Check\n", "grpc.health.v1.Health/Watch\n");
      assertThat(browser.describe("Health/Watch"))
          .contains("returns (stream grpc.health.v1.HealthCheckResponse);")
          .contains("{\n  \"service\": \"\"\n}\n");
      assertThat(browser.describe("HealthCheckResponse"))
          .contains("enum ServingStatus {")
          .contains("{\n  \"status\": \"UNKNOWN\"\n}\n");
    } finally {
      server.shutdownNow();
    }
  }
}
