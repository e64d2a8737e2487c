/// The schema of calls: services, methods and messages, from `.proto` files, descriptor sets or the
/// server itself.
@NullMarked
package io.crankfire.grpc.schema;

import org.jspecify.annotations.NullMarked;
