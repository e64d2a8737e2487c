package io.crankfire.grpc.proto;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What is wrong with a file is said, with its place, and what was probably meant; all of it at
/// once. Whatever is refused here, Google's compiler refuses, too.
class ProtoFaultsTest {

  @TempDir Path folder;

  static List<Arguments> faults() {
    String three = "syntax = \"proto3\";\n";
    String two = "syntax = \"proto2\";\n";
    String e23 = "edition = \"2023\";\n";
    String e24 = "edition = \"2024\";\n";
    return List.of(
        fault(
            "a misspelled keyword",
            three + "mesage M {}",
            "2:1: expected a statement, such as message or service, not \"mesage\"; did you mean"
                + " message?"),
        fault(
            "a missing semicolon is missed where it is",
            three + "message M {\n  int32 a = 1\n  int32 b = 2;\n}",
            "3:14: expected \";\" here"),
        fault(
            "a missing brace",
            three + "message M {\n",
            "3:1: message \"M\" has no end: \"}\" is missing"),
        fault(
            "a missing number",
            three + "message M { int32 a; }",
            "2:20: expected \"=\" and the field's number, not \";\""),
        fault(
            "an unknown syntax",
            "syntax = \"proto4\";",
            "1:10: \"proto4\" is no syntax: expected \"proto2\" or \"proto3\"; did you mean"
                + " proto2?"),
        fault(
            "an unknown edition",
            "edition = \"2022\";",
            "1:11: \"2022\" is no edition that is known; there are 2023 and 2024"),
        fault(
            "a late syntax",
            "message M {}\nsyntax = \"proto3\";",
            "2:1: must be the first statement, and there once"),
        fault(
            "a text without an end",
            three + "option java_package = \"abc;\n",
            "2:23: the text has no end on its line: \" is missing",
            "2:28: expected \";\" here"),
        fault(
            "a comment without an end",
            three + "/* abc",
            "2:1: the comment has no end: \"*/\" is missing"),
        fault(
            "an escape that is none",
            two + "message M { optional string a = 1 [default = \"\\q\"]; }",
            "2:47: \"\\q\" is no escape; a backslash is written \"\\\\\""),
        fault(
            "no octal number",
            three + "message M { int32 a = 09; }",
            "2:23: a number that begins with 0 is octal, and has the digits 0 to 7"),
        fault(
            "a stray character",
            three + "message M { § }",
            "2:13: \"§\" has no place outside quotes and comments"),
        fault(
            "an unknown type",
            three + "message Request {}\nmessage M { Requst r = 1; }",
            "3:13: \"Requst\" is not defined; did you mean Request?"),
        fault(
            "a type of another language",
            three + "message M { long a = 1; }",
            "2:13: \"long\" is not defined; a whole number is an int64"),
        fault(
            "an inner scope hides an outer one",
            three + "package a.b;\nmessage M { message a {} a.b.N n = 1; }\nmessage N {}",
            "3:26: \"a.b.N\" is not defined: \"a.b.N\" is looked for in message a.b.M.a, as the"
                + " innermost of its name"),
        fault(
            "a method of an enum",
            three + "enum E { Z = 0; }\nservice S { rpc A(E) returns (E); }",
            "3:19: \"E\" is an enum, not a message",
            "3:31: \"E\" is an enum, not a message"),
        fault(
            "a method of a scalar",
            three + "service S { rpc A(string) returns (string); }",
            "2:19: expected a message's name, not \"string\""),
        fault(
            "two fields of a number",
            three + "message M { int32 a = 1; int32 b = 1; }",
            "2:36: the number 1 is a already"),
        fault(
            "two fields of a name",
            three + "message M { int32 a = 1;\n int32 a = 2; }",
            "3:8: \"a\" is there already: a field in FILE:2:19",
            "3:8: \"a\" has the same name in JSON as \"a\": a"),
        fault(
            "two values of a name",
            three + "enum A { X = 0; } enum B { X = 0; }",
            "2:28: \"X\" is there already: the value of an enum in FILE:2:10; the values of an enum"
                + " share a scope with the enum itself"),
        fault(
            "a reserved number",
            three + "message M { reserved 1 to 5; int32 a = 3; }",
            "2:40: the number 3 is reserved"),
        fault(
            "a reserved name",
            three + "message M { reserved \"a\"; int32 a = 3; }",
            "2:33: the name \"a\" is reserved"),
        fault(
            "reserved twice",
            three + "message M { reserved 1 to 5, 5; }",
            "2:30: these reserved numbers overlap those in line 2"),
        fault(
            "the number 0",
            three + "message M { int32 a = 0; }",
            "2:23: a field's number is at least 1"),
        fault(
            "an internal number",
            three + "message M { int32 a = 19000; }",
            "2:23: the numbers 19000 to 19999 are Protocol Buffers' own"),
        fault(
            "a number that is too large",
            three + "message M { int32 a = 536870912; }",
            "2:23: a field's number is at most 536870911"),
        fault(
            "a number beyond all",
            three + "message M { int32 a = 4294967296; }",
            "2:23: must be at most 2147483647, not 4294967296"),
        fault(
            "the same name in JSON",
            three + "message M { int32 a_b = 1; int32 aB = 2; }",
            "2:34: \"aB\" has the same name in JSON as \"a_b\": aB"),
        fault(
            "required in proto3",
            three + "message M { required int32 a = 1; }",
            "2:13: proto3 has no required fields"),
        fault(
            "a default in proto3",
            three + "message M { int32 a = 1 [default = 1]; }",
            "2:26: proto3 has no defaults of one's own"),
        fault(
            "a group in proto3",
            three + "message M { repeated group A = 1 {} }",
            "2:22: proto3 has no groups: use a message"),
        fault(
            "extension numbers in proto3",
            three + "message M { extensions 1 to 5; }",
            "2:24: proto3 has no extension numbers"),
        fault(
            "an enum without 0 in proto3",
            three + "enum E { A = 1; }",
            "2:14: the first value of an enum is 0 in proto3"),
        fault("an empty enum", three + "enum E {}", "2:6: an enum has at least one value"),
        fault(
            "values of one number",
            three + "enum E { A = 0; B = 0; }",
            "2:21: the number 0 is A already; if it is to have two names: option allow_alias ="
                + " true;"),
        fault(
            "an empty oneof",
            three + "message M { oneof o {} }",
            "2:19: a oneof has at least one field"),
        fault(
            "a label in a oneof",
            three + "message M { oneof o { repeated int32 a = 1; } }",
            "2:23: a field of a oneof has no label"),
        fault(
            "a map in a oneof",
            three + "message M { oneof o { map<int32, int32> a = 1; } }",
            "2:23: a map cannot be in a oneof"),
        fault(
            "a map by a float",
            three + "message M { map<float, int32> a = 1; }",
            "2:17: a map's key is a whole number, a bool or a string"),
        fault(
            "a repeated map",
            three + "message M { repeated map<string, int32> a = 1; }",
            "2:13: a map has no label"),
        fault(
            "no label in proto2",
            two + "message M { int32 a = 1; }",
            "2:13: expected optional, required or repeated before the type"),
        fault(
            "a default that is too large",
            two + "message M { optional int32 a = 1 [default = 2147483648]; }",
            "2:45: expected a whole number of 32 bits as the default"),
        fault(
            "a default of another type",
            two + "message M { optional bool a = 1 [default = 1]; }",
            "2:44: expected true or false as the default"),
        fault(
            "a default that is no value",
            two + "enum E { RED = 1; }\nmessage M { optional E a = 1 [default = REED]; }",
            "3:41: E has no value \"REED\"; did you mean RED?"),
        fault(
            "a repeated default",
            two + "message M { repeated int32 a = 1 [default = 1]; }",
            "2:35: a repeated field has no default"),
        fault(
            "an extension that is not declared",
            two + "message M { extensions 5; } extend M { optional int32 a = 6; }",
            "2:59: M has no extension number 6"),
        fault(
            "an extension of what there is not",
            two + "extend N { optional int32 a = 6; }",
            "2:8: \"N\" is not defined"),
        fault(
            "an unknown option",
            three + "option java_pakage = \"a\";",
            "2:8: FileOptions has no \"java_pakage\"; did you mean java_package?; options of one's"
                + " own are in parentheses"),
        fault(
            "an option of another type",
            three + "option java_multiple_files = \"yes\";",
            "2:30: \"java_multiple_files\" is true or false"),
        fault(
            "an option with no such value",
            three + "option optimize_for = SPED;",
            "2:23: google.protobuf.FileOptions.OptimizeMode has no value \"SPED\"; did you mean"
                + " SPEED?"),
        fault(
            "an option twice",
            three + "option java_package = \"a\";\noption java_package = \"b\";",
            "3:8: \"java_package\" is set already"),
        fault(
            "a field of an option that there is not",
            three
                + "import \"google/protobuf/descriptor.proto\";\n"
                + "message O { int32 most = 1; }\n"
                + "extend google.protobuf.FileOptions { O o = 50000; }\n"
                + "option (o) = { moost: 1 };",
            "5:16: O has no \"moost\"; did you mean most?; options of one's own are in"
                + " parentheses"),
        fault(
            "optional in an edition",
            e23 + "message M { optional int32 a = 1; }",
            "2:13: editions have no optional: a field is optional unless features.field_presence"
                + " says otherwise"),
        fault(
            "an open enum without 0",
            e23 + "enum E { A = 1; }",
            "2:14: the first value of an enum is 0, unless it has option features.enum_type ="
                + " CLOSED"),
        fault(
            "a closed enum of implicit presence",
            e23
                + "enum E { option features.enum_type = CLOSED; A = 1; }\n"
                + "message M { E e = 1 [features.field_presence = IMPLICIT]; }",
            "3:13: E is a closed enum, as those of proto2 are, which a field whose presence is"
                + " implicit cannot have"),
        fault(
            "a reserved name in quotes",
            e23 + "message M { reserved \"a\"; }",
            "2:22: editions write reserved names without quotes"),
        fault(
            "a weak import of today",
            e24 + "import weak \"google/protobuf/any.proto\";",
            "2:8: import weak is gone since edition 2024; see import option"),
        fault(
            "an exported service",
            e24 + "export service S {}",
            "2:8: expected message or enum after export or local, not \"service\""),
        fault(
            "a service that is no rpc",
            three + "service S { rcp A(M) returns (M); }\nmessage M {}",
            "2:13: expected rpc or option, not \"rcp\"; did you mean rpc?"),
        fault(
            "no message of a well-known type",
            three + "message M { google.protobuf.Timestamp t = 1; }",
            "2:13: \"google.protobuf.Timestamp\" is not defined"),
        fault(
            "all of them at once",
            three
                + "message A { Bad b = 1; }\n"
                + "message B { int32 x = 1; int32 y = 1; }\n"
                + "service S { rpc M(A) returns (Worse); }",
            "2:13: \"Bad\" is not defined",
            "4:31: \"Worse\" is not defined",
            "3:36: the number 1 is x already"),
        fault(
            "all that cannot be read at once",
            three + "message A { int32 = 1; }\nmessage B { int32 x 1; }\nenum E { A 0; }",
            "2:19: expected a field's name, not \"=\"",
            "3:21: expected \"=\" and the field's number, not \"1\"",
            "4:12: expected \"=\" and the value's number, not \"0\""));
  }

