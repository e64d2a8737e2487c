package io.crankfire.grpc.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.grpc.Protos;
import io.crankfire.protocol.Compiling;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import io.crankfire.template.Variables;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTemplateTest {

  private static final long SEED = 20_261_123;
  private static final JsonFormat.Parser PARSER =
      JsonFormat.parser()
          .usingTypeRegistry(TypeRegistry.newBuilder().add(Protos.FILE.getMessageTypes()).build());

  private final Names names = new Names();
  private final Problems problems = new Problems();
  private final List<String> values = new ArrayList<>();

  /// A placeholder for a value.
  private String placeholder(String value) {
    String name = "v" + values.size();
    names.variable(name);
    values.add(value);
    return "{{" + name + "}}";
  }

  private Variables variables() {
    Variables variables = new Variables(names, 0, () -> 0);
    for (int i = 0; i < values.size(); i++) {
      variables.set(i, values.get(i).getBytes(StandardCharsets.UTF_8));
    }
    return variables;
  }

  private MessageTemplate compiled(String json, Descriptor type) {
    MessageTemplate template =
        MessageTemplate.compile(
            json,
            Position.flag("--grpc-message"),
            false,
            type,
            PARSER,
            new Compiling(problems, names, Conduct.PLAIN));
    assertThat(problems.all()).as(json).isEmpty();
    return Objects.requireNonNull(template);
  }

  private byte[] bytes(MessageTemplate template) {
    ByteSink sink = new ByteSink(16);
    sink.write(new byte[] {1, 2, 3}); // whatever is there before
    assertThat(template.write(sink, variables())).isNull();
    byte[] all = sink.toBytes();
    return java.util.Arrays.copyOfRange(all, 3, all.length);
  }

  private static byte[] expected(String json, Descriptor type)
      throws InvalidProtocolBufferException {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
    PARSER.merge(json, builder);
    return builder.build().toByteArray();
  }

  private String fault(String json, Descriptor type) {
    MessageTemplate.compile(
        json,
        Position.flag("--grpc-message"),
        false,
        type,
        PARSER,
        new Compiling(problems, names, Conduct.PLAIN));
    assertThat(problems.all()).as(json).hasSize(1);
    return problems.all().getFirst().message();
  }

  /// Makes random JSON of a type: once as it is, once with placeholders for many values.
  private final class Maker {
    private final Random random = new Random(SEED);

    record Both(String plain, String templated) {}

    Both message(Descriptor type, int depth) {
      List<String> plain = new ArrayList<>();
      List<String> templated = new ArrayList<>();
      boolean chosen = false;
      for (FieldDescriptor field : type.getFields()) {
        boolean choice = field.getRealContainingOneof() != null;
        if (random.nextInt(4) != 0
            || (choice && chosen)
            || (depth > 2 && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)) {
          continue;
        }
        chosen |= choice;
        Both value = field(field, depth);
        String name = random.nextBoolean() ? field.getJsonName() : field.getName();
        plain.add("\"" + name + "\": " + value.plain);
        templated.add("\"" + name + "\":" + value.templated);
      }
      return new Both(
          "{" + String.join(", ", plain) + "}", "{" + String.join(",", templated) + "}");
    }

    private Both field(FieldDescriptor field, int depth) {
      if (!field.isRepeated()) {
        return one(field, depth);
      }
      List<String> plain = new ArrayList<>();
      List<String> templated = new ArrayList<>();
      int size = random.nextInt(4);
      for (int i = 0; i < size; i++) {
        if (field.isMapField()) {
          FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
          Both value = one(field.getMessageType().findFieldByNumber(2), depth + 1);
          String name =
              switch (key.getJavaType()) {
                case BOOLEAN -> "true";
                case STRING -> "key " + i;
                default -> Integer.toString(i + 1);
              };
          if (plain.stream().anyMatch(other -> other.startsWith("\"" + name + "\""))) {
            continue;
          }
          plain.add("\"" + name + "\": " + value.plain);
          templated.add("\"" + name + "\": " + value.templated);
        } else {
          Both value = one(field, depth + 1);
          plain.add(value.plain);
          templated.add(value.templated);
        }
      }
      String open = field.isMapField() ? "{" : "[";
      String close = field.isMapField() ? "}" : "]";
      return new Both(
          open + String.join(", ", plain) + close, open + String.join(", ", templated) + close);
    }

    private Both one(FieldDescriptor field, int depth) {
      return switch (field.getType()) {
        case MESSAGE -> whole(field.getMessageType(), depth + 1);
        case STRING -> {
          String text = text();
          yield quoted(text, "\"" + text + "\"");
        }
        case BYTES -> {
          byte[] bytes = new byte[random.nextInt(300)];
          random.nextBytes(bytes);
          Base64.Encoder coder =
              random.nextBoolean() ? Base64.getEncoder() : Base64.getUrlEncoder().withoutPadding();
          String text = coder.encodeToString(bytes);
          yield quoted(text, "\"" + text + "\"");
        }
        case BOOL -> bare(Boolean.toString(random.nextBoolean()));
        case ENUM -> {
          String name = List.of("NONE", "RED", "DEEP_BLUE").get(random.nextInt(3));
          yield random.nextInt(4) == 0
              ? bare(Integer.toString(random.nextInt()))
              : quoted(name, "\"" + name + "\"");
        }
        case FLOAT ->
            number(
                Float.toString(random.nextFloat() * (float) Math.pow(10, random.nextInt(20) - 5)));
        case DOUBLE ->
            number(
                random.nextBoolean()
                    ? Double.toString(random.nextDouble() * Math.pow(10, random.nextInt(600) - 300))
                    : random.nextInt(100_000) + "." + random.nextInt(1000));
        case INT32, SINT32, SFIXED32 ->
            number(Integer.toString(small() ? random.nextInt(3) - 1 : random.nextInt()));
        case UINT32, FIXED32 -> number(Integer.toUnsignedString(small() ? 0 : random.nextInt()));
        case UINT64, FIXED64 -> number(Long.toUnsignedString(small() ? 7 : random.nextLong()));
        default -> number(Long.toString(small() ? 0 : random.nextLong()));
      };
    }

    private boolean small() {
      return random.nextInt(3) == 0;
    }

    private Both whole(Descriptor type, int depth) {
      return switch (type.getName()) {
        case "Any" -> {
          String any = "{\"@type\": \"type.googleapis.com/test.v1.Ask\", \"count\": 7}";
          yield new Both(any, any);
        }
        case "Duration" -> quoted("1.500s", "\"1.500s\"");
        case "Timestamp" -> quoted("2026-11-23T01:02:03.004Z", "\"2026-11-23T01:02:03.004Z\"");
        case "Struct" ->
            new Both("{\"a\": [1, null, {\"b\": \"c\"}]}", "{\"a\": [1, null, {\"b\": \"c\"}]}");
        case "Value" -> new Both("null", "null");
        case "Int64Value" -> number("12");
        case "StringValue" -> quoted("wrapped", "\"wrapped\"");
        default -> message(type, depth);
      };
    }

    private String text() {
      String letters = "abc äß日本 😀,;:{}[]";
      StringBuilder text = new StringBuilder();
      int[] points = letters.codePoints().toArray();
      int size = random.nextInt(10) == 0 ? 20_000 : random.nextInt(200);
      for (int i = 0; i < size; i++) {
        text.appendCodePoint(points[random.nextInt(points.length)]);
      }
      return text.toString().replaceAll("[{]+", "{");
    }

    private Both number(String text) {
      return random.nextBoolean() ? bare(text) : quoted(text, "\"" + text + "\"");
    }

    private Both bare(String text) {
      return new Both(text, random.nextBoolean() ? text : placeholder(text));
    }

    private Both quoted(String value, String plain) {
      return new Both(plain, random.nextBoolean() ? plain : "\"" + placeholder(value) + "\"");
    }
  }

  @Test
  void constantOrVaryingAMessageHasTheBytesThatProtobufGivesIt() throws Exception {
    Maker maker = new Maker();
    for (int i = 0; i < 300; i++) {
      Maker.Both both = maker.message(Protos.ALL, 0);
      byte[] bytes = expected(both.plain, Protos.ALL);
      MessageTemplate constant = compiled(both.plain, Protos.ALL);
      assertThat(constant.isConstant()).isTrue();
      assertThat(DynamicMessage.parseFrom(Protos.ALL, bytes(constant)))
          .as("message %d, seed %d: %s", i, SEED, both.plain)
          .isEqualTo(DynamicMessage.parseFrom(Protos.ALL, bytes));
      byte[] varying = bytes(compiled(both.templated, Protos.ALL));
      assertThat(DynamicMessage.parseFrom(Protos.ALL, varying))
          .as("message %d, seed %d: %s", i, SEED, both.templated)
          .isEqualTo(DynamicMessage.parseFrom(Protos.ALL, bytes));
      assertThat(varying).hasSameSizeAs(bytes);
      assertThat(WireCheck.of(Protos.ALL).holds(varying, 0, varying.length)).isTrue();
    }
  }

  @Test
  void placeholdersStandForNamesAndWholeMessagesToo() throws Exception {
    String json =
        "{\"byString\": {\"%s\": \"b\"}, \"oneMessage\": %s, \"theStruct\": {\"%s\": 1}}"
            .formatted(placeholder("a"), placeholder("{\"oneInt32\": 5}"), placeholder("k"));
    String plain =
        "{\"byString\": {\"a\": \"b\"}, \"oneMessage\": {\"oneInt32\": 5}, \"theStruct\": {\"k\":"
            + " 1}}";

    assertThat(DynamicMessage.parseFrom(Protos.ALL, bytes(compiled(json, Protos.ALL))))
        .isEqualTo(DynamicMessage.parseFrom(Protos.ALL, expected(plain, Protos.ALL)));
  }

  @Test
  void aValueIsItselfWhateverItHasOfJson() throws Exception {
    String said = "a \"quoted\" \\ text\n";
    String json =
        "{\"text\": \"%s and %s\"}"
            .formatted(placeholder(said), placeholder(said).replace("}}", ":json}}"));

    assertThat(
            DynamicMessage.parseFrom(Protos.ASK, bytes(compiled(json, Protos.ASK)))
                .getField(Protos.ASK.findFieldByNumber(1)))
        .isEqualTo(said + " and " + said);
  }

  @Test
  void aBlankMessageIsEmpty() {
    assertThat(bytes(compiled("  ", Protos.ASK))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "count|2147483648|no whole number from -2147483648 to 2147483647, which test.v1.Ask.count"
            + " is",
        "count|-2147483649|no whole number",
        "count|18446744073709551615|no whole number",
        "count|1.5|no whole number",
        "count|five|\"five\" is no whole number",
        "count|^^|\"\" is no whole number",
        "gapUs|9223372036854775808|no whole number of 64 bits",
        "gapUs|-9223372036854775809|no whole number of 64 bits",
        "payload|a*b|\"a*b\" is no base64, which test.v1.Ask.payload is",
      })
  void aValueThatDoesNotFitIsNamed(String field, String value, String fault) {
    MessageTemplate template =
        compiled("{\"%s\": \"%s\"}".formatted(field, placeholder(value)), Protos.ASK);

    assertThat(template.write(new ByteSink(16), variables())).contains(fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1e3|1000",
        "12.0|12",
        "-0|0",
        "007|7",
        "2147483647|2147483647",
        "-2147483648|-2147483648"
      })
  void unusualNumbersAreNumbers(String text, int number) throws Exception {
    MessageTemplate template = compiled("{\"count\": %s}".formatted(placeholder(text)), Protos.ASK);

    assertThat(
            DynamicMessage.parseFrom(Protos.ASK, bytes(template))
                .getField(Protos.ASK.findFieldByNumber(2)))
        .isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{\"txet\": \"a\"}|character 2: test.v1.Ask has no field \"txet\"; did you mean text?",
        "{\"text\": 5}|character 10: text takes a text in quotes, not 5",
        "{\"text\": {}}|text takes a text in quotes, not keys and values",
        "{\"count\": \"x\"}|count takes a whole number from -2147483648 to 2147483647, not \"x\"",
        "{\"count\": 3000000000}|count takes a whole number from",
        "{\"count\": true}|count takes a whole number from",
        "{\"count\": []}|not a list",
        "{\"payload\": \"?\"}|payload takes bytes as base64",
        "{\"count\": 1, \"count\": 2}|character 14: count is there already",
        "[]|test.v1.Ask is expected: keys and values in braces",
        "{\"text\": \"a\"|this is no JSON: a comma or } is expected, not the end",
        "{text: 1}|character 2: this is no JSON: a name in quotes is expected, not 't'",
        "{\"text\": a}|\"a\" is no value of JSON; a text stands in quotes",
      })
  void whatIsWrongIsFoundBeforeTheRun(String json, String fault) {
    assertThat(fault(json, Protos.ASK)).contains(fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{\"oneEnum\": \"REDD\"}|test.v1.Color has no constant REDD; did you mean RED?",
        "{\"left\": \"a\", \"right\": 1}|right and left exclude each other: both are of the oneof"
            + " choice",
        "{\"manyInt32\": 1}|manyInt32 takes a list, in brackets",
        "{\"manyInt32\": [null]}|null is no item of a list",
        "{\"byInt32\": {\"a\": 1}}|a key of the map takes a whole number",
        "{\"byInt32\": 1}|byInt32 takes keys and values, in braces",
        "{\"theTimestamp\": \"yesterday\"}|this is no google.protobuf.Timestamp",
        "{\"oneBool\": \"true\"}|oneBool takes a true or false, not \"true\"",
        "{\"oneMessage\": {\"oneMessage\": {\"oneIn32\": 1}}}|did you mean oneInt32?",
      })
  void whatIsWrongWithAnyTypeIsFoundBeforeTheRun(String json, String fault) {
    assertThat(fault(json, Protos.ALL)).contains(fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "08",
        "0a05",
        "0a02c328",
        "0f00",
        "00",
        "ffffffffffffffffffff01",
        "0b",
        "0c",
        "0a8080808010"
      })
  void brokenMessagesAreFound(String hex) {
    byte[] bytes = java.util.HexFormat.of().parseHex(hex);

    assertThat(WireCheck.of(Protos.ANSWER).holds(bytes, 0, bytes.length)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0801", "f80101", "0a026162", "fa010161", "fb01fc01"})
  void wholeMessagesAreLetThroughWhateverFieldsTheyHave(String hex) {
    byte[] bytes = java.util.HexFormat.of().parseHex(hex);

    assertThat(WireCheck.of(Protos.ANSWER).holds(bytes, 0, bytes.length)).isTrue();
  }
}
