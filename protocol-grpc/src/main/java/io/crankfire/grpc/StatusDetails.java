package io.crankfire.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.crankfire.grpc.message.Base64Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Reads the details of a status (`grpc-status-details-bin`, a google.rpc.Status). Those of
/// google/rpc/error_details.proto are told in full, of others the name. Stateless.
final class StatusDetails {
  private StatusDetails() {}

  private static final int MOST = 10;

  /// The types, each field as `number name type`; `*` for several.
  private static final FileDescriptor TYPES = types();

  /// Says what a status has as details, each as `ErrorInfo {"reason":"…"}`; what they are not, if
  /// they are none.
  ///
  /// @param base64 as they were sent
  static String text(String base64) {
    byte[] bytes = base64.getBytes(StandardCharsets.UTF_8);
    int length = Base64Bytes.decode(bytes, 0, bytes.length);
    if (length < 0) {
      return "details that are no base64";
    }
    StringBuilder text = new StringBuilder();
    try {
      DynamicMessage status =
          DynamicMessage.parseFrom(type("Status"), Arrays.copyOf(bytes, length));
      Object details = status.getField(type("Status").findFieldByName("details"));
      List<?> all = (List<?>) details;
      for (int i = 0; i < Math.min(MOST, all.size()); i++) {
        text.append(i == 0 ? "" : ", ").append(detail((DynamicMessage) all.get(i)));
      }
      if (all.size() > MOST) {
        text.append(", and ").append(all.size() - MOST).append(" more");
      }
    } catch (InvalidProtocolBufferException _) {
      return "details that are no google.rpc.Status";
    }
    return text.toString();
  }

  private static String detail(DynamicMessage any) throws InvalidProtocolBufferException {
    Descriptor type = any.getDescriptorForType();
    String url = (String) any.getField(type.findFieldByNumber(1));
    String full = url.substring(url.lastIndexOf('/') + 1);
    String name = full.substring(full.lastIndexOf('.') + 1);
    Descriptor known = full.startsWith("google.rpc.") ? TYPES.findMessageTypeByName(name) : null;
    if (known == null) {
      return Excerpt.of(full);
    }
    DynamicMessage detail =
        DynamicMessage.parseFrom(
            known, (com.google.protobuf.ByteString) any.getField(type.findFieldByNumber(2)));
    return Excerpt.of(
        name + " " + JsonFormat.printer().omittingInsignificantWhitespace().print(detail));
  }

  private static Descriptor type(String name) {
    return TYPES.findMessageTypeByName(name);
  }

  private static FileDescriptor types() {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName("google/rpc/error_details.proto")
            .setPackage("google.rpc")
            .setSyntax("proto3")
            .addDependency("google/protobuf/any.proto")
            .addDependency("google/protobuf/duration.proto");
    file.addMessageType(
        message("Status", "code int32", "message string", "details *google.protobuf.Any"));
    file.addMessageType(
        message("ErrorInfo", "reason string", "domain string", "metadata *ErrorInfo.MetadataEntry")
            .addNestedType(
                message("MetadataEntry", "key string", "value string")
                    .setOptions(MessageOptions.newBuilder().setMapEntry(true))));
    file.addMessageType(message("RetryInfo", "retry_delay google.protobuf.Duration"));
    file.addMessageType(message("DebugInfo", "stack_entries *string", "detail string"));
    file.addMessageType(
        message("QuotaFailure", "violations *QuotaFailure.Violation")
            .addNestedType(message("Violation", "subject string", "description string")));
    file.addMessageType(
        message("PreconditionFailure", "violations *PreconditionFailure.Violation")
            .addNestedType(
                message("Violation", "type string", "subject string", "description string")));
    file.addMessageType(
        message("BadRequest", "field_violations *BadRequest.FieldViolation")
            .addNestedType(
                message(
                    "FieldViolation",
                    "field string",
                    "description string",
                    "reason string",
                    "localized_message LocalizedMessage")));
    file.addMessageType(message("RequestInfo", "request_id string", "serving_data string"));
    file.addMessageType(
        message(
            "ResourceInfo",
            "resource_type string",
            "resource_name string",
            "owner string",
            "description string"));
    file.addMessageType(
        message("Help", "links *Help.Link")
            .addNestedType(message("Link", "description string", "url string")));
    file.addMessageType(message("LocalizedMessage", "locale string", "message string"));
    try {
      FileDescriptor[] used = {
        Any.getDescriptor().getFile(), DurationProto.getDescriptor(),
      };
      return FileDescriptor.buildFrom(file.build(), used);
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A message whose fields are numbered from 1.
  private static DescriptorProto.Builder message(String name, String... fields) {
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
    for (int i = 0; i < fields.length; i++) {
      String[] parts = fields[i].split(" ", 2);
      boolean many = parts[1].startsWith("*");
      String type = many ? parts[1].substring(1) : parts[1];
      FieldDescriptorProto.Builder field =
          FieldDescriptorProto.newBuilder()
              .setName(parts[0])
              .setNumber(i + 1)
              .setLabel(
                  many
                      ? FieldDescriptorProto.Label.LABEL_REPEATED
                      : FieldDescriptorProto.Label.LABEL_OPTIONAL);
      switch (type) {
        case "string" -> field.setType(FieldDescriptorProto.Type.TYPE_STRING);
        case "int32" -> field.setType(FieldDescriptorProto.Type.TYPE_INT32);
        default ->
            field
                .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
                .setTypeName((type.startsWith("google.") ? "." : ".google.rpc.") + type);
      }
      message.addField(field);
    }
    return message;
  }
}
