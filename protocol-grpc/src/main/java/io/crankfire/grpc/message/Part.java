package io.crankfire.grpc.message;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Template;
import io.crankfire.template.Variables;
import org.jspecify.annotations.Nullable;

/// A part of a message's encoding. Immutable; shared by all workers.
sealed interface Part {

  /// Adds its bytes.
  ///
  /// @return why a value cannot be sent, for a person; null if all went well
  @Nullable String write(ByteSink sink, Variables variables);

  /// Adds the bytes of several.
  static @Nullable String writeAll(Part[] parts, ByteSink sink, Variables variables) {
    for (Part part : parts) {
      String fault = part.write(sink, variables);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  /// Always the same bytes.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Constant(byte[] bytes) implements Part {
    @Override
    public @Nullable String write(ByteSink sink, Variables variables) {
      sink.write(bytes);
      return null;
    }
  }

  /// Something whose length is said before it: a message, an entry of a map, packed values.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Delimited(byte[] tag, Part[] parts) implements Part {
    @Override
    public @Nullable String write(ByteSink sink, Variables variables) {
      sink.write(tag);
      int from = Wire.begins(sink);
      String fault = writeAll(parts, sink, variables);
      Wire.ends(sink, from);
      return fault;
    }
  }

  /// A string, UTF-8.
  ///
  /// @param implicit whether an empty one is left out
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Text(byte[] tag, boolean implicit, Template template, String field) implements Part {
    @Override
    public @Nullable String write(ByteSink sink, Variables variables) {
      int start = sink.size();
      sink.write(tag);
      int from = Wire.begins(sink);
      template.write(sink, variables);
      if (implicit && sink.size() == from) {
        sink.truncate(start);
        return null;
      }
      if (!Utf8.isValid(sink.array(), from, sink.size())) {
        return "the value of " + field + " is no UTF-8 text";
      }
      Wire.ends(sink, from);
      return null;
    }
  }

  /// Bytes, written as base64 of either alphabet, with or without padding.
  ///
  /// @param implicit whether empty ones are left out
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Bytes(byte[] tag, boolean implicit, Template template, String field) implements Part {
    @Override
    public @Nullable String write(ByteSink sink, Variables variables) {
      int start = sink.size();
      sink.write(tag);
      int from = Wire.begins(sink);
      template.write(sink, variables);
      int length = Base64Bytes.decode(sink.array(), from, sink.size());
      if (length < 0) {
        return Values.fault(sink, from, "base64", field);
      }
      sink.truncate(implicit && length == 0 ? start : from + length);
      if (sink.size() > start) {
        Wire.ends(sink, from);
      }
      return null;
    }
  }

  /// A number, a truth value or a constant of an enumeration.
  ///
  /// @param implicit whether zero is left out
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Scalar(byte[] tag, boolean implicit, Values kind, Template template, String field)
      implements Part {
    @Override
    public @Nullable String write(ByteSink sink, Variables variables) {
      int start = sink.size();
      template.write(sink, variables);
      int end = sink.size();
      if (!kind.reads(sink.array(), start, end)) {
        return Values.fault(sink, start, kind.expected(), field);
      }
      long bits = kind.bits(sink.array(), start, end);
      sink.truncate(start);
      if (bits != 0 || !implicit) {
        sink.write(tag);
        kind.write(sink, bits);
      }
      return null;
    }
  }

  /// A message that is put together as JSON and then read, each time anew.
  ///
  /// @param tag empty of a whole message
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Parsed(byte[] tag, Descriptor type, Template template, JsonFormat.Parser parser)
      implements Part {
    @Override
    public @Nullable String write(ByteSink sink, Variables variables) {
      DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
      byte[] bytes;
      try {
        parser.merge(template.text(variables), builder);
        if (!builder.isInitialized()) {
          return "%s lacks %s"
              .formatted(type.getFullName(), String.join(", ", builder.findInitializationErrors()));
        }
        bytes = builder.build().toByteArray();
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        return "this is no %s: %s".formatted(type.getFullName(), e.getMessage());
      }
      if (tag.length > 0) {
        sink.write(tag);
        Wire.varint(sink, bytes.length);
      }
      sink.write(bytes);
      return null;
    }
  }
}
