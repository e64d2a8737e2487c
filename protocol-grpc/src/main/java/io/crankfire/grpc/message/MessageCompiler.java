package io.crankfire.grpc.message;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.crankfire.config.Spelling;
import io.crankfire.grpc.message.Json.Where;
import io.crankfire.protocol.Compiling;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Template;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles the JSON of a message (ProtoJSON) to parts of its encoding, and finds all that is wrong
/// with it. Used for one message.
final class MessageCompiler {

  /*
   * Strings, bytes, numbers, truth values and enumerations may vary: each is a part of its own. A
   * message that varies in another way (a placeholder in a name, or for a whole value, or in a type
   * whose JSON is special, such as Timestamp) is put together as JSON each time, alone.
   */

  private static final String WELL_KNOWN = "google.protobuf.";

  /// Those whose JSON is not that of their fields.
  private static final Set<String> SPECIAL =
      Set.of("Any", "Duration", "FieldMask", "ListValue", "Struct", "Timestamp", "Value");

  private static final Set<String> WRAPPERS =
      Set.of(
          "BoolValue",
          "BytesValue",
          "DoubleValue",
          "FloatValue",
          "Int32Value",
          "Int64Value",
          "StringValue",
          "UInt32Value",
          "UInt64Value");

  private static final byte[] NOTHING = {};

  private final Compiling compiling;
  private final JsonFormat.Parser parser;
  private final Map<FieldDescriptor, Values> values = new HashMap<>();

  /// @param parser for what is special, knowing the types that an Any may hold
  MessageCompiler(Compiling compiling, JsonFormat.Parser parser) {
    this.compiling = compiling;
    this.parser = parser;
  }

  /// The parts of a whole message; null if there was a fault.
  Part @Nullable [] compile(Json json, Descriptor type) {
    int before = compiling.problems().all().size();
    List<Part> parts = content(json, type);
    return compiling.problems().all().size() > before ? null : joined(parts);
  }

  /// Neighbours that are constant become one.
  private static Part[] joined(List<Part> parts) {
    List<Part> joined = new ArrayList<>();
    ByteSink constant = new ByteSink(64);
    for (Part part : parts) {
      if (part instanceof Part.Constant fixed) {
        constant.write(fixed.bytes());
      } else {
        if (constant.size() > 0) {
          joined.add(new Part.Constant(constant.toBytes()));
          constant.clear();
        }
        joined.add(part);
      }
    }
    if (constant.size() > 0) {
      joined.add(new Part.Constant(constant.toBytes()));
    }
    return joined.toArray(new Part[0]);
  }

  private static boolean isConstant(List<Part> parts) {
    return parts.stream().allMatch(Part.Constant.class::isInstance);
  }

  private void fault(Where where, String text) {
    compiling.problems().add(where.position(), where.saying(text));
  }

  private Template template(String text, Where where) {
    return compiling.template(text, where.position());
  }

  /// What is within a message, whatever its JSON looks like.
  private List<Part> content(Json json, Descriptor type) {
    String name = type.getFullName();
    String known = name.startsWith(WELL_KNOWN) ? name.substring(WELL_KNOWN.length()) : "";
    if (SPECIAL.contains(known)) {
      return json.varies() ? parsed(json, type) : special(json, type);
    }
    if (WRAPPERS.contains(known)) {
      return scalar(json, type.findFieldByNumber(1), true);
    }
    if (!(json instanceof Json.Group group)) {
      if (json instanceof Json.Literal literal && literal.varies()) {
        return parsed(json, type);
      }
      fault(json.where(), "%s is expected: keys and values in braces".formatted(name));
      return List.of();
    }
    for (Json.Member member : group.members()) {
      if (Placeholders.isIn(member.name())) {
        return parsed(json, type);
      }
    }
    return fields(group, type);
  }

  /// Put together and read each time.
  private List<Part> parsed(Json json, Descriptor type) {
    return List.of(new Part.Parsed(NOTHING, type, template(json.source(), json.where()), parser));
  }

