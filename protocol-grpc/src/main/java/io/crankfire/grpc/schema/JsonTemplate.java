package io.crankfire.grpc.schema;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A message as JSON with a value for each of its fields, to be filled in. Of a oneof there is the
/// first field; a message within itself is empty.
public final class JsonTemplate {

  private static final int MOST_DEPTH = 8;

  /// Messages nest, and each may have many fields: no template has more.
  private static final int MOST_FIELDS = 500;

  private final StringBuilder text = new StringBuilder();
  private final List<Descriptor> open = new ArrayList<>();
  private int fields;

  private JsonTemplate() {}

  /// The template of a message.
  public static String of(Descriptor message) {
    JsonTemplate template = new JsonTemplate();
    template.message(message, "");
    return template.text.append('\n').toString();
  }

  private void message(Descriptor message, String indent) {
    String known = wellKnown(message);
    if (known != null) {
      text.append(known);
      return;
    }
    List<FieldDescriptor> shown = new ArrayList<>();
    for (FieldDescriptor field : message.getFields()) {
      OneofDescriptor oneof = field.getRealContainingOneof();
      if (oneof == null || oneof.getField(0).equals(field)) {
        shown.add(field);
      }
    }
    if (shown.isEmpty()
        || open.contains(message)
        || open.size() == MOST_DEPTH
        || fields > MOST_FIELDS) {
      text.append("{}");
      return;
    }
    open.add(message);
    fields += shown.size();
    String inner = indent + "  ";
    text.append('{');
    for (int i = 0; i < shown.size(); i++) {
      text.append(i == 0 ? "\n" : ",\n").append(inner);
      string(shown.get(i).getJsonName());
      text.append(": ");
      field(shown.get(i), inner);
    }
    text.append('\n').append(indent).append('}');
    open.removeLast();
  }

  private void field(FieldDescriptor field, String indent) {
    if (field.isMapField()) {
      FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
      text.append('{');
      string(
          switch (key.getJavaType()) {
            case STRING -> "key";
            case BOOLEAN -> "true";
            default -> "1";
          });
      text.append(": ");
      value(field.getMessageType().findFieldByNumber(2), indent);
      text.append('}');
    } else if (field.isRepeated()) {
      text.append('[');
      value(field, indent);
      text.append(']');
    } else {
      value(field, indent);
    }
  }

  private void value(FieldDescriptor field, String indent) {
    switch (field.getJavaType()) {
      case MESSAGE -> message(field.getMessageType(), indent);
      case ENUM -> {
        if (field.getEnumType().getFullName().equals("google.protobuf.NullValue")) {
          text.append("null");
        } else {
          string(field.getEnumType().getValues().getFirst().getName());
        }
      }
      case STRING, BYTE_STRING -> text.append("\"\"");
      case LONG -> text.append("\"0\"");
      case BOOLEAN -> text.append("false");
      case INT, FLOAT, DOUBLE -> text.append('0');
    }
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  /// What types with a JSON form of their own look like; null of others.
  private static @Nullable String wellKnown(Descriptor message) {
    return switch (message.getFullName()) {
      case "google.protobuf.Timestamp" -> "\"1970-01-01T00:00:00Z\"";
      case "google.protobuf.Duration" -> "\"0s\"";
      case "google.protobuf.FieldMask",
          "google.protobuf.StringValue",
          "google.protobuf.BytesValue" ->
          "\"\"";
      case "google.protobuf.Int64Value", "google.protobuf.UInt64Value" -> "\"0\"";
      case "google.protobuf.Int32Value",
          "google.protobuf.UInt32Value",
          "google.protobuf.FloatValue",
          "google.protobuf.DoubleValue" ->
          "0";
      case "google.protobuf.BoolValue" -> "false";
      case "google.protobuf.Value" -> "null";
      case "google.protobuf.ListValue" -> "[]";
      case "google.protobuf.Struct", "google.protobuf.Empty" -> "{}";
      case "google.protobuf.Any" ->
          "{\"@type\": \"type.googleapis.com/google.protobuf.Empty\", \"value\": {}}";
      default -> null;
    };
  }
}
