package io.crankfire.grpc.message;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.util.JsonFormat;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.protocol.Compiling;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Template;
import io.crankfire.template.Variables;
import org.jspecify.annotations.Nullable;

/// A message of a type, compiled: constant bytes, and between them what varies. Immutable; shared
/// by all workers.
public final class MessageTemplate {

  private final Part[] parts;
  private final Template text;

  private MessageTemplate(Part[] parts, Template text) {
    this.parts = parts;
    this.text = text;
  }

  /// Compiles a message that is written as JSON in one text, or as keys and values. A blank text is
  /// an empty message.
  ///
  /// @param parser for types whose JSON is special, knowing the types that an Any may hold
  /// @param compiling takes all faults
  /// @return null if there was a fault
  public static @Nullable MessageTemplate compile(
      ConfigNode node, Descriptor type, JsonFormat.Parser parser, Compiling compiling) {
    if (node instanceof ConfigNode.Scalar scalar) {
      return compile(scalar.text(), scalar.position(), false, type, parser, compiling);
    }
    return compile(Json.of(node), type, parser, compiling);
  }

  /// Compiles a message that is written as JSON.
  ///
  /// @param position of the text
  /// @param isFile whether the text is a file, whose name is the position's source
  /// @return null if there was a fault
  public static @Nullable MessageTemplate compile(
      String json,
      Position position,
      boolean isFile,
      Descriptor type,
      JsonFormat.Parser parser,
      Compiling compiling) {
    try {
      String text = json.isBlank() ? "{}" : json;
      return compile(new JsonReader(text, position, isFile).read(), type, parser, compiling);
    } catch (JsonReader.Malformed e) {
      compiling
          .problems()
          .add(e.where().position(), e.where().saying("this is no JSON: " + e.getMessage()));
      return null;
    }
  }

  private static @Nullable MessageTemplate compile(
      Json json, Descriptor type, JsonFormat.Parser parser, Compiling compiling) {
    Part[] parts = new MessageCompiler(compiling, parser).compile(json, type);
    return parts == null
        ? null
        : new MessageTemplate(parts, compiling.template(json.source(), json.where().position()));
  }

  /// Whether it always has the same bytes.
  public boolean isConstant() {
    return parts.length == 0 || (parts.length == 1 && parts[0] instanceof Part.Constant);
  }

  /// Adds its encoding with the values of a session. Allocates nothing but what the sink needs to
  /// grow, unless JSON has to be put together for what varies, or a number is written unusually.
  ///
  /// @return why it cannot be sent, for a person; null if all went well
  public @Nullable String write(ByteSink sink, Variables variables) {
    return Part.writeAll(parts, sink, variables);
  }

  /// The JSON with the values of a session, for people.
  public String text(Variables variables) {
    return text.text(variables);
  }
}