  private List<Part> special(Json json, Descriptor type) {
    try {
      DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
      parser.merge(json.source(), builder);
      return List.of(new Part.Constant(builder.build().toByteArray()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      fault(json.where(), "this is no %s: %s".formatted(type.getFullName(), e.getMessage()));
      return List.of();
    }
  }

  private List<Part> fields(Json.Group group, Descriptor type) {
    Map<FieldDescriptor, List<Part>> found = new HashMap<>();
    Map<OneofDescriptor, String> chosen = new HashMap<>();
    for (Json.Member member : group.members()) {
      FieldDescriptor field = field(type, member);
      if (field == null) {
        continue;
      }
      if (isNull(member.value()) && !takesNull(field)) {
        continue; // as if it were not there
      }
      OneofDescriptor oneof = field.getContainingOneof();
      String other = oneof == null ? null : chosen.putIfAbsent(oneof, member.name());
      if (found.containsKey(field)) {
        fault(member.at(), "%s is there already".formatted(member.name()));
      } else if (other != null) {
        fault(
            member.at(),
            "%s and %s exclude each other: both are of the oneof %s"
                .formatted(member.name(), other, oneof == null ? "" : oneof.getName()));
      } else {
        found.put(field, field(member.value(), field));
      }
    }
    for (FieldDescriptor field : type.getFields()) {
      if (field.isRequired() && !found.containsKey(field)) {
        fault(
            group.where(),
            "%s lacks %s, which is required".formatted(type.getFullName(), field.getJsonName()));
      }
    }
    List<Part> parts = new ArrayList<>();
    found.keySet().stream()
        .sorted(Comparator.comparingInt(FieldDescriptor::getNumber))
        .forEach(field -> parts.addAll(found.get(field)));
    return parts;
  }

  private static boolean isNull(Json json) {
    return json instanceof Json.Literal literal && literal.isNull();
  }

  private static boolean takesNull(FieldDescriptor field) {
    return !field.isRepeated()
        && switch (field.getType()) {
          case MESSAGE -> field.getMessageType().getFullName().equals(WELL_KNOWN + "Value");
          case ENUM -> isNullValue(field);
          default -> false;
        };
  }

  private static boolean isNullValue(FieldDescriptor field) {
    return field.getEnumType().getFullName().equals(WELL_KNOWN + "NullValue");
  }

  private @Nullable FieldDescriptor field(Descriptor type, Json.Member member) {
    List<String> names = new ArrayList<>();
    for (FieldDescriptor field : type.getFields()) {
      if (field.getJsonName().equals(member.name()) || field.getName().equals(member.name())) {
        return field;
      }
      names.add(field.getJsonName());
    }
    fault(
        member.at(),
        "%s has no field \"%s\"%s"
            .formatted(
                type.getFullName(),
                member.name(),
                names.isEmpty() ? ", nor any other" : hint(member.name(), names)));
    return null;
  }

  private static String hint(String name, List<String> names) {
    String near = Spelling.hint(name, names);
    return near.isEmpty() && names.size() <= 12 ? ": it has " + String.join(", ", names) : near;
  }

  private List<Part> field(Json json, FieldDescriptor field) {
    if (field.isMapField()) {
      return map(json, field);
    }
    if (!field.isRepeated()) {
      return one(json, field);
    }
    if (!(json instanceof Json.Array array)) {
      if (json.varies() && json instanceof Json.Literal) {
        fault(
            json.where(),
            "%s takes a list: write the list, with placeholders in it"
                .formatted(field.getJsonName()));
      } else {
        fault(json.where(), "%s takes a list, in brackets".formatted(field.getJsonName()));
      }
      return List.of();
    }
    List<Part> parts = new ArrayList<>();
    for (Json item : array.items()) {
      if (isNull(item) && !takesNullAsItem(field)) {
        fault(item.where(), "null is no item of a list");
      } else if (field.isPacked()) {
        parts.addAll(scalar(item, field, false, NOTHING));
      } else {
        parts.addAll(one(item, field));
      }
    }
    if (field.isPacked() && !parts.isEmpty()) {
      return delimited(Wire.tag(field.getNumber(), Wire.DELIMITED), parts);
    }
    return parts;
  }

  private static boolean takesNullAsItem(FieldDescriptor field) {
    return field.getType() == FieldDescriptor.Type.MESSAGE
        && field.getMessageType().getFullName().equals(WELL_KNOWN + "Value");
  }

  private static List<Part> delimited(byte[] tag, List<Part> parts) {
    Part[] joined = joined(parts);
    if (!isConstant(parts)) {
      return List.of(new Part.Delimited(tag, joined));
    }
    ByteSink sink = new ByteSink(64);
    sink.write(tag);
    Wire.varint(sink, joined.length == 0 ? 0 : ((Part.Constant) joined[0]).bytes().length);
    if (joined.length > 0) {
      sink.write(((Part.Constant) joined[0]).bytes());
    }
    return List.of(new Part.Constant(sink.toBytes()));
  }

  private List<Part> map(Json json, FieldDescriptor field) {
    if (!(json instanceof Json.Group group)) {
      fault(json.where(), "%s takes keys and values, in braces".formatted(field.getJsonName()));
      return List.of();
    }
    Descriptor entry = field.getMessageType();
    FieldDescriptor key = entry.findFieldByNumber(1);
    FieldDescriptor value = entry.findFieldByNumber(2);
    Set<String> keys = new HashSet<>();
    List<Part> parts = new ArrayList<>();
    for (Json.Member member : group.members()) {
      boolean varies = Placeholders.isIn(member.name());
      if (!keys.add(member.name()) && !varies) {
        fault(member.at(), "\"%s\" is there already".formatted(member.name()));
        continue;
      }
      if (isNull(member.value()) && !takesNull(value)) {
        fault(member.value().where(), "null is no value of a map");
        continue;
      }
      Json name = new Json.Text(member.name(), member.at(), "\"" + member.name() + "\"", varies);
      List<Part> inner = new ArrayList<>(scalar(name, key, false));
      inner.addAll(
          value.getType() == FieldDescriptor.Type.MESSAGE
              ? one(member.value(), value)
              : scalar(member.value(), value, false));
      parts.addAll(delimited(Wire.tag(field.getNumber(), Wire.DELIMITED), inner));
    }
    return parts;
  }

  /// One value, with its tag.
  private List<Part> one(Json json, FieldDescriptor field) {
    return switch (field.getType()) {
      case MESSAGE ->
          delimited(
              Wire.tag(field.getNumber(), Wire.DELIMITED), content(json, field.getMessageType()));
      case GROUP -> {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part.Constant(Wire.tag(field.getNumber(), Wire.GROUP)));
        parts.addAll(content(json, field.getMessageType()));
        parts.add(new Part.Constant(Wire.tag(field.getNumber(), Wire.GROUP_END)));
        yield parts;
      }
      default -> scalar(json, field, !field.isRepeated() && !field.hasPresence());
    };
  }

  /// A value that is no message, with its tag.
  ///
  /// @param implicit whether the default is left out
  private List<Part> scalar(Json json, FieldDescriptor field, boolean implicit) {
    int wireType =
        switch (field.getType()) {
          case STRING, BYTES -> Wire.DELIMITED;
          default -> values(field).wireType();
        };
    return scalar(json, field, implicit, Wire.tag(field.getNumber(), wireType));
  }

  private Values values(FieldDescriptor field) {
    return values.computeIfAbsent(field, Values::of);
  }

  private List<Part> scalar(Json json, FieldDescriptor field, boolean implicit, byte[] tag) {
    return switch (field.getType()) {
      case STRING, BYTES -> text(json, field, implicit, tag);
      default -> number(json, field, implicit, tag);
    };
  }

  private List<Part> text(Json json, FieldDescriptor field, boolean implicit, byte[] tag) {
    boolean bytes = field.getType() == FieldDescriptor.Type.BYTES;
    String label = field.getFullName();
    if (!(json instanceof Json.Text text)) {
      fault(
          json.where(),
          "%s takes a %s in quotes, not %s"
              .formatted(field.getJsonName(), bytes ? "text of base64" : "text", shown(json)));
      return List.of();
    }
    if (text.varies()) {
      Template template = template(Placeholders.unescaped(text.text()), text.where());
      return List.of(
          bytes
              ? new Part.Bytes(tag, implicit, template, label)
              : new Part.Text(tag, implicit, template, label));
    }
    byte[] value = text.text().getBytes(StandardCharsets.UTF_8);
    int length = bytes ? Base64Bytes.decode(value, 0, value.length) : value.length;
    if (length < 0) {
      fault(json.where(), "%s takes bytes as base64".formatted(field.getJsonName()));
      return List.of();
    }
    if (implicit && length == 0) {
      return List.of();
    }
    ByteSink sink = new ByteSink(length + 8);
    sink.write(tag);
    Wire.varint(sink, length);
    sink.write(value, 0, length);
    return List.of(new Part.Constant(sink.toBytes()));
  }

  private List<Part> number(Json json, FieldDescriptor field, boolean implicit, byte[] tag) {
    Values kind = values(field);
    String label = field.getFullName();
    String text =
        switch (json) {
          case Json.Text quoted -> quoted.text();
          case Json.Literal literal -> literal.source();
          case Json.Group _, Json.Array _ -> "";
        };
    if (json.varies() && !text.isEmpty()) {
      Template template = template(Placeholders.unescaped(text), json.where());
      return List.of(new Part.Scalar(tag, implicit, kind, template, label));
    }
    if (isNull(json) && field.getType() == FieldDescriptor.Type.ENUM && isNullValue(field)) {
      text = "NULL_VALUE";
    }
    byte[] value = text.getBytes(StandardCharsets.UTF_8);
    boolean asText =
        json instanceof Json.Text
            && field.getType() == FieldDescriptor.Type.BOOL
            && !isMapKey(field);
    if (asText || !kind.reads(value, 0, value.length) || !fits(json, field)) {
      fault(json.where(), misfit(field, kind, text, json));
      return List.of();
    }
    long bits = kind.bits(value, 0, value.length);
    if (implicit && bits == 0) {
      return List.of();
    }
    ByteSink sink = new ByteSink(16);
    sink.write(tag);
    kind.write(sink, bits);
    return List.of(new Part.Constant(sink.toBytes()));
  }

  private static boolean isMapKey(FieldDescriptor field) {
    return field.getContainingType().getOptions().getMapEntry() && field.getNumber() == 1;
  }

  /// Truth values stand for themselves only.
  private static boolean fits(Json json, FieldDescriptor field) {
    boolean truth = json instanceof Json.Literal literal && literal.isTruth();
    return !truth || field.getType() == FieldDescriptor.Type.BOOL;
  }

  private static String misfit(FieldDescriptor field, Values kind, String text, Json json) {
    if (field.getType() == FieldDescriptor.Type.ENUM && json instanceof Json.Text) {
      List<String> names =
          field.getEnumType().getValues().stream().map(EnumValueDescriptor::getName).toList();
      return "%s has no constant %s%s"
          .formatted(field.getEnumType().getFullName(), text, hint(text, names));
    }
    return "%s takes a %s, not %s"
        .formatted(
            isMapKey(field) ? "a key of the map" : field.getJsonName(),
            kind.expected(),
            shown(json));
  }

  private static String shown(Json json) {
    return switch (json) {
      case Json.Group _ -> "keys and values";
      case Json.Array _ -> "a list";
      case Json.Text text -> excerpt(text.source());
      case Json.Literal literal -> excerpt(literal.source());
    };
  }

  private static String excerpt(String text) {
    return text.length() <= 40 ? text : text.substring(0, 39) + "…";
  }
}
