/// gRPC: calls of methods that a schema describes, over HTTP/2.
@NullMarked
package io.crankfire.grpc;

import org.jspecify.annotations.NullMarked;
