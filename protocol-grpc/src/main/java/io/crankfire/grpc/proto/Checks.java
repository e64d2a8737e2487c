package io.crankfire.grpc.proto;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The rules of the language that concern one message or enum: numbers, reserved names, names in
/// JSON.
final class Checks {

  /// The largest number of a field.
  static final int MOST_NUMBER = (1 << 29) - 1;

  private static final int FIRST_INTERNAL = 19000;
  private static final int LAST_INTERNAL = 19999;

  private final Ast.Unit unit;
  private final Source source;

  Checks(Ast.Unit unit) {
    this.unit = unit;
    source = unit.source;
  }

  /// Whether a map's key may have the type.
  static boolean isMapKey(FieldDescriptorProto.Type type) {
    return switch (type) {
      case TYPE_DOUBLE, TYPE_FLOAT, TYPE_BYTES, TYPE_GROUP, TYPE_MESSAGE, TYPE_ENUM -> false;
      default -> true;
    };
  }

  /// Checks everything in a file.
  void check() {
    block(unit.types);
  }

  private void block(Ast.Block block) {
    for (Ast.Message message : block.messages) {
      message(message);
      block(message.types);
    }
    for (Ast.EnumType type : block.enums) {
      enumType(type);
    }
    for (Ast.Field extension : block.extensions) {
      extension(extension);
    }
  }

  private void message(Ast.Message message) {
    for (Ast.Option option : message.options) {
      if (option.is("map_entry")) {
        source.fault(option.at(), "map_entry is set by map<…> alone");
      }
    }
    ranges(message.extensionRanges, message, "extension numbers");
    ranges(message.reserved, message, "reserved numbers");
    if (unit.isProto3() && !message.extensionRanges.isEmpty()) {
      source.fault(message.extensionRanges.getFirst().at, "proto3 has no extension numbers");
    }
    for (Ast.Range extensions : message.extensionRanges) {
      for (Ast.Range reserved : message.reserved) {
        if (extensions.first <= reserved.last && reserved.first <= extensions.last) {
          source.fault(extensions.at, "these extension numbers are reserved, too");
        }
      }
    }
    names(message.reservedNames);
    Map<Integer, Ast.Field> numbers = new HashMap<>();
    Map<String, Ast.Field> jsonNames = new HashMap<>();
    for (Ast.Field field : message.fields) {
      number(field, message.isMessageSet());
      Ast.Field same = numbers.putIfAbsent(field.number, field);
      if (same != null) {
        source.fault(
            field.numberAt, "the number %d is %s already".formatted(field.number, same.name));
      }
      reserved(field, message);
      jsonName(field, jsonNames);
    }
  }

  private void number(Ast.Field field, boolean set) {
    if (field.number <= 0) {
      source.fault(field.numberAt, "a field's number is at least 1");
    } else if (field.number > MOST_NUMBER && !set) {
      source.fault(field.numberAt, "a field's number is at most " + MOST_NUMBER);
    } else if (field.number >= FIRST_INTERNAL && field.number <= LAST_INTERNAL) {
      source.fault(
          field.numberAt,
          "the numbers %d to %d are Protocol Buffers' own"
              .formatted(FIRST_INTERNAL, LAST_INTERNAL));
    }
  }

  private void reserved(Ast.Field field, Ast.Message message) {
    for (Ast.Range range : message.reserved) {
      if (range.first <= field.number && field.number <= range.last) {
        source.fault(field.numberAt, "the number %d is reserved".formatted(field.number));
      }
    }
    for (Ast.Range range : message.extensionRanges) {
      if (range.first <= field.number && field.number <= range.last) {
        source.fault(field.numberAt, "the number %d is for extensions".formatted(field.number));
      }
    }
    for (Ast.Name name : message.reservedNames) {
      if (name.text().equals(field.name)) {
        source.fault(field.at, "the name \"%s\" is reserved".formatted(field.name));
      }
    }
  }

