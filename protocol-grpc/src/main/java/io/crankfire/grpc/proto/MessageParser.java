package io.crankfire.grpc.proto;

import com.google.protobuf.DescriptorProtos.Edition;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.SymbolVisibility;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads messages, their fields and extensions, and enums.
class MessageParser extends OptionParser {

  /// As deep as protoc allows.
  private static final int MOST_DEPTH = 32;

  private static final Map<String, FieldDescriptorProto.Type> SCALARS =
      Map.ofEntries(
          Map.entry("double", FieldDescriptorProto.Type.TYPE_DOUBLE),
          Map.entry("float", FieldDescriptorProto.Type.TYPE_FLOAT),
          Map.entry("uint64", FieldDescriptorProto.Type.TYPE_UINT64),
          Map.entry("fixed64", FieldDescriptorProto.Type.TYPE_FIXED64),
          Map.entry("fixed32", FieldDescriptorProto.Type.TYPE_FIXED32),
          Map.entry("bool", FieldDescriptorProto.Type.TYPE_BOOL),
          Map.entry("string", FieldDescriptorProto.Type.TYPE_STRING),
          Map.entry("group", FieldDescriptorProto.Type.TYPE_GROUP),
          Map.entry("bytes", FieldDescriptorProto.Type.TYPE_BYTES),
          Map.entry("uint32", FieldDescriptorProto.Type.TYPE_UINT32),
          Map.entry("sfixed32", FieldDescriptorProto.Type.TYPE_SFIXED32),
          Map.entry("sfixed64", FieldDescriptorProto.Type.TYPE_SFIXED64),
          Map.entry("int32", FieldDescriptorProto.Type.TYPE_INT32),
          Map.entry("int64", FieldDescriptorProto.Type.TYPE_INT64),
          Map.entry("sint32", FieldDescriptorProto.Type.TYPE_SINT32),
          Map.entry("sint64", FieldDescriptorProto.Type.TYPE_SINT64));

  final Ast.Unit unit;

  MessageParser(Source source) {
    super(source);
    unit = new Ast.Unit(source);
  }

  final SymbolVisibility visibility() throws Broken {
    if (unit.edition.getNumber() < Edition.EDITION_2024.getNumber()
        || !(at("export") || at("local"))) {
      return SymbolVisibility.VISIBILITY_UNSET;
    }
    // A field may have a type of such a name: then it is followed by no keyword.
    SymbolVisibility visibility =
        at("export") ? SymbolVisibility.VISIBILITY_EXPORT : SymbolVisibility.VISIBILITY_LOCAL;
    lexer.advance();
    if (!at("message") && !at("enum")) {
      throw broken("message or enum after export or local");
    }
    return visibility;
  }

  final Ast.Message message(SymbolVisibility visibility, int depth) throws Broken {
    take("message");
    Ast.Message message = new Ast.Message(lexer.from);
    message.visibility = visibility;
    message.name = name("a message's name");
    messageBlock(message, depth);
    return message;
  }

  private void messageBlock(Ast.Message message, int depth) throws Broken {
    if (depth > MOST_DEPTH) {
      source.fault(message.at, "messages nest more than %d deep".formatted(MOST_DEPTH));
      throw new Broken();
    }
    take("{");
    while (!closed("message", message.name)) {
      try {
        messageStatement(message, depth);
      } catch (Broken _) {
        skipStatement();
      }
    }
    boolean set = message.isMessageSet();
    for (Ast.Range range : message.extensionRanges) {
      range.last = range.toMax ? set ? Integer.MAX_VALUE - 1 : Checks.MOST_NUMBER : range.last;
    }
    for (Ast.Range range : message.reserved) {
      range.last = range.toMax ? set ? Integer.MAX_VALUE - 1 : Checks.MOST_NUMBER : range.last;
    }
    addSyntheticOneofs(message);
  }

  /// Whether a block ends here.
  final boolean closed(String what, String name) throws Broken {
    if (tryTake("}")) {
      return true;
    }
    if (atEnd()) {
      if (!source.hopeless()) {
        source.fault(lexer.from, "%s \"%s\" has no end: \"}\" is missing".formatted(what, name));
      }
      throw new Broken();
    }
    return false;
  }

