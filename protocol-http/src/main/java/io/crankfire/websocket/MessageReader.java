package io.crankfire.websocket;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.JsonText;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Expectation;
import io.crankfire.protocol.WebSocketKeys;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Template;
import io.crankfire.template.ValuePath;
import io.crankfire.websocket.Message.Correlation;
import io.crankfire.websocket.WebSocketCall.Receive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiles the messages of a step, one after the other. Confined to one thread.
final class MessageReader {

  private static final byte[] NOTHING = {};
  private static final int MOST_PING = 125;
  private static final List<String> KINDS =
      List.of("text", "json", "binary", "file", "binary_file", "ping");

  private final Compiling compiling;
  private final Problems problems;
  private final Receive receive;
  private final List<Check> expected = new ArrayList<>();

  /// A payload: constant, or a template.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Payload(int opcode, byte[] constant, @Nullable Template template) {}

  MessageReader(Compiling compiling, Receive receive) {
    this.compiling = compiling;
    this.receive = receive;
    problems = compiling.problems();
  }

  /// What all messages expect.
  List<Check> expected() {
    return expected;
  }

  /// Reads one; null if it is a problem.
  @Nullable Message read(ConfigNode node) {
    if (node instanceof ConfigNode.Scalar text) {
      Payload payload = text(Opcode.TEXT, text.text(), text.position());
      return new Message(
          payload.opcode, payload.constant, payload.template, List.of(), 0, List.of(), null);
    }
    if (!(node instanceof ConfigNode.Mapping mapping)) {
      problems.add(node.position(), "a message is a text, or has one of text, json, binary, …");
      return null;
    }
    Fields fields = new Fields(mapping, problems);
    fields.rejectOthersThan(WebSocketKeys.MESSAGE.names());
    List<String> given = KINDS.stream().filter(fields::has).toList();
    if (given.size() != 1) {
      problems.add(
          given.isEmpty() ? mapping.position() : fields.position(given.get(1)),
          given.isEmpty()
              ? "a message needs one of " + String.join(", ", KINDS)
              : "this message has %s already: it takes one of them".formatted(given.getFirst()));
      return null;
    }
    Payload payload = payload(fields, given.getFirst());
    if (receive != Receive.REPLY) {
      for (String key : List.of("expect", "correlate", "extractors")) {
        if (fields.has(key)) {
          problems.add(fields.position(key), key + " looks at a reply: it needs receive: reply");
        }
      }
    }
    int first = expected.size();
    Conduct conduct = replies(fields);
    expected.addAll(conduct.checks());
    return payload == null
        ? null
        : new Message(
            payload.opcode,
            payload.constant,
            payload.template,
            conduct.checks(),
            first,
            conduct.extractors(),
            correlation(fields, given.getFirst()));
  }

  private @Nullable Payload payload(Fields fields, String kind) {
    ConfigNode node = fields.node(kind);
    Position at = fields.position(kind);
    if (kind.equals("json") && node != null) {
      return text(Opcode.TEXT, JsonText.of(node), at);
    }
    String text = fields.text(kind);
    if (text == null) {
      return null;
    }
    return switch (kind) {
      case "text" -> text(Opcode.TEXT, text, at);
      case "ping" -> ping(text, at);
      case "binary" -> binary(text, at);
      default -> file(text.strip(), at, kind.equals("file"));
    };
  }

  private Payload text(int opcode, String text, Position at) {
    Template template = compiling.template(text, at);
    return template.isConstant()
        ? new Payload(opcode, text.getBytes(StandardCharsets.UTF_8), null)
        : new Payload(opcode, NOTHING, template);
  }

  private Payload ping(String text, Position at) {
    Payload payload = text(Opcode.PING, text, at);
    if (payload.constant.length > MOST_PING) {
      problems.add(at, "a ping has %d bytes at the most".formatted(MOST_PING));
    }
    return payload;
  }

  private @Nullable Payload binary(String text, Position at) {
    try {
      return new Payload(Opcode.BINARY, Base64.getMimeDecoder().decode(checked(text)), null);
    } catch (IllegalArgumentException _) {
      problems.add(at, "these bytes are not in Base64 (RFC 4648)");
      return null;
    }
  }

  /// The decoder of lines skips whatever is none of its letters.
  private static String checked(String text) {
    if (!text.matches("[A-Za-z0-9+/=\\s]*")) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  private @Nullable Payload file(String name, Position at, boolean text) {
    try {
      byte[] bytes = Files.readAllBytes(Compiling.file(name, at));
      return text
          ? text(
              Opcode.TEXT,
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(),
              at)
          : new Payload(Opcode.BINARY, bytes, null);
    } catch (CharacterCodingException _) {
      problems.add(at, "the file " + name + " is not a text in UTF-8: name it as binary_file");
    } catch (IOException | InvalidPathException e) {
      String why =
          e instanceof java.nio.file.NoSuchFileException
              ? "no such file"
              : String.valueOf(e.getMessage());
      problems.add(at, "cannot read the file " + name + ": " + why);
    }
    return null;
  }

  /// The extractors and checks of the reply.
  private Conduct replies(Fields fields) {
    Map<String, ConfigNode> keys = new LinkedHashMap<>();
    ConfigNode extractors = fields.node("extractors");
    if (extractors != null) {
      keys.put("extractors", extractors);
    }
    ConfigNode expect = fields.node("expect");
    if (expect != null) {
      ConfigNode.Mapping check = Expectation.check(expect, WebSocketKeys.EXPECT, problems);
      if (check != null) {
        keys.put("checks", new ConfigNode.Sequence(List.of(check), expect.position()));
      }
    }
    return keys.isEmpty()
        ? Conduct.PLAIN
        : compiling.data().conduct(new ConfigNode.Mapping(keys, fields.position()));
  }

  private @Nullable Correlation correlation(Fields fields, String kind) {
    ConfigNode node = fields.node("correlate");
    if (node == null) {
      return null;
    }
    if (kind.equals("ping")) {
      problems.add(node.position(), "the pong of a ping is known by its text");
      return null;
    }
    if (node instanceof ConfigNode.Scalar path) {
      ValuePath both = compiling.data().path(path);
      return both == null || !isText(kind, node) ? null : new Correlation(both, both, null);
    }
    Fields own = fields.fields("correlate");
    own.rejectOthersThan(WebSocketKeys.CORRELATE.names());
    if (!(own.node("jsonpath") instanceof ConfigNode.Scalar path)) {
      problems.add(own.position("jsonpath"), "correlate needs a jsonpath: where it is in a reply");
      return null;
    }
    ValuePath reply = compiling.data().path(path);
    if (own.has("sent") && own.has("equals")) {
      problems.add(own.position("equals"), "correlate has sent already: it takes one of them");
      return null;
    }
    if (own.node("equals") instanceof ConfigNode.Scalar value) {
      Template template = compiling.template(value);
      return reply == null ? null : new Correlation(reply, null, template);
    }
    ValuePath sent =
        own.node("sent") instanceof ConfigNode.Scalar there ? compiling.data().path(there) : reply;
    return reply == null || sent == null || !isText(kind, node)
        ? null
        : new Correlation(reply, sent, null);
  }

  /// Whether a value can be in the message.
  private boolean isText(String kind, ConfigNode at) {
    if (kind.startsWith("binary")) {
      problems.add(at.position(), "there is no JSON in bytes: give correlate an equals");
      return false;
    }
    return true;
  }

  /// The bytes of a template now.
  static byte[] rendered(Template template, ByteSink scratch, io.crankfire.template.Variables now) {
    scratch.clear();
    template.write(scratch, now);
    return scratch.toBytes();
  }
}
