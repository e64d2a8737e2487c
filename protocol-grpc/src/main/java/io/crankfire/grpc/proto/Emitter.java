package io.crankfire.grpc.proto;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.Edition;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumOptions;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueOptions;
import com.google.protobuf.DescriptorProtos.ExtensionRangeOptions;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileOptions;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofOptions;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceOptions;
import com.google.protobuf.DescriptorProtos.SymbolVisibility;
import com.google.protobuf.Message;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a linked file as the message that protoc writes.
final class Emitter {

  private final Ast.Unit unit;
  private final Source source;
  private final Options options;

  Emitter(Ast.Unit unit, Options options) {
    this.unit = unit;
    source = unit.source;
    this.options = options;
  }

  /// @param name under which others import the file
  /// @param imports the names of what it imports, in the order of its imports
  FileDescriptorProto emit(String name, List<String> imports) {
    FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder().setName(name);
    if (!unit.pkg.isEmpty()) {
      file.setPackage(unit.pkg);
    }
    if (unit.isProto3()) {
      file.setSyntax("proto3");
    } else if (unit.edition != Edition.EDITION_PROTO2) {
      file.setSyntax("editions").setEdition(unit.edition);
    }
    for (int i = 0; i < unit.imports.size(); i++) {
      Ast.ImportKind kind = unit.imports.get(i).kind();
      if (kind == Ast.ImportKind.OPTION) {
        file.addOptionDependency(imports.get(i));
        continue;
      }
      if (kind == Ast.ImportKind.PUBLIC) {
        file.addPublicDependency(file.getDependencyCount());
      } else if (kind == Ast.ImportKind.WEAK) {
        file.addWeakDependency(file.getDependencyCount());
      }
      file.addDependency(imports.get(i));
    }
    String scope = unit.pkg.isEmpty() ? "" : unit.pkg + ".";
    unit.types.messages.forEach(each -> file.addMessageType(message(each)));
    unit.types.enums.forEach(each -> file.addEnumType(enumType(each)));
    unit.types.extensions.forEach(each -> file.addExtension(field(each, scope)));
    unit.services.forEach(each -> file.addService(service(each, scope)));
    FileOptions found = read(unit.options, FileOptions.getDefaultInstance(), scope + "dummy");
    if (found != null) {
      file.setOptions(found);
    }
    return file.build();
  }

  private <M extends Message> @Nullable M read(List<Ast.Option> written, M type, String within) {
    return written.isEmpty() ? null : options.read(written, type, within);
  }

  private DescriptorProto message(Ast.Message message) {
    DescriptorProto.Builder proto = DescriptorProto.newBuilder().setName(message.name);
    String inner = message.fullName + ".";
    message.fields.forEach(each -> proto.addField(field(each, inner)));
    for (Ast.Oneof oneof : message.oneofs) {
      OneofDescriptorProto.Builder decl = proto.addOneofDeclBuilder().setName(oneof.name);
      OneofOptions found =
          read(oneof.options, OneofOptions.getDefaultInstance(), inner + oneof.name);
      if (found != null) {
        decl.setOptions(found);
      }
    }
    message.types.messages.forEach(each -> proto.addNestedType(message(each)));
    message.types.enums.forEach(each -> proto.addEnumType(enumType(each)));
    message.types.extensions.forEach(each -> proto.addExtension(field(each, inner)));
    for (Ast.Range range : message.extensionRanges) {
      DescriptorProto.ExtensionRange.Builder numbers =
          proto.addExtensionRangeBuilder().setStart(range.first).setEnd(range.last + 1);
      ExtensionRangeOptions found =
          read(range.options, ExtensionRangeOptions.getDefaultInstance(), message.fullName);
      if (found != null) {
        numbers.setOptions(found);
      }
    }
    for (Ast.Range range : message.reserved) {
      proto.addReservedRangeBuilder().setStart(range.first).setEnd(range.last + 1);
    }
    message.reservedNames.forEach(each -> proto.addReservedName(each.text()));
    MessageOptions found =
        read(message.options, MessageOptions.getDefaultInstance(), message.fullName);
    if (message.mapEntry) {
      found = MessageOptions.newBuilder().setMapEntry(true).build();
    }
    if (found != null) {
      proto.setOptions(found);
    }
    if (message.visibility != SymbolVisibility.VISIBILITY_UNSET) {
      proto.setVisibility(message.visibility);
    }
    return proto.build();
  }

  private FieldDescriptorProto field(Ast.Field field, String scope) {
    FieldDescriptorProto.Builder proto =
        FieldDescriptorProto.newBuilder()
            .setName(field.name)
            .setNumber(field.number)
            .setJsonName(field.jsonName == null ? Literals.jsonName(field.name) : field.jsonName);
    if (field.label != null) {
      proto.setLabel(field.label);
    }
    if (field.type != null) {
      proto.setType(field.type);
    }
    if (!field.typeName.isEmpty()) {
      proto.setTypeName(field.typeName);
    }
    if (field.isExtension()) {
      proto.setExtendee(field.extendee);
    }
    if (field.oneof >= 0) {
      proto.setOneofIndex(field.oneof);
    }
    if (field.proto3Optional) {
      proto.setProto3Optional(true);
    }
    if (field.defaultValue != null && field.type != null) {
      String text = defaultText(field.type, field.defaultValue);
      if (text != null) {
        proto.setDefaultValue(text);
      }
    }
    FieldOptions found = read(field.options, FieldOptions.getDefaultInstance(), scope + field.name);
    if (found != null) {
      proto.setOptions(found);
    }
    return proto.build();
  }

