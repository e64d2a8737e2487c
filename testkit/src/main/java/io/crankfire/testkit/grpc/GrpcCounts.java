package io.crankfire.testkit.grpc;

/// What a server of gRPC has seen above HTTP/2.
///
/// @param messagesIn messages of clients, whole
/// @param messagesOut messages sent, counted before they are
/// @param bytesIn of messages of clients, as they came, without their prefixes
/// @param compressedIn messages of clients that came compressed
public record GrpcCounts(long messagesIn, long messagesOut, long bytesIn, long compressedIn) {}
