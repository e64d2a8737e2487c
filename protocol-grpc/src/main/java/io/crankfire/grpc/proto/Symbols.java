package io.crankfire.grpc.proto;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names that one file defines.
final class Symbols {

  private final Map<String, Symbol> byName = new HashMap<>();
  private final String file;

  private Symbols(String file, String pkg) {
    this.file = file;
    for (int dot = pkg.indexOf('.'); dot >= 0; dot = pkg.indexOf('.', dot + 1)) {
      addPackage(pkg.substring(0, dot));
    }
    if (!pkg.isEmpty()) {
      addPackage(pkg);
    }
  }

  private void addPackage(String name) {
    byName.put(name, new Symbol(Symbol.Kind.PACKAGE, name, null, null, file));
  }

  @Nullable Symbol get(String name) {
    return byName.get(name);
  }

  Collection<Symbol> all() {
    return byName.values();
  }

  String file() {
    return file;
  }

  /// Of a compiled file. Fields and values of enums are left out: no other file names them.
  static Symbols of(FileDescriptor file) {
    Symbols symbols = new Symbols(file.getName(), file.getPackage());
    symbols.addMessages(file.getMessageTypes());
    symbols.addEnums(file.getEnumTypes());
    symbols.addExtensions(file.getExtensions());
    for (ServiceDescriptor service : file.getServices()) {
      symbols.put(
          new Symbol(Symbol.Kind.SERVICE, service.getFullName(), null, service, symbols.file));
    }
    return symbols;
  }

  private void put(Symbol symbol) {
    byName.put(symbol.name(), symbol);
  }

  private void addMessages(List<Descriptor> messages) {
    for (Descriptor message : messages) {
      put(new Symbol(Symbol.Kind.MESSAGE, message.getFullName(), null, message, file));
      addMessages(message.getNestedTypes());
      addEnums(message.getEnumTypes());
      addExtensions(message.getExtensions());
    }
  }

  private void addEnums(List<EnumDescriptor> enums) {
    for (EnumDescriptor type : enums) {
      put(new Symbol(Symbol.Kind.ENUM, type.getFullName(), null, type, file));
    }
  }

  private void addExtensions(List<FieldDescriptor> extensions) {
    for (FieldDescriptor extension : extensions) {
      put(new Symbol(Symbol.Kind.EXTENSION, extension.getFullName(), null, extension, file));
    }
  }

  /// Of a file that was parsed: gives messages and enums their full names, and notes names that are
  /// there twice.
  static Symbols of(Ast.Unit unit) {
    Symbols symbols = new Symbols(unit.source.name(), unit.pkg);
    new Collector(symbols, unit.source).collect(unit);
    return symbols;
  }

  /// Finds the names of a file that was parsed.
  private record Collector(Symbols symbols, Source source) {

    void collect(Ast.Unit unit) {
      String scope = unit.pkg.isEmpty() ? "" : unit.pkg + ".";
      block(unit.types, scope);
      for (Ast.Service service : unit.services) {
        add(Symbol.Kind.SERVICE, scope, service.name, service, service.at);
        for (Ast.Method method : service.methods) {
          add(Symbol.Kind.METHOD, scope + service.name + ".", method.name, method, method.at);
        }
      }
    }

    private void block(Ast.Block block, String scope) {
      for (Ast.Message message : block.messages) {
        message.fullName = scope + message.name;
        add(Symbol.Kind.MESSAGE, scope, message.name, message, message.at);
      }
      for (Ast.EnumType type : block.enums) {
        type.fullName = scope + type.name;
        add(Symbol.Kind.ENUM, scope, type.name, type, type.at);
        for (Ast.EnumValue value : type.values) {
          add(Symbol.Kind.VALUE, scope, value.name(), value, value.at());
        }
      }
      for (Ast.Field extension : block.extensions) {
        add(Symbol.Kind.EXTENSION, scope, extension.name, extension, extension.at);
      }
      for (Ast.Message message : block.messages) {
        String inner = message.fullName + ".";
        for (Ast.Field field : message.fields) {
          add(Symbol.Kind.FIELD, inner, field.name, field, field.at);
        }
        for (Ast.Oneof oneof : message.oneofs) {
          add(Symbol.Kind.ONEOF, inner, oneof.name, oneof, oneof.at);
        }
        block(message.types, inner);
      }
    }

    private void add(Symbol.Kind kind, String scope, String name, Object node, int at) {
      String full = scope + name;
      String where = source.position(at).toString();
      Symbol before = symbols.byName.putIfAbsent(full, new Symbol(kind, full, node, null, where));
      if (before != null) {
        source.fault(
            at,
            "\"%s\" is there already: %s%s"
                .formatted(
                    name,
                    before.kind() == Symbol.Kind.PACKAGE
                        ? "the package"
                        : before.kind().shown + " in " + before.where(),
                    kind == Symbol.Kind.VALUE
                        ? "; the values of an enum share a scope with the enum itself"
                        : ""));
      }
    }
  }
}
