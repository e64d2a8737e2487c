package io.crankfire.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The schema of the tests, as a compiler would describe it: a service with every kind of call, and
/// a message with every kind of field.
///
/// ```proto
/// package test.v1;
/// message Ask { string text = 1; int32 count = 2; int64 gap_us = 3; bytes payload = 4; int32 status = 5; }
/// message Answer { string text = 1; int64 number = 2; bytes payload = 3; repeated string metadata = 4; }
/// service Echo { rpc Say(Ask) …; rpc Count(Ask) returns (stream Answer); rpc Collect(stream Ask) …; rpc Chat … }
/// message All { … }
/// ```
public final class Protos {
  private Protos() {}

  /// Of the services and messages.
  public static final FileDescriptor FILE = build();

  public static final Descriptor ASK = FILE.findMessageTypeByName("Ask");
  public static final Descriptor ANSWER = FILE.findMessageTypeByName("Answer");
  public static final Descriptor ALL = FILE.findMessageTypeByName("All");

  /// Writes the schema as a descriptor set.
  public static Path set(Path folder) {
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    FILE.getDependencies().forEach(file -> set.addFile(file.toProto()));
    set.addFile(FILE.toProto());
    try {
      return Files.write(folder.resolve("test.pb"), set.build().toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileDescriptor build() {
    List<FileDescriptor> used =
        List.of(
            Any.getDescriptor().getFile(),
            DurationProto.getDescriptor(),
            TimestampProto.getDescriptor(),
            StructProto.getDescriptor(),
            WrappersProto.getDescriptor());
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName("test/v1/test.proto")
            .setPackage("test.v1")
            .setSyntax("proto3");
    used.forEach(other -> file.addDependency(other.getName()));
    file.addMessageType(
        message(
            "Ask",
            field("text", 1, FieldDescriptorProto.Type.TYPE_STRING),
            field("count", 2, FieldDescriptorProto.Type.TYPE_INT32),
            field("gap_us", 3, FieldDescriptorProto.Type.TYPE_INT64),
            field("payload", 4, FieldDescriptorProto.Type.TYPE_BYTES),
            field("status", 5, FieldDescriptorProto.Type.TYPE_INT32)));
    file.addMessageType(
        message(
            "Answer",
            field("text", 1, FieldDescriptorProto.Type.TYPE_STRING),
            field("number", 2, FieldDescriptorProto.Type.TYPE_INT64),
            field("payload", 3, FieldDescriptorProto.Type.TYPE_BYTES),
            many(field("metadata", 4, FieldDescriptorProto.Type.TYPE_STRING))));
    file.addEnumType(
        EnumDescriptorProto.newBuilder()
            .setName("Color")
            .addValue(EnumValueDescriptorProto.newBuilder().setName("NONE").setNumber(0))
            .addValue(EnumValueDescriptorProto.newBuilder().setName("RED").setNumber(1))
            .addValue(EnumValueDescriptorProto.newBuilder().setName("DEEP_BLUE").setNumber(-7)));
    file.addMessageType(all());
    file.addService(
        ServiceDescriptorProto.newBuilder()
            .setName("Echo")
            .addMethod(method("Say", false, false))
            .addMethod(method("Count", false, true))
            .addMethod(method("Collect", true, false))
            .addMethod(method("Chat", true, true)));
    file.addService(
        ServiceDescriptorProto.newBuilder()
            .setName("Other")
            .addMethod(method("Say", false, false)));
    try {
      return FileDescriptor.buildFrom(file.build(), used.toArray(FileDescriptor[]::new));
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A field of each type, alone (numbers from 1), of explicit presence (from 21), several (from
  /// 41), as the value of a map (from 61), and what is special (from 101).
  private static DescriptorProto all() {
    List<FieldDescriptorProto.Type> types =
        new ArrayList<>(List.of(FieldDescriptorProto.Type.values()));
    types.remove(FieldDescriptorProto.Type.TYPE_GROUP);
    DescriptorProto.Builder all = DescriptorProto.newBuilder().setName("All");
    for (FieldDescriptorProto.Type type : types) {
      String name = type.name().substring(5).toLowerCase(java.util.Locale.ROOT);
      int number = type.getNumber();
      String of =
          type == FieldDescriptorProto.Type.TYPE_MESSAGE ? ".test.v1.All" : ".test.v1.Color";
      boolean named =
          type == FieldDescriptorProto.Type.TYPE_MESSAGE
              || type == FieldDescriptorProto.Type.TYPE_ENUM;
      for (int i = 0; i < 4; i++) {
        FieldDescriptorProto.Builder field =
            field(List.of("one_", "maybe_", "many_", "by_").get(i) + name, number + 20 * i, type);
        if (named) {
          field.setTypeName(of);
        }
        if (i == 1 && type != FieldDescriptorProto.Type.TYPE_MESSAGE) {
          field.setProto3Optional(true).setOneofIndex(all.getOneofDeclCount() + 1);
        }
        if (i == 2) {
          many(field);
        }
        if (i == 3) {
          String entry = camel("by_" + name) + "Entry";
          FieldDescriptorProto.Builder value = field("value", 2, type);
          if (named) {
            value.setTypeName(of);
          }
          all.addNestedType(
              message(
                      entry,
                      field(
                          "key",
                          1,
                          type == FieldDescriptorProto.Type.TYPE_FLOAT
                                  || type == FieldDescriptorProto.Type.TYPE_DOUBLE
                                  || type == FieldDescriptorProto.Type.TYPE_BYTES
                                  || named
                              ? FieldDescriptorProto.Type.TYPE_STRING
                              : type),
                      value)
                  .toBuilder()
                  .setOptions(MessageOptions.newBuilder().setMapEntry(true)));
          many(field)
              .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
              .setTypeName(".test.v1.All." + entry);
        }
        all.addField(field);
        if (field.getProto3Optional()) {
          all.addOneofDecl(OneofDescriptorProto.newBuilder().setName("_maybe_" + name));
        }
      }
    }
    // The real oneof comes first, as the rules want it.
    List<OneofDescriptorProto> synthetic = List.copyOf(all.getOneofDeclList());
    all.clearOneofDecl().addOneofDecl(OneofDescriptorProto.newBuilder().setName("choice"));
    all.addAllOneofDecl(synthetic);
    all.addField(field("left", 201, FieldDescriptorProto.Type.TYPE_STRING).setOneofIndex(0));
    all.addField(field("right", 202, FieldDescriptorProto.Type.TYPE_INT32).setOneofIndex(0));
    String[] special = {
      "Any", "Duration", "Timestamp", "Struct", "Value", "Int64Value", "StringValue"
    };
    for (int i = 0; i < special.length; i++) {
      all.addField(
          field(
                  "the_" + special[i].toLowerCase(java.util.Locale.ROOT),
                  101 + i,
                  FieldDescriptorProto.Type.TYPE_MESSAGE)
              .setTypeName(".google.protobuf." + special[i]));
    }
    return all.build();
  }

  private static String camel(String name) {
    StringBuilder out = new StringBuilder();
    for (String part : name.split("_", -1)) {
      out.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
    }
    return out.toString();
  }

  private static DescriptorProto message(String name, FieldDescriptorProto.Builder... fields) {
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
    for (FieldDescriptorProto.Builder field : fields) {
      message.addField(field);
    }
    return message.build();
  }

  private static FieldDescriptorProto.Builder field(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
  }

  private static FieldDescriptorProto.Builder many(FieldDescriptorProto.Builder field) {
    return field.setLabel(FieldDescriptorProto.Label.LABEL_REPEATED);
  }

  private static MethodDescriptorProto method(String name, boolean in, boolean out) {
    return MethodDescriptorProto.newBuilder()
        .setName(name)
        .setInputType(".test.v1.Ask")
        .setOutputType(".test.v1.Answer")
        .setClientStreaming(in)
        .setServerStreaming(out)
        .build();
  }
}
