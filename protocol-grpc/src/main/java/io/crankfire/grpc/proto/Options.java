package io.crankfire.grpc.proto;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.UninterpretedOption;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.JavaFeaturesProto;
import com.google.protobuf.Message;
import io.crankfire.config.Spelling;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns the options of a file's parts into the messages that they are. Options of the file's own
/// making need the descriptors of their extensions, so a file that has any is read twice: first
/// without them.
final class Options {

  private final Source source;
  private final Scope scope;
  private final boolean withCustom;
  private boolean leftOut;

  /// @param withCustom whether extensions have descriptors already; if not, options that are
  ///   extensions are left out
  Options(Source source, Scope scope, boolean withCustom) {
    this.source = source;
    this.scope = scope;
    this.withCustom = withCustom;
  }

  /// Whether there were options that were left out.
  boolean leftOut() {
    return leftOut;
  }

  /// Reads the options of one part.
  ///
  /// @param type what they are fields of
  /// @param within the full name of the part
  /// @return null if there are none
  <M extends Message> @Nullable M read(List<Ast.Option> options, M type, String within) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type.getDescriptorForType());
    boolean any = false;
    for (Ast.Option option : options) {
      if (!withCustom && option.custom()) {
        leftOut = true;
      } else {
        any |= read(option, message, within);
      }
    }
    if (!any) {
      return null;
    }
    DynamicMessage built = message.buildPartial();
    for (String missing : built.findInitializationErrors()) {
      if (!missing.startsWith("uninterpreted_option")) {
        source.fault(options.getFirst().at(), "the option misses " + missing);
      }
    }
    try {
      @SuppressWarnings("unchecked") // a message's builder builds its like
      M read =
          (M)
              type.newBuilderForType()
                  .mergeFrom(built.toByteString(), Features.REGISTRY)
                  .buildPartial();
      return read;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Loaded with the first option.
  private static final class Features {
    /// What the runtime itself wants to see in options.
    static final ExtensionRegistry REGISTRY = ExtensionRegistry.newInstance();

    static {
      JavaFeaturesProto.registerAllExtensions(REGISTRY);
    }
  }

  private boolean read(Ast.Option option, DynamicMessage.Builder root, String within) {
    DynamicMessage.Builder message = root;
    for (int i = 0; i < option.name().size(); i++) {
      Ast.Part part = option.name().get(i);
      FieldDescriptor field =
          part.extension()
              ? extension(part.name(), part.at(), message, within, i > 0)
              : field(part.name(), part.at(), message);
      if (field == null) {
        return part.extension() && i == 0 && keep(option, root);
      }
      if (i == option.name().size() - 1) {
        set(message, field, option.value(), within, option.at());
        return true;
      }
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        source.fault(
            part.at(), "\"%s\" is no message: it has no fields".formatted(field.getName()));
        return false;
      }
      if (field.isRepeated()) {
        source.fault(
            part.at(),
            "\"%s\" is repeated: give each as a whole, { … }".formatted(field.getName()));
        return false;
      }
      message = (DynamicMessage.Builder) message.getFieldBuilder(field);
    }
    return false;
  }

  private @Nullable FieldDescriptor field(String name, int at, DynamicMessage.Builder message) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    if (field == null) { // a group goes by the name of its message
      for (FieldDescriptor each : message.getDescriptorForType().getFields()) {
        if (each.getType() == FieldDescriptor.Type.GROUP
            && each.getMessageType().getName().equals(name)) {
          return each;
        }
      }
    }
    if (field == null || name.equals("uninterpreted_option")) {
      List<String> names = new ArrayList<>();
      message.getDescriptorForType().getFields().forEach(each -> names.add(each.getName()));
      names.remove("uninterpreted_option");
      source.fault(
          at,
          "%s has no \"%s\"%s; options of one's own are in parentheses"
              .formatted(
                  message.getDescriptorForType().getName(), name, Spelling.hint(name, names)));
      return null;
    }
    return field;
  }

  /// @param strict whether an unknown one is a fault; else it is kept as it was written
  private @Nullable FieldDescriptor extension(
      String name, int at, DynamicMessage.Builder message, String within, boolean strict) {
    Symbol symbol = scope.resolve(name, within, false);
    if (symbol == null || !(symbol.descriptor() instanceof FieldDescriptor field)) {
      String why =
          symbol == null
              ? scope.missing(name, within, each -> each.kind() == Symbol.Kind.EXTENSION)
              : "\"%s\" is %s, not an extension".formatted(name, symbol.kind().shown);
      if (strict) {
        source.fault(at, why);
      } else {
        source.warn(at, why + ": the option is kept as it is written");
      }
      return null;
    }
    if (!field.getContainingType().equals(message.getDescriptorForType())) {
      source.fault(
          at,
          "\"%s\" extends %s, not %s"
              .formatted(
                  name,
                  field.getContainingType().getFullName(),
                  message.getDescriptorForType().getFullName()));
      return null;
    }
    return field;
  }

  /// Keeps an option that nobody can read.
  private boolean keep(Ast.Option option, DynamicMessage.Builder root) {
    FieldDescriptor kept = root.getDescriptorForType().findFieldByName("uninterpreted_option");
    if (kept == null || scope.full(option.name().getFirst().name()) != null) {
      return false;
    }
    UninterpretedOption.Builder proto = UninterpretedOption.newBuilder();
    for (Ast.Part part : option.name()) {
      proto.addNameBuilder().setNamePart(part.name()).setIsExtension(part.extension());
    }
    switch (option.value()) {
      case Ast.Word word when word.negative() ->
          proto.setDoubleValue(word.text().equals("inf") ? Double.NEGATIVE_INFINITY : Double.NaN);
      case Ast.Word word -> proto.setIdentifierValue(word.text());
      case Ast.Whole whole when whole.number().signum() < 0 ->
          proto.setNegativeIntValue(whole.number().longValue());
      case Ast.Whole whole -> proto.setPositiveIntValue(whole.number().longValue());
      case Ast.Real real -> proto.setDoubleValue(real.number());
      case Ast.Text text -> proto.setStringValue(text.bytes());
      case Ast.Literal literal ->
          proto.setAggregateValue(source.text().substring(literal.at() + 1, literal.to() - 1));
      case Ast.Values _ -> {
        return false;
      }
    }
    root.addRepeatedField(kept, proto.build());
    return true;
  }

  /// Sets a field, or adds to it if it is repeated.
  private void set(
      DynamicMessage.Builder message,
      FieldDescriptor field,
      Ast.Value value,
      String within,
      int at) {
    if (value instanceof Ast.Values values) {
      if (!field.isRepeated()) {
        source.fault(value.at(), "\"%s\" is not repeated: one value".formatted(field.getName()));
        return;
      }
      for (Ast.Value item : values.items()) {
        set(message, field, item, within, at);
      }
      return;
    }
    Object read = convert(message, field, value, within);
    if (read == null) {
      return;
    }
    if (field.isRepeated()) {
      message.addRepeatedField(field, read);
    } else if (field.getRealContainingOneof() != null
        && message.hasOneof(field.getRealContainingOneof())) {
      source.fault(
          at,
          "another field of the oneof \"%s\" is set already"
              .formatted(field.getRealContainingOneof().getName()));
    } else if (message.hasField(field)) {
      source.fault(at, "\"%s\" is set already".formatted(field.getName()));
    } else {
      message.setField(field, read);
    }
  }

  private @Nullable Object convert(
      DynamicMessage.Builder message, FieldDescriptor field, Ast.Value value, String within) {
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      if (value instanceof Ast.Literal literal) {
        DynamicMessage.Builder inner = message.newBuilderForField(field);
        fill(inner, literal, within);
        return inner.buildPartial();
      }
      source.fault(
          value.at(),
          "\"%s\" is a message: give { field: value … }, or set %s.field"
              .formatted(field.getName(), field.getName()));
      return null;
    }
    if (field.getJavaType() == FieldDescriptor.JavaType.ENUM) {
      return enumValue(field, value);
    }
    FieldDescriptorProto.Type type = field.getType().toProto();
    Object read = scalar(type, value);
    if (read == null) {
      source.fault(value.at(), "\"%s\" is %s".formatted(field.getName(), expected(type)));
    }
    return read;
  }

  private @Nullable Object enumValue(FieldDescriptor field, Ast.Value value) {
    if (value instanceof Ast.Whole whole && whole.number().bitLength() < 32) {
      Object known = field.getEnumType().findValueByNumber(whole.number().intValue());
      if (known != null) {
        return known;
      }
    }
    List<String> names = new ArrayList<>();
    field.getEnumType().getValues().forEach(each -> names.add(each.getName()));
    if (value instanceof Ast.Word word && !word.negative()) {
      Object known = field.getEnumType().findValueByName(word.text());
      if (known == null) {
        source.fault(
            value.at(),
            "%s has no value \"%s\"%s"
                .formatted(
                    field.getEnumType().getFullName(),
                    word.text(),
                    Spelling.hint(word.text(), names)));
      }
      return known;
    }
    source.fault(
        value.at(),
        "\"%s\" is a value of %s: %s"
            .formatted(
                field.getName(),
                field.getEnumType().getFullName(),
                String.join(", ", names.subList(0, Math.min(10, names.size())))));
    return null;
  }

  private void fill(DynamicMessage.Builder message, Ast.Literal literal, String within) {
    for (Ast.Entry entry : literal.entries()) {
      if (entry.extension() && entry.name().contains("/")) {
        any(message, entry, within);
        continue;
      }
      FieldDescriptor field =
          entry.extension()
              ? extension(entry.name(), entry.at(), message, within, true)
              : field(entry.name(), entry.at(), message);
      if (field != null) {
        set(message, field, entry.value(), within, entry.at());
      }
    }
  }

  /// `[type.googleapis.com/name] { … }`: any message.
  private void any(DynamicMessage.Builder message, Ast.Entry entry, String within) {
    if (!message.getDescriptorForType().getFullName().equals("google.protobuf.Any")) {
      source.fault(entry.at(), "only google.protobuf.Any holds messages of any type");
      return;
    }
    String name = entry.name().substring(entry.name().lastIndexOf('/') + 1);
    Symbol symbol = scope.full(name);
    if (symbol == null
        || !(symbol.descriptor() instanceof com.google.protobuf.Descriptors.Descriptor type)) {
      source.fault(
          entry.at(),
          scope.missing("." + name, within, each -> each.kind() == Symbol.Kind.MESSAGE));
      return;
    }
    if (!(entry.value() instanceof Ast.Literal literal)) {
      source.fault(entry.value().at(), "expected { field: value … }");
      return;
    }
    DynamicMessage.Builder inner = DynamicMessage.newBuilder(type);
    fill(inner, literal, within);
    FieldDescriptor url = message.getDescriptorForType().findFieldByNumber(1);
    FieldDescriptor bytes = message.getDescriptorForType().findFieldByNumber(2);
    message.setField(url, entry.name());
    message.setField(bytes, inner.buildPartial().toByteString());
  }

  private static @Nullable Object scalar(FieldDescriptorProto.Type type, Ast.Value value) {
    return switch (type) {
      case TYPE_INT32, TYPE_SINT32, TYPE_SFIXED32 -> {
        BigInteger number = whole(value);
        yield number == null || number.bitLength() > 31 ? null : number.intValue();
      }
      case TYPE_INT64, TYPE_SINT64, TYPE_SFIXED64 -> {
        BigInteger number = whole(value);
        yield number == null || number.bitLength() > 63 ? null : number.longValue();
      }
      case TYPE_UINT32, TYPE_FIXED32 -> {
        BigInteger number = whole(value);
        yield number == null || number.signum() < 0 || number.bitLength() > 32
            ? null
            : number.intValue();
      }
      case TYPE_UINT64, TYPE_FIXED64 -> {
        BigInteger number = whole(value);
        yield number == null || number.signum() < 0 || number.bitLength() > 64
            ? null
            : number.longValue();
      }
      case TYPE_DOUBLE -> number(value);
      case TYPE_FLOAT -> {
        Double number = number(value);
        yield number == null ? null : number.floatValue();
      }
      case TYPE_BOOL -> bool(value);
      case TYPE_STRING ->
          value instanceof Ast.Text text && text.bytes().isValidUtf8()
              ? text.bytes().toStringUtf8()
              : null;
      case TYPE_BYTES -> value instanceof Ast.Text text ? text.bytes() : null;
      case TYPE_ENUM, TYPE_MESSAGE, TYPE_GROUP -> null;
    };
  }

  private static @Nullable BigInteger whole(Ast.Value value) {
    return value instanceof Ast.Whole whole ? whole.number() : null;
  }

  private static @Nullable Boolean bool(Ast.Value value) {
    if (value instanceof Ast.Whole whole && whole.number().bitLength() <= 1) {
      return whole.number().signum() == 1 ? Boolean.TRUE : Boolean.FALSE;
    }
    return switch (value instanceof Ast.Word word ? word.text() : "") {
      case "true", "True", "t" -> Boolean.TRUE;
      case "false", "False", "f" -> Boolean.FALSE;
      default -> null;
    };
  }

  /// A number with or without a fraction, infinite or none; null if it is something else.
  static @Nullable Double number(Ast.Value value) {
    return switch (value) {
      case Ast.Whole whole -> whole.number().doubleValue();
      case Ast.Real real -> real.number();
      case Ast.Word word ->
          switch (Literals.lower(word.text())) {
            case "inf", "infinity" ->
                word.negative() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> null;
          };
      case Ast.Text _, Ast.Literal _, Ast.Values _ -> null;
    };
  }

  /// What a value of a type is.
  static String expected(FieldDescriptorProto.Type type) {
    return switch (type) {
      case TYPE_INT32, TYPE_SINT32, TYPE_SFIXED32 -> "a whole number of 32 bits";
      case TYPE_INT64, TYPE_SINT64, TYPE_SFIXED64 -> "a whole number of 64 bits";
      case TYPE_UINT32, TYPE_FIXED32 -> "a whole number from 0 to 4294967295";
      case TYPE_UINT64, TYPE_FIXED64 -> "a whole number from 0 to 18446744073709551615";
      case TYPE_DOUBLE, TYPE_FLOAT -> "a number";
      case TYPE_BOOL -> "true or false";
      case TYPE_STRING -> "a text in quotes";
      case TYPE_BYTES -> "bytes in quotes";
      case TYPE_ENUM -> "the name of an enum's value";
      case TYPE_MESSAGE, TYPE_GROUP -> "a message";
    };
  }
}
