/// A compiler of Protocol Buffers' language: `.proto` files become descriptors, at run time. Knows
/// proto2, proto3 and editions.
@NullMarked
package io.crankfire.grpc.proto;

import org.jspecify.annotations.NullMarked;
