package io.crankfire.grpc.proto;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import io.crankfire.config.Spelling;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds what the names in a file mean: types of fields, messages of methods, what is extended.
/// Afterwards each is written in full, with a dot before it.
final class Linker {

  private final Ast.Unit unit;
  private final Source source;
  private final Scope scope;
  private final boolean complete;

  /// @param complete whether all imports are there; if not, nobody knows what is undefined
  Linker(Ast.Unit unit, Scope scope, boolean complete) {
    this.unit = unit;
    source = unit.source;
    this.scope = scope;
    this.complete = complete;
  }

  void link() {
    block(unit.types, unit.pkg.isEmpty() ? "" : unit.pkg + ".");
    for (Ast.Service service : unit.services) {
      String full = unit.pkg.isEmpty() ? service.name : unit.pkg + "." + service.name;
      for (Ast.Method method : service.methods) {
        String name = full + "." + method.name;
        method.input = message(method.input, method.inputAt, name);
        method.output = message(method.output, method.outputAt, name);
      }
    }
  }

  private void block(Ast.Block block, String prefix) {
    for (Ast.Field extension : block.extensions) {
      extendee(extension, prefix + extension.name);
      field(extension, prefix + extension.name);
    }
    for (Ast.Message message : block.messages) {
      for (Ast.Field field : message.fields) {
        field(field, message.fullName + "." + field.name);
      }
      block(message.types, message.fullName + ".");
    }
  }

  private void field(Ast.Field field, String full) {
    if (field.typeName.isEmpty()) {
      return;
    }
    Symbol type = scope.resolve(field.typeName, full, true);
    if (type == null || !type.isType()) {
      if (complete) {
        source.fault(
            field.typeAt,
            type == null
                ? scope.missing(field.typeName, full, Symbol::isType) + scalar(field.typeName)
                : "\"%s\" is %s, not a type".formatted(field.typeName, type.kind().shown));
      }
      return;
    }
    field.typeName = "." + type.name();
    if (type.kind() == Symbol.Kind.ENUM) {
      field.type = FieldDescriptorProto.Type.TYPE_ENUM;
      if (field.defaultValue != null) {
        enumDefault(field.defaultValue, type);
      }
    } else if (field.type != FieldDescriptorProto.Type.TYPE_GROUP) {
      field.type = FieldDescriptorProto.Type.TYPE_MESSAGE;
      if (type.node() instanceof Ast.Message message && message.mapEntry && !field.map) {
        source.fault(field.typeAt, "the entries of a map are no type to use: write map<…>");
      }
      if (field.defaultValue != null) {
        source.fault(field.defaultValue.at(), "a message has no default");
      }
    }
  }

  /// A hint for those who come from other languages.
  private static String scalar(String name) {
    return switch (name) {
      case "int", "integer", "Integer", "short", "i32" -> "; a whole number is an int32 or int64";
      case "long", "Long", "i64" -> "; a whole number is an int64";
      case "uint", "u32", "u64" -> "; a whole number is a uint32 or uint64";
      case "String", "str", "text" -> "; a text is a string";
      case "boolean", "Boolean" -> "; true or false is a bool";
      case "byte", "blob", "bytea" -> "; raw data is bytes";
      default -> "";
    };
  }

  private void enumDefault(Ast.Value value, Symbol type) {
    List<String> names = new ArrayList<>();
    if (type.node() instanceof Ast.EnumType own) {
      own.values.forEach(each -> names.add(each.name()));
    } else if (type.descriptor() instanceof EnumDescriptor other) {
      other.getValues().forEach(each -> names.add(each.getName()));
    }
    if (!(value instanceof Ast.Word word) || word.negative()) {
      source.fault(value.at(), "expected the name of a value of " + type.name());
    } else if (!names.contains(word.text())) {
      source.fault(
          value.at(),
          "%s has no value \"%s\"%s"
              .formatted(type.name(), word.text(), Spelling.hint(word.text(), names)));
    }
  }

  private String message(String name, int at, String within) {
    Symbol type = scope.resolve(name, within, false);
    if (type == null) {
      if (complete) {
        source.fault(at, scope.missing(name, within, Linker::isMessage));
      }
      return name;
    }
    if (!isMessage(type)) {
      source.fault(at, "\"%s\" is %s, not a message".formatted(name, type.kind().shown));
      return name;
    }
    return "." + type.name();
  }

  private static boolean isMessage(Symbol symbol) {
    return symbol.kind() == Symbol.Kind.MESSAGE;
  }

  private void extendee(Ast.Field extension, String full) {
    Symbol type = scope.resolve(extension.extendee, full, false);
    if (type == null || !isMessage(type)) {
      // all fields of a block name the same message: one fault for them
      extension.extendee = message(extension.extendee, extension.extendeeAt, full);
      return;
    }
    extension.extendee = "." + type.name();
    if (unit.isProto3() && !type.name().startsWith("google.protobuf.")) {
      source.fault(
          extension.extendeeAt, "proto3 extends only options, such as google.protobuf.FileOptions");
    }
    Boolean declared = declares(type, extension.number);
    if (Boolean.FALSE.equals(declared)) {
      source.fault(
          extension.numberAt,
          "%s has no extension number %d".formatted(type.name(), extension.number));
    }
  }

  private static @Nullable Boolean declares(Symbol type, int number) {
    if (type.node() instanceof Ast.Message own) {
      return own.extensionRanges.stream()
          .anyMatch(range -> range.first <= number && number <= range.last);
    }
    return type.descriptor() instanceof Descriptor other ? other.isExtensionNumber(number) : null;
  }
}
