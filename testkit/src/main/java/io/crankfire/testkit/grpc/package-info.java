/// gRPC servers with scripted behaviour, on [io.crankfire.testkit.http2.Http2TestServer]: messages
/// are bytes, whatever their schema, and can be wrong in every way.
@NullMarked
package io.crankfire.testkit.grpc;

import org.jspecify.annotations.NullMarked;