  private void messageStatement(Ast.Message message, int depth) throws Broken {
    if (tryTake(";")) {
      return;
    }
    SymbolVisibility visibility = visibility();
    switch (at(Lexer.Kind.NAME) ? lexer.word() : "") {
      case "message" -> message.types.messages.add(message(visibility, depth + 1));
      case "enum" -> message.types.enums.add(enumType(visibility));
      case "extensions" -> extensions(message);
      case "reserved" -> {
        lexer.advance();
        reserved(message.reserved, message.reservedNames, false);
      }
      case "extend" -> extend(message.types, depth);
      case "option" -> message.options.add(statement());
      case "oneof" -> oneof(message, depth);
      default -> {
        Ast.Field field = new Ast.Field();
        label(field);
        field(field, message.types, depth);
        message.fields.add(field);
      }
    }
  }

  private void label(Ast.Field field) {
    Label label =
        switch (at(Lexer.Kind.NAME) ? lexer.word() : "") {
          case "optional" -> Label.LABEL_OPTIONAL;
          case "repeated" -> Label.LABEL_REPEATED;
          case "required" -> Label.LABEL_REQUIRED;
          default -> null;
        };
    if (label == null) {
      return;
    }
    field.labelAt = lexer.from;
    if (unit.hasEdition() && label != Label.LABEL_REPEATED) {
      source.fault(
          lexer.from,
          label == Label.LABEL_OPTIONAL
              ? "editions have no optional: a field is optional unless features.field_presence"
                  + " says otherwise"
              : "editions have no required: give [features.field_presence = LEGACY_REQUIRED]");
    } else if (unit.isProto3() && label == Label.LABEL_REQUIRED) {
      source.fault(lexer.from, "proto3 has no required fields");
    }
    field.label = label;
    field.proto3Optional = unit.isProto3() && label == Label.LABEL_OPTIONAL;
    lexer.advance();
  }

  /// The rest of a field, after its label.
  private void field(Ast.Field field, Ast.Block types, int depth) throws Broken {
    field.typeAt = lexer.from;
    Ast.Field[] map = {};
    if (at("map") && at(Lexer.Kind.NAME)) {
      lexer.advance();
      if (at("<")) {
        map = mapType(field);
      } else {
        // a type of this name
        StringBuilder name = new StringBuilder("map");
        while (tryTake(".")) {
          name.append('.').append(name("the rest of the type's name"));
        }
        field.typeName = name.toString();
      }
    } else {
      type(field);
    }
    if (map.length == 0 && field.label == null) {
      if (unit.edition == Edition.EDITION_PROTO2) {
        source.fault(field.typeAt, "expected optional, required or repeated before the type");
      }
      field.label = Label.LABEL_OPTIONAL;
    }
    field.at = lexer.from;
    field.name = name("a field's name");
    if (!tryTake("=")) {
      throw broken("\"=\" and the field's number");
    }
    field.numberAt = lexer.from;
    field.number = whole("the field's number", MOST_INT).intValue();
    fieldOptions(field);
    if (field.type == FieldDescriptorProto.Type.TYPE_GROUP) {
      group(field, types, depth);
      return;
    }
    take(";");
    if (map.length == 2) {
      types.messages.add(entry(field, map));
    }
  }

  private void group(Ast.Field field, Ast.Block types, int depth) throws Broken {
    if (unit.edition != Edition.EDITION_PROTO2) {
      source.fault(
          field.typeAt,
          unit.isProto3()
              ? "proto3 has no groups: use a message"
              : "editions have no groups: give a message [features.message_encoding ="
                  + " DELIMITED]");
    }
    Ast.Message message = new Ast.Message(field.at);
    message.name = field.name;
    if (field.name.charAt(0) < 'A' || field.name.charAt(0) > 'Z') {
      source.fault(field.at, "a group's name begins with a capital letter");
    }
    field.typeName = field.name;
    field.name = Literals.lower(field.name);
    types.messages.add(message);
    if (!at("{")) {
      throw broken("\"{\" and the group's fields");
    }
    messageBlock(message, depth + 1);
  }

