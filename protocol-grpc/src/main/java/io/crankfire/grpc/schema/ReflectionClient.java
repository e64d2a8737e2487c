package io.crankfire.grpc.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.crankfire.http2.HpackEncoder;
import io.crankfire.http2.Http2Pool;
import io.crankfire.metrics.Recorder;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.net.Clock;
import io.crankfire.net.Connector;
import io.crankfire.net.Loop;
import io.crankfire.net.NioLoop;
import io.crankfire.net.Resolver;
import io.crankfire.net.TlsContext;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Credential;
import io.crankfire.template.Names;
import io.crankfire.template.Variables;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Asks a server for its schema by gRPC's reflection, version 1 or else the alpha that came before
/// it. Blocks the caller; nothing of it is measured. Confined to one thread.
final class ReflectionClient implements AutoCloseable {

  /*
   * The messages are few and the same in both versions, so they are written and read by their numbers
   * (grpc/reflection/v1/reflection.proto).
   */

  /// How long a question may take once the connection is there.
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final List<String> VERSIONS = List.of("v1", "v1alpha");

  private static final int UNIMPLEMENTED = 12;
  private static final int NOT_FOUND = 5;

  private static final int ASK_FILE = 3;
  private static final int ASK_SYMBOL = 4;
  private static final int ASK_SERVICES = 7;
  private static final int FILES = 4;
  private static final int SERVICES = 6;
  private static final int ERROR = 7;

  private final Server server;
  private final Duration patience;
  private final long connectNanos;
  private final Loop loop;
  private final Resolver resolver;
  private final Http2Pool pool;
  private int version;
  private @Nullable ReflectionStream stream;

  /// What the pool counts a conversation for.
  private record Asking(Target target) implements Call {
    @Override
    public String name() {
      return "reflection";
    }

    @Override
    public String protocol() {
      return "grpc";
    }

    @Override
    public Duration timeout() {
      return Duration.ZERO;
    }
  }

  /// @param connections how the server is reached
  /// @param patience how long a question may take, besides connecting
  /// @throws SchemaException if it cannot be reached in the way that is asked for
  ReflectionClient(Server server, Connections connections, Duration patience)
      throws SchemaException {
    this.server = server;
    this.patience = patience;
    connectNanos = connections.connectTimeout().toNanos();
    resolver = new Resolver(connections.resolve());
    loop = new NioLoop(Clock.SYSTEM);
    try {
      Connector connector =
          new Connector(loop, resolver, connections, TlsContext.of(connections.tls()));
      Recorder recorder = new Recorder(new WorkerMetrics(List.of(List.of()), 0, new boolean[0]));
      pool =
          Http2Pool.of(
              new WorkerContext(loop, connector, connections, 1, recorder), server.target());
    } catch (IllegalArgumentException e) {
      loop.close();
      resolver.close();
      throw new SchemaException(String.valueOf(e.getMessage()));
    }
  }

  /// The full names of the server's services.
  List<String> services() throws SchemaException {
    UnknownFieldSet answer = ask(ASK_SERVICES, "*");
    String error = error(answer);
    if (error != null) {
      throw new SchemaException(
          "%s does not list its services: %s".formatted(server.target(), error));
    }
    List<String> names = new ArrayList<>();
    for (ByteString list : answer.getField(SERVICES).getLengthDelimitedList()) {
      for (ByteString service : parse(list).getField(1).getLengthDelimitedList()) {
        for (ByteString name : parse(service).getField(1).getLengthDelimitedList()) {
          names.add(name.toStringUtf8());
        }
      }
    }
    return names;
  }

  /// The file that defines a symbol, and perhaps what it imports; empty if there is none.
  List<FileDescriptorProto> symbol(String name) throws SchemaException {
    return files(ask(ASK_SYMBOL, name), "a file for " + name);
  }

  /// A file, and perhaps what it imports; empty if there is none.
  List<FileDescriptorProto> file(String name) throws SchemaException {
    return files(ask(ASK_FILE, name), name);
  }

  private List<FileDescriptorProto> files(UnknownFieldSet answer, String what)
      throws SchemaException {
    String error = error(answer);
    if (error != null) {
      if (error.isEmpty()) {
        return List.of();
      }
      throw new SchemaException("%s does not give %s: %s".formatted(server.target(), what, error));
    }
    List<FileDescriptorProto> files = new ArrayList<>();
    for (ByteString response : answer.getField(FILES).getLengthDelimitedList()) {
      for (ByteString file : parse(response).getField(1).getLengthDelimitedList()) {
        try {
          files.add(FileDescriptorProto.parseFrom(file));
        } catch (InvalidProtocolBufferException _) {
          throw broken();
        }
      }
    }
    return files;
  }

