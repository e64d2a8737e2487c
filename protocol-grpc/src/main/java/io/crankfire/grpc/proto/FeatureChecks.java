package io.crankfire.grpc.proto;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;

/// The rules that depend on a file's syntax or its features, as they were resolved: what is
/// optional, which enums are closed.
final class FeatureChecks {

  private final Ast.Unit unit;
  private final Source source;
  private final Symbols symbols;

  /// @param symbols those of the compiled file
  FeatureChecks(Ast.Unit unit, Symbols symbols) {
    this.unit = unit;
    source = unit.source;
    this.symbols = symbols;
  }

  void check() {
    block(unit.types);
  }

  private void block(Ast.Block block) {
    for (Ast.EnumType type : block.enums) {
      Symbol symbol = symbols.get(type.fullName);
      if (symbol != null
          && symbol.descriptor() instanceof EnumDescriptor compiled
          && !compiled.isClosed()
          && type.values.getFirst().number() != 0) {
        source.fault(
            type.values.getFirst().numberAt(),
            "the first value of an enum is 0, unless it has option features.enum_type = CLOSED");
      }
    }
    for (Ast.Message message : block.messages) {
      Symbol symbol = symbols.get(message.fullName);
      if (symbol != null && symbol.descriptor() instanceof Descriptor compiled) {
        for (int i = 0; i < message.fields.size(); i++) {
          field(message.fields.get(i), compiled.getFields().get(i));
        }
      }
      block(message.types);
    }
  }

  private void field(Ast.Field field, FieldDescriptor compiled) {
    boolean implicit = !compiled.hasPresence() && !compiled.isRepeated();
    if (implicit && field.defaultValue != null) {
      source.fault(
          field.defaultValue.at(), "a field whose presence is implicit has no default of its own");
    }
    if (compiled.getJavaType() == FieldDescriptor.JavaType.ENUM
        && compiled.getEnumType().isClosed()
        && (implicit || unit.isProto3())) {
      source.fault(
          field.typeAt,
          "%s is a closed enum, as those of proto2 are, which %s cannot have"
              .formatted(
                  compiled.getEnumType().getFullName(),
                  unit.isProto3() ? "proto3" : "a field whose presence is implicit"));
    }
  }
}
