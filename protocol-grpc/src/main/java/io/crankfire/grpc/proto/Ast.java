package io.crankfire.grpc.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.Edition;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.SymbolVisibility;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a file says, as the parser found it. Every `at` is an offset in the file's text.
final class Ast {
  private Ast() {}

  /// A file.
  static final class Unit {
    final Source source;
    Edition edition = Edition.EDITION_PROTO2;
    String pkg = "";
    int pkgAt = -1;
    final List<Import> imports = new ArrayList<>();
    final List<Option> options = new ArrayList<>();
    final Block types = new Block();
    final List<Service> services = new ArrayList<>();

    Unit(Source source) {
      this.source = source;
    }

    boolean isProto3() {
      return edition == Edition.EDITION_PROTO3;
    }

    boolean hasEdition() {
      return edition.getNumber() >= Edition.EDITION_2023.getNumber();
    }
  }

  /// How a file is imported.
  enum ImportKind {
    PLAIN,
    PUBLIC,
    WEAK,
    OPTION
  }

  record Import(String name, ImportKind kind, int at) {}

  /// What messages and files both hold.
  static final class Block {
    final List<Message> messages = new ArrayList<>();
    final List<EnumType> enums = new ArrayList<>();
    final List<Field> extensions = new ArrayList<>();
  }

  static final class Message {
    final int at;
    String name = "";
    String fullName = "";
    SymbolVisibility visibility = SymbolVisibility.VISIBILITY_UNSET;
    boolean mapEntry;
    final Block types = new Block();
    final List<Field> fields = new ArrayList<>();
    final List<Oneof> oneofs = new ArrayList<>();
    final List<Range> extensionRanges = new ArrayList<>();
    final List<Range> reserved = new ArrayList<>();
    final List<Name> reservedNames = new ArrayList<>();
    final List<Option> options = new ArrayList<>();

    Message(int at) {
      this.at = at;
    }

    boolean isMessageSet() {
      return saysTrue(options, "message_set_wire_format");
    }
  }

  record Name(String text, int at) {}

  /// Numbers from the first to the last, both included.
  static final class Range {
    final int at;
    final int first;
    int last;
    final boolean toMax;
    List<Option> options = List.of();

    Range(int at, int first, int last, boolean toMax) {
      this.at = at;
      this.first = first;
      this.last = last;
      this.toMax = toMax;
    }
  }

  static final class Oneof {
    final String name;
    final int at;
    final List<Option> options = new ArrayList<>();
    int fields;

    Oneof(String name, int at) {
      this.name = name;
      this.at = at;
    }
  }

  static final class Field {
    int at;
    String name = "";
    FieldDescriptorProto.@Nullable Label label;
    int labelAt;
    FieldDescriptorProto.@Nullable Type type;

    /// The name of the type as it was written; resolved, with a dot before it.
    String typeName = "";

    int typeAt;
    int number;
    int numberAt;
    @Nullable Value defaultValue;
    @Nullable String jsonName;
    int jsonNameAt;
    final List<Option> options = new ArrayList<>();
    int oneof = -1;
    boolean proto3Optional;
    boolean map;

    /// Of an extension: the name of what it extends, as it was written; resolved, with a dot.
    String extendee = "";

    int extendeeAt;

    boolean isRepeated() {
      return label == FieldDescriptorProto.Label.LABEL_REPEATED;
    }

    boolean isExtension() {
      return !extendee.isEmpty();
    }
  }

  static final class EnumType {
    final int at;
    String name = "";
    String fullName = "";
    SymbolVisibility visibility = SymbolVisibility.VISIBILITY_UNSET;
    final List<EnumValue> values = new ArrayList<>();
    final List<Range> reserved = new ArrayList<>();
    final List<Name> reservedNames = new ArrayList<>();
    final List<Option> options = new ArrayList<>();

    EnumType(int at) {
      this.at = at;
    }
  }

  record EnumValue(String name, int at, int number, int numberAt, List<Option> options) {}

  static final class Service {
    final String name;
    final int at;
    final List<Method> methods = new ArrayList<>();
    final List<Option> options = new ArrayList<>();

    Service(String name, int at) {
      this.name = name;
      this.at = at;
    }
  }

  static final class Method {
    final String name;
    final int at;
    String input = "";
    int inputAt;
    String output = "";
    int outputAt;
    boolean clientStreaming;
    boolean serverStreaming;
    boolean block;
    final List<Option> options = new ArrayList<>();

    Method(String name, int at) {
      this.name = name;
      this.at = at;
    }
  }

  /// A part of an option's name: `(extension.name)` or `field`.
  record Part(String name, boolean extension, int at) {}

  record Option(List<Part> name, Value value, int at) {
    /// The name as it was written.
    String shown() {
      StringBuilder text = new StringBuilder();
      for (Part part : name) {
        text.append(text.isEmpty() ? "" : ".");
        text.append(part.extension() ? "(" + part.name() + ")" : part.name());
      }
      return text.toString();
    }

    /// Whether it is a single field's name.
    boolean is(String field) {
      return name.size() == 1
          && !name.getFirst().extension()
          && name.getFirst().name().equals(field);
    }

    /// Whether only the file can say what it means.
    boolean custom() {
      for (Part part : name) {
        if (part.extension()) {
          return true;
        }
      }
      return hasExtension(value);
    }
  }

  /// Whether an extension's name is anywhere in a value.
  private static boolean hasExtension(Value value) {
    return switch (value) {
      case Literal literal ->
          literal.entries().stream()
              .anyMatch(entry -> entry.extension() || hasExtension(entry.value()));
      case Values values -> values.items().stream().anyMatch(Ast::hasExtension);
      case Word _, Whole _, Real _, Text _ -> false;
    };
  }

  /// Whether an option is there and `true`.
  static boolean saysTrue(List<Option> options, String name) {
    for (Option option : options) {
      if (option.is(name) && option.value() instanceof Word word) {
        return word.text().equals("true");
      }
    }
    return false;
  }

  /// What an option or a field of a message in an option is set to.
  sealed interface Value {
    /// Where it begins.
    int at();
  }

  /// A name: of an enum's value, or `true`, `inf`.
  record Word(String text, boolean negative, int at) implements Value {}

  /// A whole number.
  record Whole(BigInteger number, int at) implements Value {}

  /// A number with a fraction.
  record Real(double number, int at) implements Value {}

  /// A text or bytes.
  record Text(ByteString bytes, int at) implements Value {}

  /// A message in the text format.
  ///
  /// @param to the offset after it
  record Literal(List<Entry> entries, int at, int to) implements Value {}

  /// Several values.
  record Values(List<Value> items, int at) implements Value {}

  /// A field of a message in the text format.
  ///
  /// @param extension whether the name was in brackets
  record Entry(String name, boolean extension, int at, Value value) {}
}
