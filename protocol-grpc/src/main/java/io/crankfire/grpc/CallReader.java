package io.crankfire.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Empty;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Durations;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.grpc.GrpcCall.HalfClose;
import io.crankfire.grpc.GrpcCall.Kind;
import io.crankfire.grpc.message.MessageTemplate;
import io.crankfire.grpc.message.WireCheck;
import io.crankfire.grpc.schema.Schema;
import io.crankfire.grpc.schema.SchemaReader;
import io.crankfire.grpc.schema.Server;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Expectation;
import io.crankfire.protocol.GrpcKeys;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles a step. Confined to one thread.
final class CallReader {

  private static final int MOST_CHECKS = 64;
  private static final String STEP_TIMEOUT = "30s";

  private final Compiling compiling;
  private final Problems problems;
  private final Fields whole;
  private final Fields block;

  CallReader(ConfigNode.Mapping step, Compiling compiling) {
    this.compiling = compiling;
    problems = compiling.problems();
    whole = new Fields(step, problems);
    block = whole.fields(GrpcKeys.NAME);
  }

  /// The call; null if there was a fault. If only the server knows the schema and is not to be
  /// asked, it is one for people to look at, without messages.
  @Nullable GrpcCall read() {
    int before = problems.all().size();
    block.rejectOthersThan(GrpcKeys.GRPC.names());
    GrpcCall.Place place = place();
    Duration timeout = timeout();
    List<CallHead.Field> metadata = new MetadataReader(compiling).read(block);
    List<Check> expected = Expectation.read(block, GrpcKeys.EXPECTED, compiling);
    Conduct conduct = Expectation.with(compiling.conduct(), expected, "every message");
    if (conduct == null) {
      problems.add(
          block.position(GrpcKeys.EXPECT.name()),
          "an endpoint has %d checks at the most, this one included".formatted(MOST_CHECKS));
    }
    boolean gzip = "gzip".equals(word("compression", "none", "gzip"));
    SchemaReader schema = new SchemaReader(block, problems, compiling.inquiry());
    SchemaReader.Found found = schema.read(() -> server(place, metadata));
    if (found == null && !schema.unasked()) {
      options(Kind.BIDIRECTIONAL, gzip, 1); // for what is wrong with them
      return null;
    }
    Kind kind = found == null ? Kind.BIDIRECTIONAL : kind(found.method());
    Descriptor answer = found == null ? Empty.getDescriptor() : found.method().getOutputType();
    TypeRegistry registry =
        found == null ? TypeRegistry.getEmptyTypeRegistry() : found.schema().types();
    List<Outgoing> messages =
        found == null ? List.of() : messages(found.method(), kind, gzip, registry);
    GrpcCall.Options options = options(kind, gzip, messages.size());
    if (place == null || conduct == null || problems.all().size() > before) {
      return null;
    }
    String path = found == null ? GrpcProtocol.path(block) : Schema.path(found.method());
    String name = whole.text("name");
    return new GrpcCall(
        name == null ? path.substring(1) : name,
        path,
        kind,
        place,
        head(path, place, timeout, gzip, metadata),
        messages,
        options,
        new GrpcCall.Answers(WireCheck.of(answer), new MessageJson(answer, registry)),
        conduct,
        expected,
        timeout);
  }

  private static Kind kind(MethodDescriptor method) {
    return method.isClientStreaming()
        ? method.isServerStreaming() ? Kind.BIDIRECTIONAL : Kind.CLIENT_STREAMING
        : method.isServerStreaming() ? Kind.SERVER_STREAMING : Kind.UNARY;
  }

  /// The step's own is the default.
  private Duration timeout() {
    return block.has(GrpcKeys.TIMEOUT.name())
        ? block.duration(GrpcKeys.TIMEOUT)
        : whole.duration("timeout", Durations.parse(STEP_TIMEOUT));
  }

  private @Nullable String word(String key, String... words) {
    String text = block.text(key);
    for (String word : words) {
      if (text != null && text.strip().equalsIgnoreCase(word)) {
        return word;
      }
    }
    if (text != null) {
      problems.add(
          block.position(key), "\"%s\" is none of %s".formatted(text, String.join(", ", words)));
    }
    return null;
  }