  /// A default value as text; null if it is at fault.
  private @Nullable String defaultText(FieldDescriptorProto.Type type, Ast.Value value) {
    String text =
        switch (type) {
          case TYPE_INT32, TYPE_SINT32, TYPE_SFIXED32 -> whole(value, 31, true);
          case TYPE_INT64, TYPE_SINT64, TYPE_SFIXED64 -> whole(value, 63, true);
          case TYPE_UINT32, TYPE_FIXED32 -> whole(value, 32, false);
          case TYPE_UINT64, TYPE_FIXED64 -> whole(value, 64, false);
          case TYPE_DOUBLE -> {
            Double number = Options.number(value);
            yield number == null ? null : Literals.shown(number.doubleValue());
          }
          case TYPE_FLOAT -> {
            Double number = Options.number(value);
            yield number == null ? null : Literals.shown(number.floatValue());
          }
          case TYPE_BOOL ->
              value instanceof Ast.Word word
                      && (word.text().equals("true") || word.text().equals("false"))
                  ? word.text()
                  : null;
          case TYPE_STRING ->
              value instanceof Ast.Text written && written.bytes().isValidUtf8()
                  ? written.bytes().toStringUtf8()
                  : null;
          case TYPE_BYTES ->
              value instanceof Ast.Text written ? Literals.escaped(written.bytes()) : null;
          case TYPE_ENUM -> value instanceof Ast.Word word ? word.text() : null;
          case TYPE_MESSAGE, TYPE_GROUP -> null;
        };
    if (text == null
        && type != FieldDescriptorProto.Type.TYPE_ENUM
        && type != FieldDescriptorProto.Type.TYPE_MESSAGE) {
      source.fault(
          value.at(),
          type == FieldDescriptorProto.Type.TYPE_GROUP
              ? "a group has no default"
              : "expected %s as the default".formatted(Options.expected(type)));
    }
    return text;
  }

  private static @Nullable String whole(Ast.Value value, int bits, boolean signed) {
    if (!(value instanceof Ast.Whole whole)) {
      return null;
    }
    BigInteger limit = BigInteger.ONE.shiftLeft(bits);
    BigInteger least = signed ? limit.negate() : BigInteger.ZERO;
    boolean fits = whole.number().compareTo(least) >= 0 && whole.number().compareTo(limit) < 0;
    return fits ? whole.number().toString() : null;
  }

  private EnumDescriptorProto enumType(Ast.EnumType type) {
    EnumDescriptorProto.Builder proto = EnumDescriptorProto.newBuilder().setName(type.name);
    String scope = type.fullName.substring(0, type.fullName.length() - type.name.length());
    for (Ast.EnumValue value : type.values) {
      EnumValueDescriptorProto.Builder one =
          proto.addValueBuilder().setName(value.name()).setNumber(value.number());
      EnumValueOptions found =
          read(value.options(), EnumValueOptions.getDefaultInstance(), scope + value.name());
      if (found != null) {
        one.setOptions(found);
      }
    }
    for (Ast.Range range : type.reserved) {
      proto.addReservedRangeBuilder().setStart(range.first).setEnd(range.last);
    }
    type.reservedNames.forEach(each -> proto.addReservedName(each.text()));
    EnumOptions found = read(type.options, EnumOptions.getDefaultInstance(), type.fullName);
    if (found != null) {
      proto.setOptions(found);
    }
    if (type.visibility != SymbolVisibility.VISIBILITY_UNSET) {
      proto.setVisibility(type.visibility);
    }
    return proto.build();
  }

  private ServiceDescriptorProto service(Ast.Service service, String scope) {
    ServiceDescriptorProto.Builder proto =
        ServiceDescriptorProto.newBuilder().setName(service.name);
    String inner = scope + service.name + ".";
    for (Ast.Method method : service.methods) {
      MethodDescriptorProto.Builder one =
          proto
              .addMethodBuilder()
              .setName(method.name)
              .setInputType(method.input)
              .setOutputType(method.output);
      if (method.clientStreaming) {
        one.setClientStreaming(true);
      }
      if (method.serverStreaming) {
        one.setServerStreaming(true);
      }
      MethodOptions found =
          read(method.options, MethodOptions.getDefaultInstance(), inner + method.name);
      if (found != null || method.block) {
        one.setOptions(found == null ? MethodOptions.getDefaultInstance() : found);
      }
    }
    ServiceOptions found =
        read(service.options, ServiceOptions.getDefaultInstance(), scope + service.name);
    if (found != null) {
      proto.setOptions(found);
    }
    return proto.build();
  }
}
