/// Messages: written as JSON with placeholders, compiled to the bytes of Protocol Buffers, and read
/// again as JSON. Knows no network.
@NullMarked
package io.crankfire.grpc.message;

import org.jspecify.annotations.NullMarked;
