package io.crankfire.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.grpc.Context;
import io.grpc.Contexts;
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
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A service of users on grpc-java, without generated code, on a port of the system's choice. Any
/// thread.
final class UserServer implements AutoCloseable {

  /// What it offers.
  static final String PROTO =
      """
      syntax = "proto3";
      package users;

      service UserService {
        rpc GetUser(UserRequest) returns (User);
        rpc UpdateUser(User) returns (User);
        rpc WatchUsers(UserRequest) returns (stream User);
        rpc ImportUsers(stream User) returns (Count);
        rpc Chat(stream User) returns (stream User);
      }

      message UserRequest {
        int64 id = 1;
        int32 status = 2;   // what the call fails with
        int32 count = 3;
        int64 delay_us = 4;
      }

      message User {
        int64 id = 1;
        string name = 2;
        string token = 3;   // that the caller showed
      }

      message Count {
        int32 count = 1;
      }
      """;

  /// What a caller said, besides the message.
  record Said(String method, Metadata metadata, String authority) {
    String header(String name) {
      return String.valueOf(metadata.get(key(name)));
    }
  }

  private static final Context.Key<String> TOKEN = Context.key("token");

  /// All calls, oldest first.
  final Queue<Said> calls = new ConcurrentLinkedQueue<>();

  /// The names that came in, oldest first.
  final Queue<String> names = new ConcurrentLinkedQueue<>();

  /// How many connections were made.
  final AtomicInteger connections = new AtomicInteger();

  /// How many calls fail first, with [#failure].
  final AtomicInteger failures = new AtomicInteger();

  volatile Status failure = Status.UNAVAILABLE;
  volatile Metadata trailers = new Metadata();

  /// What tokens have to be, if that matters.
  volatile String wanted = "";

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Server server;

  UserServer() {
    this(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
  }

  UserServer(NettyServerBuilder builder) {
    server =
        builder
            .addService(service())
            .intercept(new Recording())
            .addTransportFilter(
                new io.grpc.ServerTransportFilter() {
                  @Override
                  public io.grpc.Attributes transportReady(io.grpc.Attributes attributes) {
                    connections.incrementAndGet();
                    return attributes;
                  }
                })
            .build();
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getPort();
  }

  static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private final class Recording implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String method = call.getMethodDescriptor().getFullMethodName();
      calls.add(new Said(method, headers, String.valueOf(call.getAuthority())));
      String token = String.valueOf(headers.get(key("authorization")));
      boolean refused = !wanted.isEmpty() && !token.equals("Bearer " + wanted);
      if (refused || failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        call.close(refused ? Status.UNAUTHENTICATED : failure, trailers);
        return new ServerCall.Listener<>() {};
      }
      return Contexts.interceptCall(Context.current().withValue(TOKEN, token), call, headers, next);
    }
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("users.UserService")
        .addMethod(
            method("GetUser", MethodType.UNARY),
            ServerCalls.asyncUnaryCall((ask, out) -> get(ask, out)))
        .addMethod(
            method("UpdateUser", MethodType.UNARY),
            ServerCalls.asyncUnaryCall((user, out) -> update(user, out)))
        .addMethod(
            method("WatchUsers", MethodType.SERVER_STREAMING),
            ServerCalls.asyncServerStreamingCall((ask, out) -> watch(ask, out)))
        .addMethod(
            method("ImportUsers", MethodType.CLIENT_STREAMING),
            ServerCalls.asyncClientStreamingCall(out -> new Talk(out, false)))
        .addMethod(
            method("Chat", MethodType.BIDI_STREAMING),
            ServerCalls.asyncBidiStreamingCall(out -> new Talk(out, true)))
        .build();
  }

  private static MethodDescriptor<UnknownFieldSet, UnknownFieldSet> method(
      String name, MethodType type) {
    return MethodDescriptor.<UnknownFieldSet, UnknownFieldSet>newBuilder()
        .setType(type)
        .setFullMethodName("users.UserService/" + name)
        .setRequestMarshaller(new Fields())
        .setResponseMarshaller(new Fields())
        .build();
  }

  private static final class Fields implements MethodDescriptor.Marshaller<UnknownFieldSet> {
    @Override
    public InputStream stream(UnknownFieldSet value) {
      return new ByteArrayInputStream(value.toByteArray());
    }

    @Override
    public UnknownFieldSet parse(InputStream stream) {
      try {
        return UnknownFieldSet.parseFrom(stream.readAllBytes());
      } catch (InvalidProtocolBufferException e) {
        throw Status.INTERNAL.withCause(e).asRuntimeException();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static long number(UnknownFieldSet message, int field) {
    return message.hasField(field) ? message.getField(field).getVarintList().getFirst() : 0;
  }

  private static String text(UnknownFieldSet message, int field) {
    return message.hasField(field)
        ? message.getField(field).getLengthDelimitedList().getFirst().toStringUtf8()
        : "";
  }

  private static UnknownFieldSet user(long id, String name, String token) {
    return UnknownFieldSet.newBuilder()
        .addField(1, Field.newBuilder().addVarint(id).build())
        .addField(2, Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(name)).build())
        .addField(3, Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(token)).build())
        .build();
  }

  private void get(UnknownFieldSet ask, StreamObserver<UnknownFieldSet> out) {
    int status = (int) number(ask, 2);
    String token = String.valueOf(TOKEN.get());
    Runnable answer =
        () -> {
          if (status != 0) {
            out.onError(
                Status.fromCodeValue(status).withDescription("as asked").asRuntimeException());
          } else {
            out.onNext(user(number(ask, 1), "user " + number(ask, 1), token));
            out.onCompleted();
          }
        };
    long delay = number(ask, 4);
    if (delay == 0) {
      answer.run();
    } else {
      var _ = timer.schedule(answer, delay, TimeUnit.MICROSECONDS);
    }
  }

  private void update(UnknownFieldSet user, StreamObserver<UnknownFieldSet> out) {
    names.add(text(user, 2));
    out.onNext(user(number(user, 1), text(user, 2), String.valueOf(TOKEN.get())));
    out.onCompleted();
  }

  private static void watch(UnknownFieldSet ask, StreamObserver<UnknownFieldSet> out) {
    for (long i = 1; i <= number(ask, 3); i++) {
      out.onNext(user(i, "user " + i, ""));
    }
    out.onCompleted();
  }

  private final class Talk implements StreamObserver<UnknownFieldSet> {
    private final StreamObserver<UnknownFieldSet> out;
    private final boolean replies;
    private int count;

    Talk(StreamObserver<UnknownFieldSet> out, boolean replies) {
      this.out = out;
      this.replies = replies;
    }

    @Override
    public void onNext(UnknownFieldSet user) {
      count++;
      names.add(text(user, 2));
      if (replies) {
        out.onNext(user(number(user, 1), text(user, 2), ""));
      }
    }

    @Override
    public void onError(Throwable t) {
      // the caller has gone
    }

    @Override
    public void onCompleted() {
      if (!replies) {
        out.onNext(
            UnknownFieldSet.newBuilder()
                .addField(1, Field.newBuilder().addVarint(count).build())
                .build());
      }
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
