package io.crankfire.grpc.proto;

import com.google.protobuf.Descriptors.GenericDescriptor;
import org.jspecify.annotations.Nullable;

/// A name that a file defines.
///
/// @param name with its package
/// @param node what the parser found; null in files that are compiled
/// @param descriptor what it was compiled to; null in the file that is being compiled
/// @param where the file and line, for people
record Symbol(
    Kind kind,
    String name,
    @Nullable Object node,
    @Nullable GenericDescriptor descriptor,
    String where) {

  enum Kind {
    PACKAGE("a package"),
    MESSAGE("a message"),
    ENUM("an enum"),
    VALUE("the value of an enum"),
    FIELD("a field"),
    ONEOF("a oneof"),
    EXTENSION("an extension"),
    SERVICE("a service"),
    METHOD("a method");

    final String shown;

    Kind(String shown) {
      this.shown = shown;
    }
  }

  boolean isType() {
    return kind == Kind.MESSAGE || kind == Kind.ENUM;
  }

  /// Whether other names can be within it.
  boolean isAggregate() {
    return isType() || kind == Kind.PACKAGE || kind == Kind.SERVICE;
  }
}