  private Ast.Field[] mapType(Ast.Field field) throws Broken {
    if (field.label != null) {
      source.fault(field.labelAt, "a map has no label");
    }
    if (field.isExtension()) {
      source.fault(field.typeAt, "an extension cannot be a map");
    }
    if (field.oneof >= 0) {
      source.fault(field.typeAt, "a map cannot be in a oneof");
    }
    field.label = Label.LABEL_REPEATED;
    field.proto3Optional = false;
    take("<");
    Ast.Field key = new Ast.Field();
    Ast.Field value = new Ast.Field();
    key.typeAt = lexer.from;
    type(key);
    if (key.type == null || !Checks.isMapKey(key.type)) {
      source.fault(key.typeAt, "a map's key is a whole number, a bool or a string");
    }
    take(",");
    value.typeAt = lexer.from;
    type(value);
    if (value.type == FieldDescriptorProto.Type.TYPE_GROUP) {
      source.fault(value.typeAt, "a map's value cannot be a group");
    }
    take(">");
    field.map = true;
    return new Ast.Field[] {key, value};
  }

  private static Ast.Message entry(Ast.Field field, Ast.Field[] keyAndValue) {
    Ast.Message entry = new Ast.Message(field.at);
    entry.name = Literals.entryName(field.name);
    entry.mapEntry = true;
    field.typeName = entry.name;
    for (int i = 0; i < 2; i++) {
      Ast.Field part = keyAndValue[i];
      part.at = field.at;
      part.name = i == 0 ? "key" : "value";
      part.label = Label.LABEL_OPTIONAL;
      part.number = i + 1;
      part.numberAt = field.numberAt;
      for (Ast.Option option : field.options) {
        Ast.Part first = option.name().getFirst();
        boolean utf8 =
            option.is("enforce_utf8") && part.type == FieldDescriptorProto.Type.TYPE_STRING;
        if (utf8 || (!first.extension() && first.name().equals("features"))) {
          part.options.add(option);
        }
      }
      entry.fields.add(part);
    }
    return entry;
  }

  /// A scalar, or the name of a message or an enum.
  private void type(Ast.Field field) throws Broken {
    FieldDescriptorProto.Type scalar = at(Lexer.Kind.NAME) ? SCALARS.get(lexer.word()) : null;
    if (scalar != null) {
      field.type = scalar;
      lexer.advance();
    } else {
      field.typeName = dottedName("a type");
    }
  }

  final String messageName() throws Broken {
    if (at(Lexer.Kind.NAME) && SCALARS.containsKey(lexer.word())) {
      throw broken("a message's name");
    }
    return dottedName("a message's name");
  }

  private void fieldOptions(Ast.Field field) throws Broken {
    if (!tryTake("[")) {
      return;
    }
    do {
      if (at("default")) {
        defaultValue(field);
      } else if (at("json_name")) {
        if (field.jsonName != null) {
          source.fault(lexer.from, "json_name is given already");
        }
        field.jsonNameAt = lexer.from;
        lexer.advance();
        take("=");
        field.jsonName = string("the name in JSON");
      } else {
        field.options.add(assignment());
      }
    } while (tryTake(","));
    takeBracket();
  }

  private void defaultValue(Ast.Field field) throws Broken {
    int at = lexer.from;
    if (field.defaultValue != null) {
      source.fault(at, "default is given already");
    }
    if (unit.isProto3()) {
      source.fault(at, "proto3 has no defaults of one's own");
    } else if (field.isRepeated()) {
      source.fault(at, "a repeated field has no default");
    }
    Ast.Value value = assignment().value();
    field.defaultValue = value;
  }

  private void extensions(Ast.Message message) throws Broken {
    lexer.advance();
    List<Ast.Range> ranges = new ArrayList<>();
    do {
      ranges.add(range(false));
    } while (tryTake(","));
    List<Ast.Option> options = brackets();
    for (Ast.Range range : ranges) {
      range.options = options;
    }
    take(";");
    message.extensionRanges.addAll(ranges);
  }

  private Ast.Range range(boolean ofEnum) throws Broken {
    int at = lexer.from;
    int first = ofEnum ? signedInt("a number") : whole("a field's number", MOST_INT).intValue();
    int last = first;
    boolean max = false;
    if (tryTake("to")) {
      max = tryTake("max");
      last =
          max
              ? ofEnum ? Integer.MAX_VALUE : Checks.MOST_NUMBER
              : ofEnum
                  ? signedInt("a number or max")
                  : whole("a number or max", MOST_INT).intValue();
    }
    return new Ast.Range(at, first, last, max);
  }

