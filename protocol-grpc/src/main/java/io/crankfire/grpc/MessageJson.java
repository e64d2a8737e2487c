package io.crankfire.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;

/// Makes JSON of messages of a type (ProtoJSON): names in lowerCamelCase, whole numbers of 64 bits
/// in quotes; fields that cannot be absent are always there. Immutable; shared by all workers.
final class MessageJson {

  private static final byte[] NONE = {};

  private final Descriptor type;
  private final JsonFormat.Printer printer;

  /// @param registry the types that an Any may hold
  MessageJson(Descriptor type, TypeRegistry registry) {
    this.type = type;
    printer =
        JsonFormat.printer()
            .usingTypeRegistry(registry)
            .omittingInsignificantWhitespace()
            .alwaysPrintFieldsWithNoPresence();
  }

  /// The name of the type.
  String typeName() {
    return type.getFullName();
  }

  /// The JSON of a message; empty if it cannot be had, as of an Any whose type nobody knows.
  byte[] of(byte[] message, int length) {
    try {
      DynamicMessage parsed =
          DynamicMessage.parseFrom(type, ByteString.copyFrom(message, 0, length));
      return printer.print(parsed).getBytes(StandardCharsets.UTF_8);
    } catch (InvalidProtocolBufferException | IllegalArgumentException _) {
      return NONE;
    }
  }
}
