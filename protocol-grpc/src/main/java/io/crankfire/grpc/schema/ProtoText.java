package io.crankfire.grpc.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Writes parts of a schema as they would stand in a `.proto` file, for people to read. Of options
/// there are those that callers care for; names of types are written in full.
public final class ProtoText {

  private final StringBuilder text = new StringBuilder();

  private ProtoText() {}

  /// A service, method, message, enum, field or extension.
  public static String of(GenericDescriptor part) {
    ProtoText writer = new ProtoText();
    switch (part) {
      case ServiceDescriptor service -> writer.service(service);
      case MethodDescriptor method -> writer.method(method, "");
      case Descriptor message -> writer.message(message, "");
      case EnumDescriptor type -> writer.enumType(type, "");
      case FieldDescriptor field -> writer.outer(field);
      default -> writer.text.append(part.getFullName()).append('\n');
    }
    return writer.text.toString();
  }

  private void service(ServiceDescriptor service) {
    text.append("service ").append(service.getName()).append(" {\n");
    option("  ", service.getOptions().getDeprecated());
    service.getMethods().forEach(each -> method(each, "  "));
    text.append("}\n");
  }

  private void method(MethodDescriptor method, String indent) {
    text.append(indent).append("rpc ").append(method.getName()).append('(');
    text.append(method.isClientStreaming() ? "stream " : "");
    text.append(method.getInputType().getFullName()).append(") returns (");
    text.append(method.isServerStreaming() ? "stream " : "");
    text.append(method.getOutputType().getFullName()).append(')');
    if (method.getOptions().getDeprecated()) {
      text.append(" {\n");
      option(indent + "  ", true);
      text.append(indent).append("}\n");
    } else {
      text.append(";\n");
    }
  }

  private void option(String indent, boolean deprecated) {
    if (deprecated) {
      text.append(indent).append("option deprecated = true;\n");
    }
  }

  private void message(Descriptor message, String indent) {
    text.append(indent).append("message ").append(message.getName());
    block(message, indent);
  }

  private void block(Descriptor message, String indent) {
    text.append(" {\n");
    String inner = indent + "  ";
    option(inner, message.getOptions().getDeprecated());
    for (FieldDescriptor field : message.getFields()) {
      OneofDescriptor oneof = field.getRealContainingOneof();
      if (oneof == null) {
        field(field, inner);
      } else if (oneof.getField(0).equals(field)) {
        text.append(inner).append("oneof ").append(oneof.getName()).append(" {\n");
        oneof.getFields().forEach(each -> field(each, inner + "  "));
        text.append(inner).append("}\n");
      }
    }
    reserved(message, inner);
    for (Descriptor nested : message.getNestedTypes()) {
      if (!nested.getOptions().getMapEntry() && !isGroup(nested, message)) {
        message(nested, inner);
      }
    }
    message.getEnumTypes().forEach(each -> enumType(each, inner));
    text.append(indent).append("}\n");
  }

  private void reserved(Descriptor message, String indent) {
    DescriptorProto proto = message.toProto();
    List<String> extensions = new ArrayList<>();
    proto
        .getExtensionRangeList()
        .forEach(each -> extensions.add(range(each.getStart(), each.getEnd())));
    if (!extensions.isEmpty()) {
      text.append(indent).append("extensions ").append(String.join(", ", extensions)).append(";\n");
    }
    List<String> ranges = new ArrayList<>();
    proto.getReservedRangeList().forEach(each -> ranges.add(range(each.getStart(), each.getEnd())));
    if (!ranges.isEmpty()) {
      text.append(indent).append("reserved ").append(String.join(", ", ranges)).append(";\n");
    }
    if (proto.getReservedNameCount() > 0) {
      String quote = hasEdition(message.getFile()) ? "" : "\"";
      List<String> names =
          proto.getReservedNameList().stream().map(each -> quote + each + quote).toList();
      text.append(indent).append("reserved ").append(String.join(", ", names)).append(";\n");
    }
  }