  private static Arguments fault(String name, String text, String... expected) {
    return Arguments.argumentSet(name, text, List.of(expected));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsSaidWithItsPlace(String text, List<String> expected) throws Exception {
    Path file = Files.writeString(folder.resolve("a.proto"), text);

    assertThat(faultsOf(file)).containsExactlyElementsOf(expected);

    if (Protoc.isHere()) {
      Protoc protoc = new Protoc(Files.createDirectory(folder.resolve("protoc")));
      assertThat(protoc.compile(folder, List.of("a.proto")).ok()).isFalse();
    }
  }

  @Test
  void halfACharacterIsRefusedThoughProtocWritesItDown() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.proto"),
            "message M { optional string a = 1 [default = \"\\ud800\"]; }");

    assertThat(faultsOf(file))
        .containsExactly("1:47: this is half a character: the other half is missing");
  }

  @Test
  void theLineIsThereToBeShown() throws IOException {
    Path file =
        Files.writeString(folder.resolve("a.proto"), "syntax = \"proto3\";\n  massage M {}\n");
    Problems problems = new Problems();

    new ProtoCompiler(List.of(), problems).compile(file, Position.flag("--grpc-proto-file"));

    assertThat(problems.all().getFirst().position().text()).isEqualTo("  massage M {}");
  }

  @Test
  void anOptionThatNobodyKnowsIsKeptAndSaid() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.proto"),
            "syntax = \"proto3\";\nmessage M { option (my.own).thing = { a: 1 }; }\n");
    Problems problems = new Problems();

    var compiled = new ProtoCompiler(List.of(), problems).compile(file, Position.flag("f"));

    assertThat(problems.all()).isEmpty();
    assertThat(problems.warnings())
        .extracting(Problems.Problem::message)
        .containsExactly("\"my.own\" is not defined: the option is kept as it is written");
    assertThat(
            Objects.requireNonNull(compiled)
                .toProto()
                .getMessageType(0)
                .getOptions()
                .getUninterpretedOption(0))
        .matches(option -> option.getName(0).getNamePart().equals("my.own"))
        .matches(option -> option.getAggregateValue().strip().equals("a: 1"));
  }

  private List<String> faultsOf(Path file) {
    Problems problems = new Problems();
    var compiled = new ProtoCompiler(List.of(), problems).compile(file, Position.flag("f"));
    assertThat(compiled == null).isEqualTo(!problems.isEmpty());
    return problems.all().stream()
        .map(problem -> problem.toString().replace(file + ":", ""))
        .map(text -> text.replace(" in " + folder, " in ").replace(folder.toString(), ""))
        .map(text -> text.replaceAll(" in (\\d+:\\d+)", " in FILE:$1"))
        .toList();
  }
}
