package io.crankfire.testkit.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.http2.ErrorCode;
import io.crankfire.testkit.http2.Http2Wire;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The ways in which calls of gRPC end, well, badly and wrongly (gRPC over HTTP/2,
/// http-grpc-status-mapping). Pure.
public final class GrpcSpecimens {
  private static final byte[] TEXT = GrpcMessages.text("hello");
  private static final String INTERNAL = "INTERNAL";
  private static final String UNKNOWN = "UNKNOWN";

  private GrpcSpecimens() {}

  /// All of them.
  public static List<GrpcSpecimen> all() {
    return Stream.of(statuses(), ends(), heads(), messages(), codings(), resets(), stops(), fine())
        .flatMap(List::stream)
        .toList();
  }

  private static GrpcSpecimen unary(String name, String outcome, GrpcBehavior behavior) {
    return new GrpcSpecimen(name, false, Set.of(outcome), "", behavior);
  }

  private static GrpcSpecimen saying(
      String name, String outcome, String says, GrpcBehavior behavior) {
    return new GrpcSpecimen(name, false, Set.of(outcome), says, behavior);
  }

  private static GrpcSpecimen stream(String name, String outcome, GrpcBehavior behavior) {
    return new GrpcSpecimen(name, true, Set.of(outcome), "", behavior);
  }

  /// Every status, with trailers alone and after a message.
  public static List<GrpcSpecimen> statuses() {
    List<GrpcSpecimen> all = new ArrayList<>();
    for (GrpcCode code : GrpcCode.values()) {
      if (code == GrpcCode.OK) {
        continue;
      }
      String name = code.name();
      String words = "no " + name + " today";
      all.add(saying("status-" + name, name, words, GrpcBehavior.status(code, words)));
      all.add(
          new GrpcSpecimen(
              "status-after-messages-" + name,
              true,
              Set.of(name),
              words,
              wire -> {
                wire.awaitRequest();
                wire.send(TEXT);
                wire.send(TEXT);
                wire.finish(code, words);
              }));
    }
    all.add(
        saying(
            "message-percent-encoded",
            "NOT_FOUND",
            "\u00fc \u2603\u20ac 100%",
            GrpcBehavior.status(GrpcCode.NOT_FOUND, "\t\u00fc \u2603\u20ac 100%")));
    all.add(
        saying("message-badly-encoded", "NOT_FOUND", "%zz", status("5", "100%zz and % and %e")));
    all.add(unary("status-without-name", UNKNOWN, status("17", "who knows")));
    all.add(unary("status-of-letters", UNKNOWN, status("OK", "")));
    all.add(unary("status-negative", UNKNOWN, status("-1", "")));
    all.add(unary("status-empty", UNKNOWN, status("", "")));
    all.add(unary("status-overflow", UNKNOWN, status("4294967296", "")));
    all.add(
        saying(
            "status-details",
            "INVALID_ARGUMENT",
            "TOO_SHORT",
            details(errorInfo("TOO_SHORT", "testkit.example"))));
    all.add(
        saying("status-details-garbage", "INVALID_ARGUMENT", "no", details(new byte[] {-1, -1})));
    all.add(
        saying(
            "status-details-not-base64",
            "INVALID_ARGUMENT",
            "no",
            wire -> {
              wire.awaitRequest();
              wire.finish(GrpcCode.INVALID_ARGUMENT, "no", "grpc-status-details-bin", "***");
            }));
    all.add(
        unary(
            "message-of-6-kib",
            "ABORTED",
            GrpcBehavior.status(GrpcCode.ABORTED, "a".repeat(6 << 10))));
    return all;
  }

  private static GrpcBehavior status(String code, String message) {
    return wire -> {
      wire.awaitRequest();
      wire.finish(code, message);
    };
  }

  private static GrpcBehavior details(byte[] status) {
    String base64 = Base64.getEncoder().withoutPadding().encodeToString(status);
    return wire -> {
      wire.awaitRequest();
      wire.finish(GrpcCode.INVALID_ARGUMENT, "no", "grpc-status-details-bin", base64);
    };
  }

  /// A google.rpc.Status with a google.rpc.ErrorInfo.
  static byte[] errorInfo(String reason, String domain) {
    byte[] info = join(bytes(1, reason.getBytes(UTF_8)), bytes(2, domain.getBytes(UTF_8)));
    byte[] any =
        join(bytes(1, "type.googleapis.com/google.rpc.ErrorInfo".getBytes(UTF_8)), bytes(2, info));
    return join(new byte[] {8, 3}, bytes(2, "no".getBytes(UTF_8)), bytes(3, any));
  }

  private static byte[] bytes(int field, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(field << 3 | 2);
    GrpcMessages.varint(out, value.length);
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /// Responses that end otherwise than with a status.
  public static List<GrpcSpecimen> ends() {
    return List.of(
        new GrpcSpecimen(
            "end-without-trailers",
            false,
            Set.of(INTERNAL, UNKNOWN),
            "",
            wire -> {
              wire.awaitRequest();
              wire.send(TEXT);
              wire.stream().data(new byte[0], true);
            }),
        unary(
            "end-without-status",
            UNKNOWN,
            wire -> {
              wire.awaitRequest();
              wire.send(TEXT);
              wire.stream().trailers(Http2Wire.fields("x", "y"));
            }),
        new GrpcSpecimen(
            "end-after-head",
            false,
            Set.of(INTERNAL, UNKNOWN),
            "",
            wire -> {
              wire.awaitRequest();
              wire.stream().head(200, true, "content-type", "application/grpc");
            }),
        new GrpcSpecimen(
            "end-ok-without-message",
            false,
            Set.of(INTERNAL, "UNIMPLEMENTED"),
            "",
            GrpcBehavior.status(GrpcCode.OK, "")),
        new GrpcSpecimen(
            "end-two-messages-to-a-unary-call",
            false,
            Set.of(INTERNAL, "UNIMPLEMENTED"),
            "",
            GrpcBehavior.several(2)),
        unary(
            "end-cut",
            "CONNECTION_CLOSED",
            wire -> {
              wire.awaitRequest();
              wire.send(TEXT);
              wire.stream().cut();
            }),
        unary(
            "end-torn",
            "CONNECTION_RESET",
            wire -> {
              wire.awaitRequest();
              wire.send(TEXT);
              wire.stream().roundTrip();
              wire.stream().tear();
            }));
  }

  /// Heads that are not gRPC's.
  public static List<GrpcSpecimen> heads() {
    List<GrpcSpecimen> all = new ArrayList<>();
    List<String> outcomes =
        List.of(
            "400 INTERNAL",
            "401 UNAUTHENTICATED",
            "403 PERMISSION_DENIED",
            "404 UNIMPLEMENTED",
            "429 UNAVAILABLE",
            "500 UNKNOWN",
            "502 UNAVAILABLE",
            "503 UNAVAILABLE",
            "504 UNAVAILABLE",
            "204 UNKNOWN");
    for (String line : outcomes) {
      int status = Integer.parseInt(line.substring(0, 3));
      all.add(
          saying(
              "http-" + status,
              line.substring(4),
              line.substring(0, 3),
              wire -> {
                wire.awaitRequest();
                boolean bare = status == 204;
                wire.stream().head(status, bare, "content-type", "text/html");
                if (!bare) {
                  wire.stream().data("<html>no</html>".getBytes(UTF_8), true);
                }
              }));
    }
    all.add(
        unary(
            "http-503-with-status",
            "RESOURCE_EXHAUSTED",
            wire -> {
              wire.awaitRequest();
              wire.stream().head(503, true, "content-type", "application/grpc", "grpc-status", "8");
            }));
    for (String type : List.of("application/json", "text/plain", "application/grpcx", "")) {
      all.add(
          unary(
              "type-" + (type.isEmpty() ? "empty" : type.replace('/', '-')),
              UNKNOWN,
              wire -> {
                wire.awaitRequest();
                wire.stream().head(200, false, "content-type", type);
                wire.stream().data(GrpcMessages.framed(TEXT), false);
                wire.stream().trailers(Http2Wire.fields("grpc-status", "0"));
              }));
    }
    return all;
  }

  /// Messages that are none.
  public static List<GrpcSpecimen> messages() {
    return List.of(
        unary("message-flag-of-2", INTERNAL, bytes(GrpcMessages.framed(2, 7, TEXT))),
        unary("message-flag-of-255", INTERNAL, bytes(GrpcMessages.framed(255, 7, TEXT))),
        unary("message-of-4-gib", "RESOURCE_EXHAUSTED", bytes(GrpcMessages.framed(0, -1, TEXT))),
        unary(
            "message-of-1-gib", "RESOURCE_EXHAUSTED", bytes(GrpcMessages.framed(0, 1 << 30, TEXT))),
        unary("message-cut", INTERNAL, bytes(GrpcMessages.framed(0, TEXT.length + 9, TEXT))),
        unary("message-prefix-cut", INTERNAL, bytes(new byte[] {0, 0, 0})),
        unary(
            "message-and-half-of-one",
            INTERNAL,
            bytes(join(GrpcMessages.framed(TEXT), new byte[] {0, 0, 0, 0, 9, 1}))),
        unary("message-no-protobuf", INTERNAL, bytes(GrpcMessages.framed(new byte[] {-1, -1, -1}))),
        unary("message-field-cut", INTERNAL, bytes(GrpcMessages.framed(new byte[] {10, 50, 'a'}))),
        unary(
            "message-not-utf-8",
            INTERNAL,
            bytes(GrpcMessages.framed(new byte[] {10, 2, (byte) 0xc3, 0x28}))));
  }

  private static GrpcBehavior bytes(byte[] body) {
    return wire -> {
      wire.awaitRequest();
      wire.raw(body);
      wire.finish(GrpcCode.OK, "");
    };
  }

  /// Compression gone wrong.
  public static List<GrpcSpecimen> codings() {
    byte[] gzip = GrpcMessages.gzip(TEXT);
    byte[] half = Arrays.copyOf(gzip, gzip.length / 2);
    byte[] wrongSum = gzip.clone();
    wrongSum[gzip.length - 5] ^= 1;
    byte[] bomb = GrpcMessages.gzip(new byte[64 << 20]);
    return List.of(
        unary("gzip-unsaid", INTERNAL, bytes(GrpcMessages.compressed(TEXT))),
        unary("gzip-of-identity", INTERNAL, coded("identity", GrpcMessages.compressed(TEXT))),
        unary("gzip-none", INTERNAL, coded("gzip", GrpcMessages.framed(1, 7, TEXT))),
        unary("gzip-cut", INTERNAL, coded("gzip", GrpcMessages.framed(1, half.length, half))),
        unary(
            "gzip-wrong-sum",
            INTERNAL,
            coded("gzip", GrpcMessages.framed(1, wrongSum.length, wrongSum))),
        unary("gzip-empty", INTERNAL, coded("gzip", GrpcMessages.framed(1, 0, new byte[0]))),
        unary(
            "gzip-bomb",
            "RESOURCE_EXHAUSTED",
            coded("gzip", GrpcMessages.framed(1, bomb.length, bomb))),
        new GrpcSpecimen(
            "coding-unknown",
            false,
            Set.of(INTERNAL, "UNIMPLEMENTED"),
            "",
            coded("snappy", GrpcMessages.framed(1, TEXT.length, TEXT))));
  }

  private static GrpcBehavior coded(String coding, byte[] body) {
    return wire -> {
      wire.awaitRequest();
      wire.head("grpc-encoding", coding);
      wire.raw(body);
      wire.finish(GrpcCode.OK, "");
    };
  }

  /// RST_STREAM with every code (gRPC over HTTP/2, "Errors").
  public static List<GrpcSpecimen> resets() {
    List<GrpcSpecimen> all = new ArrayList<>();
    for (ErrorCode code : ErrorCode.values()) {
      Set<String> outcomes =
          switch (code) {
            case REFUSED_STREAM -> Set.of("UNAVAILABLE");
            case CANCEL -> Set.of("CANCELLED");
            case ENHANCE_YOUR_CALM -> Set.of("RESOURCE_EXHAUSTED");
            case INADEQUATE_SECURITY -> Set.of("PERMISSION_DENIED");
            case STREAM_CLOSED, HTTP_1_1_REQUIRED -> Set.of(UNKNOWN, INTERNAL);
            default -> Set.of(INTERNAL);
          };
      all.add(
          new GrpcSpecimen(
              "rst-" + code,
              false,
              outcomes,
              code.name(),
              wire -> {
                wire.awaitRequest();
                wire.stream().reset(code);
              }));
      all.add(
          new GrpcSpecimen(
              "rst-within-" + code,
              true,
              outcomes,
              code.name(),
              wire -> {
                wire.awaitRequest();
                wire.send(TEXT);
                wire.stream().reset(code);
              }));
    }
    return all;
  }

  /// Nothing more comes.
  public static List<GrpcSpecimen> stops() {
    String late = "DEADLINE_EXCEEDED";
    return List.of(
        unary("stop-at-once", late, wire -> wire.stream().stall()),
        unary(
            "stop-after-request",
            late,
            wire -> {
              wire.awaitRequest();
              wire.stream().stall();
            }),
        unary(
            "stop-after-head",
            late,
            wire -> {
              wire.awaitRequest();
              wire.head();
              wire.stream().stall();
            }),
        unary(
            "stop-after-message",
            late,
            wire -> {
              wire.awaitRequest();
              wire.send(TEXT);
              wire.stream().stall();
            }),
        unary(
            "stop-in-message",
            late,
            wire -> {
              wire.awaitRequest();
              wire.raw(new byte[] {0, 0, 0, 0, 9, 1});
              wire.stream().stall();
            }),
        stream("stop-endless", late, GrpcBehavior.endless(100)));
  }

  /// What is unusual and no fault.
  public static List<GrpcSpecimen> fine() {
    return List.of(
        unary("fine", "OK", GrpcBehavior.echo()),
        unary(
            "fine-compressed",
            "OK",
            wire -> {
              wire.awaitRequest();
              wire.sendCompressed(GrpcMessages.text("g".repeat(10_000)));
              wire.finish(GrpcCode.OK, "");
            }),
        unary("fine-said-and-not-compressed", "OK", coded("gzip", GrpcMessages.framed(TEXT))),
        unary("fine-empty-message", "OK", bytes(GrpcMessages.framed(new byte[0]))),
        unary(
            "fine-byte-by-byte",
            "OK",
            wire -> {
              wire.awaitRequest();
              wire.head();
              wire.stream().data(GrpcMessages.framed(TEXT), 1, false);
              wire.finish(GrpcCode.OK, "");
            }),
        unary("fine-of-3-mib", "OK", GrpcBehavior.unary(GrpcMessages.text("l".repeat(3 << 20)))),
        unary("fine-unknown-fields", "OK", bytes(GrpcMessages.framed(join(TEXT, bytes(99, TEXT))))),
        unary(
            "fine-type-with-suffix",
            "OK",
            wire -> {
              wire.awaitRequest();
              wire.stream().head(200, false, "content-type", "application/grpc+proto");
              wire.stream().data(GrpcMessages.framed(TEXT), false);
              wire.stream().trailers(Http2Wire.fields("grpc-status", "0"));
            }),
        unary(
            "fine-refused-once",
            "OK",
            GrpcBehavior.sequence(
                wire -> wire.stream().reset(ErrorCode.REFUSED_STREAM), GrpcBehavior.echo())),
        unary(
            "fine-metadata",
            "OK",
            wire -> {
              wire.awaitRequest();
              wire.head("x-head", "1", "x-bin", "AAECAw");
              wire.send(TEXT);
              wire.finish(GrpcCode.OK, "", "x-trailer", "2");
            }),
        stream("fine-no-messages", "OK", GrpcBehavior.status(GrpcCode.OK, "")),
        stream("fine-1000-messages", "OK", GrpcBehavior.several(1_000)),
        stream(
            "fine-several-in-one-frame",
            "OK",
            wire -> {
              wire.awaitRequest();
              byte[] one = GrpcMessages.framed(TEXT);
              wire.raw(join(one, one, one, Arrays.copyOf(one, 3)));
              wire.raw(Arrays.copyOfRange(one, 3, one.length));
              wire.finish(GrpcCode.OK, "");
            }));
  }
}