  private void ranges(List<Ast.Range> ranges, Ast.Message message, String what) {
    int most = message.isMessageSet() ? Integer.MAX_VALUE - 1 : MOST_NUMBER;
    for (Ast.Range range : ranges) {
      if (range.first < 1 || range.last > most) {
        source.fault(range.at, what + " are between 1 and " + most);
      }
    }
    order(ranges, what);
  }

  private void order(List<Ast.Range> ranges, String what) {
    List<Ast.Range> sorted = new ArrayList<>();
    for (Ast.Range range : ranges) {
      if (range.last < range.first) {
        source.fault(range.at, "the end is before the beginning");
      } else {
        sorted.add(range);
      }
    }
    sorted.sort((a, b) -> Integer.compare(a.first, b.first));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).first <= sorted.get(i - 1).last) {
        source.fault(
            sorted.get(i).at,
            "these %s overlap those in line %d".formatted(what, source.line(sorted.get(i - 1).at)));
      }
    }
  }

  private void names(List<Ast.Name> names) {
    Map<String, Ast.Name> known = new HashMap<>();
    for (Ast.Name name : names) {
      if (known.putIfAbsent(name.text(), name) != null) {
        source.fault(name.at(), "\"%s\" is reserved already".formatted(name.text()));
      }
    }
  }

  /// Two fields of one name in JSON could not be told apart. Where nobody gave the names, older
  /// files are let through, as protoc does.
  private void jsonName(Ast.Field field, Map<String, Ast.Field> known) {
    String name = field.jsonName == null ? Literals.jsonName(field.name) : field.jsonName;
    if (name.indexOf('\0') >= 0) {
      source.fault(field.jsonNameAt, "a name in JSON has no NUL");
    }
    if (field.jsonName != null && name.startsWith("[") && name.endsWith("]")) {
      source.fault(field.jsonNameAt, "a name in brackets is an extension's");
    }
    Ast.Field same = known.putIfAbsent(name, field);
    if (same == null) {
      return;
    }
    String message =
        "\"%s\" has the same name in JSON as \"%s\": %s".formatted(field.name, same.name, name);
    boolean given = field.jsonName != null && same.jsonName != null;
    if (given || unit.edition.getNumber() > 998) {
      source.fault(field.at, message);
    } else {
      source.warn(field.at, message);
    }
  }

  private void extension(Ast.Field extension) {
    number(extension, true);
    if (extension.number > MOST_NUMBER
        && extension.type != FieldDescriptorProto.Type.TYPE_MESSAGE) {
      source.fault(extension.numberAt, "a field's number is at most " + MOST_NUMBER);
    }
    if (extension.label == Label.LABEL_REQUIRED) {
      source.fault(extension.labelAt, "an extension cannot be required");
    }
    if (extension.jsonName != null) {
      source.fault(extension.jsonNameAt, "an extension has its full name in JSON, and no other");
    }
  }

  private void enumType(Ast.EnumType type) {
    if (type.values.isEmpty()) {
      source.fault(type.at, "an enum has at least one value");
      return;
    }
    order(type.reserved, "reserved numbers");
    names(type.reservedNames);
    if (unit.isProto3() && type.values.getFirst().number() != 0) {
      source.fault(type.values.getFirst().numberAt(), "the first value of an enum is 0 in proto3");
    }
    boolean aliases = Ast.saysTrue(type.options, "allow_alias");
    Map<Integer, Ast.EnumValue> numbers = new HashMap<>();
    for (Ast.EnumValue value : type.values) {
      Ast.EnumValue same = numbers.putIfAbsent(value.number(), value);
      if (same != null && !aliases) {
        source.fault(
            value.numberAt(),
            "the number %d is %s already; if it is to have two names: option allow_alias = true;"
                .formatted(value.number(), same.name()));
      }
      for (Ast.Range range : type.reserved) {
        if (range.first <= value.number() && value.number() <= range.last) {
          source.fault(value.numberAt(), "the number %d is reserved".formatted(value.number()));
        }
      }
      for (Ast.Name name : type.reservedNames) {
        if (name.text().equals(value.name())) {
          source.fault(value.at(), "the name \"%s\" is reserved".formatted(value.name()));
        }
      }
    }
  }
}