  /// What an answer says went wrong; null if nothing did, empty if there is just no such thing.
  private @Nullable String error(UnknownFieldSet answer) throws SchemaException {
    for (ByteString error : answer.getField(ERROR).getLengthDelimitedList()) {
      UnknownFieldSet fields = parse(error);
      List<Long> codes = fields.getField(1).getVarintList();
      List<ByteString> texts = fields.getField(2).getLengthDelimitedList();
      if (!codes.isEmpty() && codes.getLast() == NOT_FOUND) {
        return "";
      }
      return texts.isEmpty()
          ? "error " + codes
          : texts.getLast().toStringUtf8().replaceAll("\\p{Cntrl}", " ");
    }
    return null;
  }

  private UnknownFieldSet parse(ByteString bytes) throws SchemaException {
    try {
      return UnknownFieldSet.parseFrom(bytes);
    } catch (InvalidProtocolBufferException _) {
      throw broken();
    }
  }

  private SchemaException broken() {
    return new SchemaException(
        "%s answers reflection with broken messages".formatted(server.target()));
  }

  private UnknownFieldSet ask(int field, String text) throws SchemaException {
    UnknownFieldSet question =
        UnknownFieldSet.newBuilder()
            .addField(
                field,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8(text))
                    .build())
            .build();
    byte[] message = framed(question.toByteArray());
    while (true) {
      ReflectionStream open = stream;
      if (open == null || open.over()) {
        open = new ReflectionStream(head(), message);
        stream = open;
        Exchange exchange = new Exchange(_ -> {}, new Variables(new Names(), 0, () -> 0));
        long now = loop.readClock();
        exchange.begin(new Asking(server.target()), 0, now, now);
        pool.send(open, exchange);
      } else {
        open.ask(message);
      }
      byte[] answer = await(open);
      if (answer != null) {
        return parse(ByteString.copyFrom(answer));
      }
      if (open.failure() == null
          && open.status() == UNIMPLEMENTED
          && !open.answered()
          && version < VERSIONS.size() - 1) {
        version++;
        continue;
      }
      throw refusal(open);
    }
  }

  private SchemaException refusal(ReflectionStream ended) {
    if (ended.failure() != null) {
      return new SchemaException(
          "cannot reach %s: %s: %s"
              .formatted(server.target(), ended.failure().bucket(), ended.detail()));
    }
    if (ended.status() == UNIMPLEMENTED) {
      return new SchemaException(
          "%s does not offer reflection: give its schema by proto_file or descriptor_set"
              .formatted(server.target()));
    }
    return new SchemaException(
        "%s refuses reflection: %s%s"
            .formatted(
                server.target(),
                statusName(ended.status()),
                ended.message().isEmpty() ? "" : ": " + ended.message()));
  }

  private static String statusName(int code) {
    List<String> names =
        List.of(
            "no answer, status OK",
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED");
    return code >= 0 && code < names.size() ? names.get(code) : "status " + code;
  }

  /// Turns the loop until an answer is here.
  ///
  /// @return null if the conversation is over without it
  private byte @Nullable [] await(ReflectionStream from) throws SchemaException {
    long deadline = loop.readClock() + connectNanos + patience.toNanos();
    while (true) {
      byte[] answer = from.take();
      if (answer != null || from.over()) {
        return answer;
      }
      if (from.failure() != null) {
        return null;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new SchemaException("interrupted while %s was asked".formatted(server.target()));
      }
      if (loop.now() - deadline >= 0) {
        throw new SchemaException(
            "%s gives no answer to reflection within %d s"
                .formatted(server.target(), (connectNanos + patience.toNanos()) / 1_000_000_000));
      }
      loop.turn(Math.min(deadline, loop.now() + 100_000_000), Pacing.DEFAULT);
    }
  }

  private static byte[] framed(byte[] message) {
    ByteSink frame = new ByteSink(message.length + 5);
    frame.write(0);
    for (int shift = 24; shift >= 0; shift -= 8) {
      frame.write(message.length >> shift);
    }
    frame.write(message);
    return frame.toBytes();
  }

  private byte[] head() {
    ByteSink block = new ByteSink(256);
    HpackEncoder.write(block, ":method", "POST", false);
    HpackEncoder.write(block, ":scheme", server.target().secure() ? "https" : "http", false);
    HpackEncoder.write(
        block,
        ":path",
        "/grpc.reflection.%s.ServerReflection/ServerReflectionInfo"
            .formatted(VERSIONS.get(version)),
        false);
    HpackEncoder.write(block, ":authority", server.authority(), false);
    HpackEncoder.write(block, "te", "trailers", false);
    HpackEncoder.write(block, "content-type", "application/grpc", false);
    HpackEncoder.write(block, "user-agent", "grpc-java-crankfire", false);
    for (Server.Header header : server.metadata()) {
      HpackEncoder.write(block, header.name(), header.value(), false);
    }
    Credential credential = server.credential();
    if (credential != null) {
      HpackEncoder.write(
          block,
          credential.header().toLowerCase(Locale.ROOT),
          new String(credential.value(), StandardCharsets.UTF_8),
          true);
    }
    return block.toBytes();
  }

  @Override
  public void close() {
    pool.close();
    loop.close();
    resolver.close();
  }
}
