package io.crankfire.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The service of [Protos] on grpc-java, on a port of the system's choice. Any thread.
public final class EchoServer implements AutoCloseable {

  private static final Context.Key<Metadata> HEADERS = Context.key("headers");

  /// The metadata of each call, oldest first.
  public final Queue<Metadata> calls = new ConcurrentLinkedQueue<>();

  /// The authority of each call, oldest first.
  public final Queue<String> authorities = new ConcurrentLinkedQueue<>();

  /// Times between the messages of a `Count`, in nanoseconds, as they were sent.
  public final Queue<Long> gaps = new ConcurrentLinkedQueue<>();

  /// How many calls were cancelled.
  public final AtomicInteger cancelled = new AtomicInteger();

  /// What every call fails with first, as long as this is above 0.
  public final AtomicInteger failures = new AtomicInteger();

  /// What these failures carry.
  public volatile Metadata failing = new Metadata();

  /// What these failures are.
  public volatile Status failure = Status.UNAVAILABLE;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Server server;

  /// Starts it.
  public EchoServer() {
    this(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
  }

  /// Starts it as the builder says.
  public EchoServer(NettyServerBuilder builder) {
    server =
        builder
            .addService(service())
            .intercept(new Recording())
            .maxInboundMessageSize(64 << 20)
            .build();
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getPort();
  }

  /// `127.0.0.1:port`.
  public String target() {
    return "127.0.0.1:" + port();
  }

  private final class Recording implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      calls.add(headers);
      authorities.add(String.valueOf(call.getAuthority()));
      call.setCompression("gzip".equals(headers.get(key("want"))) ? "gzip" : "identity");
      if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        call.close(failure, failing);
        return new ServerCall.Listener<>() {};
      }
      return io.grpc.Contexts.interceptCall(
          Context.current().withValue(HEADERS, headers), call, headers, next);
    }
  }

  /// A key of text.
  public static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /// A key of bytes.
  public static Metadata.Key<byte[]> binaryKey(String name) {
    return Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("test.v1.Echo")
        .addMethod(
            method("Say", MethodType.UNARY),
            ServerCalls.asyncUnaryCall((ask, out) -> say(ask, out)))
        .addMethod(
            method("Count", MethodType.SERVER_STREAMING),
            ServerCalls.asyncServerStreamingCall((ask, out) -> count(ask, out)))
        .addMethod(
            method("Collect", MethodType.CLIENT_STREAMING),
            ServerCalls.asyncClientStreamingCall(out -> new Collecting(out)))
        .addMethod(
            method("Chat", MethodType.BIDI_STREAMING),
            ServerCalls.asyncBidiStreamingCall(out -> new Chatting(out)))
        .build();
  }

  private static MethodDescriptor<DynamicMessage, DynamicMessage> method(
      String name, MethodType type) {
    return MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
        .setType(type)
        .setFullMethodName("test.v1.Echo/" + name)
        .setRequestMarshaller(marshaller(Protos.ASK))
        .setResponseMarshaller(marshaller(Protos.ANSWER))
        .build();
  }

  private static MethodDescriptor.Marshaller<DynamicMessage> marshaller(Descriptor type) {
    return ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(type));
  }

  private static <T> T get(DynamicMessage message, String field, Class<T> type) {
    return type.cast(message.getField(message.getDescriptorForType().findFieldByName(field)));
  }

  private static DynamicMessage answer(String text, long number, ByteString payload) {
    return DynamicMessage.newBuilder(Protos.ANSWER)
        .setField(Protos.ANSWER.findFieldByName("text"), text)
        .setField(Protos.ANSWER.findFieldByName("number"), number)
        .setField(Protos.ANSWER.findFieldByName("payload"), payload)
        .build();
  }

  private static DynamicMessage echo(DynamicMessage ask) {
    return answer(
        get(ask, "text", String.class),
        get(ask, "count", Integer.class),
        get(ask, "payload", ByteString.class));
  }

  private void say(DynamicMessage ask, StreamObserver<DynamicMessage> out) {
    int status = get(ask, "status", Integer.class);
    long delay = get(ask, "gap_us", Long.class);
    Runnable reply =
        () -> {
          if (status != 0) {
            out.onError(
                Status.fromCodeValue(status)
                    .withDescription("status " + status + ", 100 % as asked: ä")
                    .asRuntimeException(failing));
            return;
          }
          out.onNext(echo(ask));
          out.onCompleted();
        };
    ((ServerCallStreamObserver<DynamicMessage>) out).setOnCancelHandler(cancelled::incrementAndGet);
    if (delay == 0) {
      reply.run();
    } else {
      var _ = timer.schedule(reply, delay, TimeUnit.MICROSECONDS);
    }
  }

  private void count(DynamicMessage ask, StreamObserver<DynamicMessage> out) {
    int most = get(ask, "count", Integer.class);
    long gap = get(ask, "gap_us", Long.class);
    ServerCallStreamObserver<DynamicMessage> call = (ServerCallStreamObserver<DynamicMessage>) out;
    call.setOnCancelHandler(cancelled::incrementAndGet);
    if (gap == 0) {
      for (int i = 0; i < most; i++) {
        out.onNext(
            answer(get(ask, "text", String.class), i, get(ask, "payload", ByteString.class)));
      }
      out.onCompleted();
      return;
    }
    new Ticking(call, most, gap * 1000).run();
  }

  /// Sends a message every so often.
  private final class Ticking implements Runnable {
    private final ServerCallStreamObserver<DynamicMessage> out;
    private final int most;
    private final long gap;
    private int sent;
    private long last;

    Ticking(ServerCallStreamObserver<DynamicMessage> out, int most, long gap) {
      this.out = out;
      this.most = most;
      this.gap = gap;
    }

    @Override
    public void run() {
      if (out.isCancelled()) {
        return;
      }
      if (sent == most) {
        out.onCompleted();
        return;
      }
      out.onNext(answer("", sent, ByteString.EMPTY));
      long now = System.nanoTime();
      if (sent++ > 0) {
        gaps.add(now - last);
      }
      last = now;
      var _ = timer.schedule(this, gap, TimeUnit.NANOSECONDS);
    }
  }

  private final class Collecting implements StreamObserver<DynamicMessage> {
    private final StreamObserver<DynamicMessage> out;
    private final List<String> texts = new ArrayList<>();

    Collecting(StreamObserver<DynamicMessage> out) {
      this.out = out;
    }

    @Override
    public void onNext(DynamicMessage ask) {
      texts.add(get(ask, "text", String.class));
    }

    @Override
    public void onError(Throwable t) {
      cancelled.incrementAndGet();
    }

    @Override
    public void onCompleted() {
      out.onNext(answer(String.join(",", texts), texts.size(), ByteString.EMPTY));
      out.onCompleted();
    }
  }

  private final class Chatting implements StreamObserver<DynamicMessage> {
    private final StreamObserver<DynamicMessage> out;

    Chatting(StreamObserver<DynamicMessage> out) {
      this.out = out;
    }

    @Override
    public void onNext(DynamicMessage ask) {
      int status = get(ask, "status", Integer.class);
      if (status != 0) {
        out.onError(Status.fromCodeValue(status).asRuntimeException());
      } else {
        long delay = get(ask, "gap_us", Long.class);
        if (delay == 0) {
          out.onNext(echo(ask));
        } else {
          var _ = timer.schedule(() -> out.onNext(echo(ask)), delay, TimeUnit.MICROSECONDS);
        }
      }
    }

    @Override
    public void onError(Throwable t) {
      cancelled.incrementAndGet();
    }

    @Override
    public void onCompleted() {
      out.onCompleted();
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    timer.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