  private static String range(int from, int end) {
    if (end >= 1 << 29) {
      return from + " to max";
    }
    return end == from + 1 ? Integer.toString(from) : from + " to " + (end - 1);
  }

  private static boolean isGroup(Descriptor nested, Descriptor message) {
    return message.getFields().stream()
        .anyMatch(field -> isGroup(field) && field.getMessageType().equals(nested));
  }

  private static boolean isGroup(FieldDescriptor field) {
    return field.getType() == FieldDescriptor.Type.GROUP && !hasEdition(field.getFile());
  }

  private static boolean hasEdition(FileDescriptor file) {
    return file.toProto().hasEdition();
  }

  private void outer(FieldDescriptor field) {
    if (field.isExtension()) {
      text.append("extend ").append(field.getContainingType().getFullName()).append(" {\n");
      field(field, "  ");
      text.append("}\n");
    } else {
      field(field, "");
    }
  }

  private void field(FieldDescriptor field, String indent) {
    text.append(indent);
    boolean three = field.getFile().toProto().getSyntax().equals("proto3");
    if (field.isMapField()) {
      text.append("map<").append(type(field.getMessageType().findFieldByNumber(1)));
      text.append(", ").append(type(field.getMessageType().findFieldByNumber(2))).append('>');
    } else {
      if (field.isRepeated()) {
        text.append("repeated ");
      } else if (field.isRequired() && !hasEdition(field.getFile())) {
        text.append("required ");
      } else if (field.toProto().getProto3Optional()
          || (!three && !hasEdition(field.getFile()) && field.getRealContainingOneof() == null)) {
        text.append("optional ");
      }
      text.append(isGroup(field) ? "group" : type(field));
    }
    text.append(' ')
        .append(isGroup(field) ? field.getMessageType().getName() : field.getName())
        .append(" = ")
        .append(field.getNumber());
    List<String> options = new ArrayList<>();
    if (field.hasDefaultValue()) {
      options.add("default = " + defaultValue(field));
    }
    if (!field.isExtension() && !field.getJsonName().equals(camel(field.getName()))) {
      options.add("json_name = " + quoted(field.getJsonName()));
    }
    if (field.getOptions().getDeprecated()) {
      options.add("deprecated = true");
    }
    if (hasEdition(field.getFile()) && field.isRequired()) {
      options.add("features.field_presence = LEGACY_REQUIRED");
    }
    if (!options.isEmpty()) {
      text.append(" [").append(String.join(", ", options)).append(']');
    }
    if (isGroup(field)) {
      block(field.getMessageType(), indent);
    } else {
      text.append(";\n");
    }
  }

  private static String type(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }

  private static String defaultValue(FieldDescriptor field) {
    String value = field.toProto().getDefaultValue();
    return switch (field.getType()) {
      case STRING -> quoted(value);
      case BYTES -> "\"" + value + "\"";
      default -> value;
    };
  }

  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7F) {
            quoted.append("\\x%02x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  private static String camel(String name) {
    StringBuilder camel = new StringBuilder();
    boolean capital = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        capital = true;
      } else {
        camel.append(capital && c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
        capital = false;
      }
    }
    return camel.toString();
  }

  private void enumType(EnumDescriptor type, String indent) {
    text.append(indent).append("enum ").append(type.getName()).append(" {\n");
    if (type.getOptions().getAllowAlias()) {
      text.append(indent).append("  option allow_alias = true;\n");
    }
    option(indent + "  ", type.getOptions().getDeprecated());
    for (EnumValueDescriptor value : type.getValues()) {
      text.append(indent).append("  ").append(value.getName()).append(" = ");
      text.append(value.getNumber());
      text.append(value.getOptions().getDeprecated() ? " [deprecated = true];\n" : ";\n");
    }
    text.append(indent).append("}\n");
  }
}
