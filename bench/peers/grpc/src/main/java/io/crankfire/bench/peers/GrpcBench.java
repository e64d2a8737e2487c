package io.crankfire.bench.peers;

import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// grpc-java's asynchronous stub in a loop: STREAMS unary calls at any time on each of CONNECTIONS
/// channels, the next as soon as one has ended.
///
/// Arguments: URL, connections, streams, seconds, and the executor that hears of answers:
/// `default`, the library's own, or `direct`, the event loop.
public final class GrpcBench {

  private static final StringValue MESSAGE = StringValue.of("yyyyyyyy");

  /// What a stub generated from `rpc Say(StringValue) returns (StringValue)` would use.
  private static final MethodDescriptor<StringValue, StringValue> SAY =
      MethodDescriptor.<StringValue, StringValue>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("bench.Echo/Say")
          .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
          .build();

  private final LongAdder done = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private volatile boolean over;

  private GrpcBench() {}

  public static void main(String[] arguments) throws InterruptedException {
    URI url = URI.create(arguments[0]);
    int connections = Integer.parseInt(arguments[1]);
    int streams = Integer.parseInt(arguments[2]);
    int seconds = Integer.parseInt(arguments[3]);
    boolean direct = arguments[4].equals("direct");
    new GrpcBench().run(url, connections, streams, seconds, direct);
  }

  private void run(URI url, int connections, int streams, int seconds, boolean direct)
      throws InterruptedException {
    List<ManagedChannel> channels = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      NettyChannelBuilder builder =
          NettyChannelBuilder.forAddress(url.getHost(), url.getPort()).usePlaintext();
      channels.add((direct ? builder.directExecutor() : builder).build());
    }
    for (ManagedChannel channel : channels) {
      for (int i = 0; i < streams; i++) {
        call(channel);
      }
    }
    Thread.sleep(seconds * 1000L);
    over = true;
    for (ManagedChannel channel : channels) {
      channel.shutdown();
    }
    for (ManagedChannel channel : channels) {
      channel.awaitTermination(2, TimeUnit.SECONDS);
    }
    System.out.println("calls " + done.sum() + ", failed " + failed.sum());
    System.exit(failed.sum() > done.sum() / 100 ? 1 : 0);
  }

  private void call(ManagedChannel channel) {
    ClientCalls.asyncUnaryCall(
        channel.newCall(SAY, CallOptions.DEFAULT),
        MESSAGE,
        new StreamObserver<StringValue>() {
          @Override
          public void onNext(StringValue answer) {}

          @Override
          public void onError(Throwable cause) {
            if (!over) {
              failed.increment();
              call(channel);
            }
          }

          @Override
          public void onCompleted() {
            done.increment();
            if (!over) {
              call(channel);
            }
          }
        });
  }
}