  private GrpcCall.@Nullable Place place() {
    boolean tls = block.flag(GrpcKeys.TLS);
    boolean insecure = block.flag(GrpcKeys.INSECURE);
    String key = whole.has("url") ? "url" : "target";
    String text = whole.text(key);
    String unix = whole.text("unix");
    Position at = whole.position(key);
    if (text == null || text.isBlank()) {
      if (unix == null) {
        problems.add(at, "a target is required, as in localhost:50051");
        return null;
      }
      text = "unix:" + unix;
    }
    if (whole.has("path")) {
      problems.add(
          whole.position("path"),
          "gRPC has no paths; grpc.service and grpc.method say what is called");
    }
    Template varying = text.contains("{{") ? compiling.template(text.strip(), at) : null;
    try {
      String sample = varying == null ? text : "unknown.invalid:1";
      GrpcTarget fixed = GrpcTarget.parse(sample, tls, insecure);
      return new GrpcCall.Place(overSocket(fixed, unix), varying, tls, insecure);
    } catch (IllegalArgumentException e) {
      problems.add(at, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /// Whom to ask for the schema; null if nobody can be.
  private @Nullable Server server(GrpcCall.@Nullable Place place, List<CallHead.Field> metadata) {
    if (place != null && place.varying() != null) {
      problems.add(
          block.position(GrpcKeys.REFLECTION.name()),
          "a target with placeholders cannot be asked before the run: give a proto_file or a"
              + " descriptor_set");
    }
    if (place == null || place.varying() != null) {
      return null;
    }
    List<Server.Header> headers = new ArrayList<>();
    for (CallHead.Field field : metadata) {
      if (field.template() == null) {
        headers.add(new Server.Header(field.name(), field.value()));
      }
    }
    String authority = block.text("authority");
    return new Server(
        place.fixed().target(),
        authority == null || authority.isBlank() || authority.contains("{{")
            ? place.fixed().authority()
            : authority.strip(),
        headers,
        compiling.conduct().credential());
  }

  private static GrpcTarget overSocket(GrpcTarget target, @Nullable String unix) {
    return unix == null
        ? target
        : new GrpcTarget(target.target().overSocket(unix), target.authority());
  }

  private CallHead head(
      String path,
      GrpcCall.Place place,
      Duration timeout,
      boolean gzip,
      List<CallHead.Field> metadata) {
    List<CallHead.Field> fields = new ArrayList<>();
    fields.add(constant(":method", "POST"));
    fields.add(constant(":scheme", place.fixed().target().secure() ? "https" : "http"));
    fields.add(constant(":path", path));
    String authority = block.text("authority");
    if (authority != null && authority.contains("{{")) {
      Template template = compiling.template(authority, block.position("authority"));
      fields.add(new CallHead.Field(":authority", authority, template));
    } else if (authority != null && !authority.isBlank()) {
      fields.add(constant(":authority", authority.strip()));
    } else {
      fields.add(constant(":authority", place.varying() == null ? place.fixed().authority() : ""));
    }
    fields.add(constant("te", "trailers"));
    fields.add(constant("content-type", "application/grpc"));
    if (metadata.stream().noneMatch(field -> field.name().equals("user-agent"))) {
      fields.add(constant("user-agent", "grpc-java-crankfire"));
    }
    if (!timeout.isZero()) {
      fields.add(constant("grpc-timeout", timeoutValue(timeout)));
    }
    if (gzip) {
      fields.add(constant("grpc-encoding", "gzip"));
    }
    fields.add(constant("grpc-accept-encoding", "gzip"));
    fields.addAll(metadata);
    return new CallHead(fields, compiling.conduct().credential());
  }

  private static CallHead.Field constant(String name, String value) {
    return new CallHead.Field(name, value, null);
  }

  /// Eight digits at the most, and the largest unit that says it exactly (gRPC over HTTP/2,
  /// "Timeout").
  static String timeoutValue(Duration timeout) {
    long nanos =
        timeout.compareTo(Duration.ofDays(365)) > 0
            ? Duration.ofDays(365).toNanos()
            : timeout.toNanos();
    long[] units = {3_600_000_000_000L, 60_000_000_000L, 1_000_000_000, 1_000_000, 1_000, 1};
    String letters = "HMSmun";
    for (int i = 0; i < units.length; i++) {
      if (nanos % units[i] == 0 && nanos / units[i] < 100_000_000) {
        return nanos / units[i] + letters.substring(i, i + 1);
      }
    }
    for (int i = units.length - 1; i > 0; i--) { // more than eight digits: rounded up
      if (nanos / units[i] < 99_999_999) {
        return nanos / units[i] + 1 + letters.substring(i, i + 1);
      }
    }
    return nanos / units[0] + "H";
  }

  private List<Outgoing> messages(
      MethodDescriptor method, Kind kind, boolean gzip, TypeRegistry registry) {
    JsonFormat.Parser parser = JsonFormat.parser().usingTypeRegistry(registry);
    List<String> given = new ArrayList<>();
    for (String key : List.of("message", "messages", "message_file")) {
      if (block.has(key)) {
        given.add(key);
      }
    }
    if (given.size() > 1) {
      problems.add(
          block.position(given.get(1)),
          "%s says what is sent already: give one of them".formatted(given.getFirst()));
      return List.of();
    }
    ConfigNode none = new ConfigNode.Scalar("{}", block.position());
    List<ConfigNode> nodes = List.of(none);
    if (block.node("messages") instanceof ConfigNode.Sequence list) {
      nodes = list.items();
      if (!kind.clientStreams() && nodes.size() != 1) {
        problems.add(
            list.position(),
            "%s takes one message, not %d: give message"
                .formatted(method.getFullName(), nodes.size()));
        return List.of();
      }
      if (nodes.isEmpty() && block.whole(GrpcKeys.MESSAGE_COUNT) > 0) {
        problems.add(
            block.position(GrpcKeys.MESSAGE_COUNT.name()),
            "messages is an empty list, so that nothing can be sent so often: give a message, or"
                + " leave message_count out");
      }
    } else if (block.has("message_file")) {
      return file(block.text("message_file"), method, gzip, parser);
    } else if (!given.isEmpty()) {
      ConfigNode node = block.node(given.getFirst());
      nodes = node == null ? nodes : List.of(node);
    }
    List<Outgoing> messages = new ArrayList<>();
    for (ConfigNode node : nodes) {
      add(MessageTemplate.compile(node, method.getInputType(), parser, compiling), gzip, messages);
    }
    return messages;
  }

  private static void add(
      @Nullable MessageTemplate message, boolean gzip, List<Outgoing> messages) {
    if (message != null) {
      messages.add(Outgoing.of(message, gzip));
    }
  }

  private List<Outgoing> file(
      @Nullable String name, MethodDescriptor method, boolean gzip, JsonFormat.Parser parser) {
    Position at = block.position("message_file");
    List<Outgoing> messages = new ArrayList<>();
    try {
      Path path = Compiling.file(String.valueOf(name).strip(), at);
      add(
          MessageTemplate.compile(
              Files.readString(path),
              Position.flag(path.toString()),
              true,
              method.getInputType(),
              parser,
              compiling),
          gzip,
          messages);
    } catch (IOException | InvalidPathException e) {
      problems.add(at, "cannot read the message file " + name + ": " + reason(e));
    }
    return messages;
  }

  static String reason(Exception e) {
    return switch (e) {
      case java.nio.file.NoSuchFileException _ -> "no such file";
      case java.nio.file.AccessDeniedException _ -> "permission denied";
      case java.nio.charset.MalformedInputException _ -> "it is no UTF-8";
      default -> String.valueOf(e.getMessage());
    };
  }

  private GrpcCall.Options options(Kind kind, boolean gzip, int messages) {
    long count = block.whole(GrpcKeys.MESSAGE_COUNT);
    long interval = block.duration(GrpcKeys.MESSAGE_INTERVAL).toNanos();
    boolean awaits = block.flag(GrpcKeys.AWAIT_REPLIES);
    String half = word("half_close", "sent", "replies", "never");
    long most = block.whole(GrpcKeys.MAX_MESSAGES);
    if (!kind.clientStreams()) {
      for (String key : List.of("message_count", "message_interval", "half_close")) {
        unused(key, "the method takes one message");
      }
    }
    if (!kind.serverStreams()) {
      unused(GrpcKeys.MAX_MESSAGES.name(), "the method gives one message");
    }
    if (kind != Kind.BIDIRECTIONAL) {
      unused(GrpcKeys.AWAIT_REPLIES.name(), "only bidirectional streams have replies");
      if ("replies".equals(half) && kind == Kind.CLIENT_STREAMING) {
        problems.add(
            block.position("half_close"),
            "the one reply comes when we have said that no message follows: replies would wait for"
                + " ever");
      }
    }
    HalfClose halfClose =
        half == null || half.equals("sent")
            ? HalfClose.SENT
            : half.equals("replies") ? HalfClose.REPLIES : HalfClose.NEVER;
    return new GrpcCall.Options(
        count == 0 ? messages : count,
        interval,
        awaits && kind == Kind.BIDIRECTIONAL,
        halfClose,
        gzip,
        kind.serverStreams() ? most : 0,
        block.count(GrpcKeys.MAX_MESSAGE_SIZE));
  }

  private void unused(String key, String why) {
    if (block.has(key)) {
      problems.warn(block.position(key), key + " is not used: " + why);
    }
  }
}