  private void reserved(List<Ast.Range> ranges, List<Ast.Name> names, boolean ofEnum)
      throws Broken {
    if (at(Lexer.Kind.TEXT)) {
      if (unit.hasEdition()) {
        source.fault(lexer.from, "editions write reserved names without quotes");
      }
      do {
        int at = lexer.from;
        names.add(new Ast.Name(string("a reserved name"), at));
      } while (tryTake(","));
    } else if (at(Lexer.Kind.NAME)) {
      if (!unit.hasEdition()) {
        source.fault(
            lexer.from,
            "%s writes reserved names in quotes".formatted(unit.isProto3() ? "proto3" : "proto2"));
      }
      do {
        int at = lexer.from;
        names.add(new Ast.Name(name("a reserved name"), at));
      } while (tryTake(","));
    } else {
      do {
        ranges.add(range(ofEnum));
      } while (tryTake(","));
    }
    take(";");
  }

  final void extend(Ast.Block types, int depth) throws Broken {
    lexer.advance();
    int at = lexer.from;
    String extendee = messageName();
    take("{");
    if (at("}")) {
      source.fault(lexer.from, "expected an extension: there is none in this block");
    }
    while (!closed("extend", extendee)) {
      try {
        Ast.Field field = new Ast.Field();
        field.extendee = extendee;
        field.extendeeAt = at;
        if (tryTake(";")) {
          continue;
        }
        label(field);
        field(field, types, depth);
        types.extensions.add(field);
      } catch (Broken _) {
        skipStatement();
      }
    }
  }

  private void oneof(Ast.Message message, int depth) throws Broken {
    lexer.advance();
    int at = lexer.from;
    Ast.Oneof oneof = new Ast.Oneof(name("a oneof's name"), at);
    int index = message.oneofs.size();
    message.oneofs.add(oneof);
    take("{");
    while (!closed("oneof", oneof.name)) {
      try {
        if (at("option")) {
          oneof.options.add(statement());
          continue;
        }
        if (tryTake(";")) {
          continue;
        }
        if (at("optional") || at("required") || at("repeated")) {
          source.fault(lexer.from, "a field of a oneof has no label");
          lexer.advance();
        }
        oneof.fields++;
        Ast.Field field = new Ast.Field();
        field.label = Label.LABEL_OPTIONAL;
        field.oneof = index;
        if (at("map") && at(Lexer.Kind.NAME)) {
          field.label = null;
        }
        field(field, message.types, depth);
        message.fields.add(field);
      } catch (Broken _) {
        skipStatement();
      }
    }
    if (oneof.fields == 0) {
      source.fault(at, "a oneof has at least one field");
    }
  }

  /// Fields of proto3 that say optional are each alone in a oneof that nobody wrote.
  private static void addSyntheticOneofs(Ast.Message message) {
    List<String> names = new ArrayList<>();
    for (Ast.Field field : message.fields) {
      if (field.proto3Optional) {
        if (names.isEmpty()) {
          message.fields.forEach(each -> names.add(each.name));
          message.oneofs.forEach(each -> names.add(each.name));
        }
        String name = field.name.startsWith("_") ? field.name : "_" + field.name;
        while (names.contains(name)) {
          name = "X" + name;
        }
        names.add(name);
        field.oneof = message.oneofs.size();
        message.oneofs.add(new Ast.Oneof(name, field.at));
      }
    }
  }

  final Ast.EnumType enumType(SymbolVisibility visibility) throws Broken {
    take("enum");
    Ast.EnumType type = new Ast.EnumType(lexer.from);
    type.visibility = visibility;
    type.name = name("an enum's name");
    take("{");
    while (!closed("enum", type.name)) {
      try {
        if (tryTake(";")) {
          continue;
        }
        if (at("option")) {
          type.options.add(statement());
        } else if (tryTake("reserved")) {
          reserved(type.reserved, type.reservedNames, true);
        } else {
          type.values.add(enumValue());
        }
      } catch (Broken _) {
        skipStatement();
      }
    }
    return type;
  }

  private Ast.EnumValue enumValue() throws Broken {
    int at = lexer.from;
    String name = name("the name of an enum's value");
    if (!tryTake("=")) {
      throw broken("\"=\" and the value's number");
    }
    int numberAt = lexer.from;
    int number = signedInt("the value's number");
    List<Ast.Option> options = brackets();
    take(";");
    return new Ast.EnumValue(name, at, number, numberAt, options);
  }
}
