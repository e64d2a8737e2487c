package io.crankfire.testkit.peer;

import java.util.Optional;

/// A gRPC server of Node's library `@grpc/grpc-js` on loopback: the service of
/// [io.crankfire.testkit.grpc.GrpcTestServer#PROTO]. `Unary` and `BidiStream` echo, `ServerStream`
/// says the request a hundred times, `ClientStream` the last of the messages, and `Odd` never
/// answers. Metadata `x-…` comes back as trailers `echo-x-…`, and `x-code` is the status of a unary
/// call.
public final class NodeGrpc implements AutoCloseable {
  private final NodeProgram program;

  private NodeGrpc(NodeProgram program) {
    this.program = program;
  }

  /// Starts a server if Node and the library are installed, and returns when it accepts.
  ///
  /// @throws java.io.UncheckedIOException when it does not start
  public static Optional<NodeGrpc> start() {
    return NodeProgram.start("node-grpc.mjs", "@grpc/grpc-js").map(NodeGrpc::new);
  }

  /// `127.0.0.1:port`.
  public String target() {
    return "127.0.0.1:" + program.port();
  }

  /// Stops it and removes its folder.
  @Override
  public void close() {
    program.close();
  }
}
