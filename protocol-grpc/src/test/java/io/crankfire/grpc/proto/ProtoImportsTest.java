package io.crankfire.grpc.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where imports are found, and what is said of those that are not.
class ProtoImportsTest {

  @TempDir Path folder;

  private final Problems problems = new Problems();

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private List<String> messages() {
    return problems.all().stream()
        .map(problem -> problem.toString().replace(folder + "/", ""))
        .toList();
  }

  @Test
  void importsAreFoundInTheImportPathsFirst() throws IOException {
    write("first/b.proto", "syntax = \"proto3\"; message B { int32 first = 1; }");
    write("main/b.proto", "syntax = \"proto3\"; message B { int32 second = 1; }");
    Path main =
        write("main/a.proto", "syntax = \"proto3\"; import \"b.proto\"; message A { B b = 1; }");

    FileDescriptor file =
        new ProtoCompiler(List.of(folder.resolve("first")), problems)
            .compile(main, Position.flag("f"));

    assertThat(messages()).isEmpty();
    assertThat(
            Objects.requireNonNull(file)
                .getDependencies()
                .getFirst()
                .findMessageTypeByName("B")
                .findFieldByName("first"))
        .isNotNull();
  }

  @Test
  void importsAreFoundBesideTheFileThatWasAskedFor() throws IOException {
    write("main/deep/b.proto", "syntax = \"proto3\"; import \"c.proto\"; message B { C c = 1; }");
    write("main/c.proto", "syntax = \"proto3\"; message C {}");
    Path main =
        write(
            "main/a.proto", "syntax = \"proto3\"; import \"deep/b.proto\"; message A { B b = 1; }");

    FileDescriptor file = new ProtoCompiler(List.of(), problems).compile(main, Position.flag("f"));

    assertThat(messages()).isEmpty();
    assertThat(Objects.requireNonNull(file).getName()).isEqualTo("a.proto");
  }

  @Test
  void aFileIsNamedFromItsImportPathOn() throws IOException {
    Path main =
        write("protos/acme/v1/a.proto", "syntax = \"proto3\"; package acme.v1; message A {}");

    FileDescriptor file =
        new ProtoCompiler(List.of(folder.resolve("protos")), problems)
            .compile(main, Position.flag("f"));

    assertThat(Objects.requireNonNull(file).getName()).isEqualTo("acme/v1/a.proto");
  }

  @Test
  void aFileOfTwoNamesIsReadOnce() throws IOException {
    write("acme/b.proto", "syntax = \"proto3\"; import \"c.proto\"; message B { C c = 1; }");
    write("acme/c.proto", "syntax = \"proto3\"; message C {}");
    Path main =
        write(
            "acme/a.proto",
            "syntax = \"proto3\"; import \"b.proto\"; import \"acme/c.proto\"; message A { B b = 1;"
                + " C c = 2; }");

    FileDescriptor file =
        new ProtoCompiler(List.of(folder.resolve("acme"), folder), problems)
            .compile(main, Position.flag("f"));

    assertThat(messages()).isEmpty();
    assertThat(
            Objects.requireNonNull(file)
                .findMessageTypeByName("A")
                .findFieldByName("c")
                .getMessageType())
        .isSameAs(
            file.findMessageTypeByName("A")
                .findFieldByName("b")
                .getMessageType()
                .findFieldByName("c")
                .getMessageType());
  }

  @Test
  void aCircleIsSaid() throws IOException {
    write("b.proto", "syntax = \"proto3\";\nimport \"c.proto\";\nmessage B { A a = 1; }");
    write("c.proto", "syntax = \"proto3\";\nimport \"a.proto\";\nmessage C {}");
    Path main =
        write("a.proto", "syntax = \"proto3\";\nimport \"b.proto\";\nmessage A { B b = 1; }");

    assertThat(new ProtoCompiler(List.of(), problems).compile(main, Position.flag("f"))).isNull();

    assertThat(messages())
        .containsExactly(
            "c.proto:2:8: the file imports itself: a.proto → b.proto → c.proto → a.proto");
  }

  @Test
  void whatIsMissingIsSaidWithWhatIsNear() throws IOException {
    write("greeter.proto", "syntax = \"proto3\";");
    Path main =
        write(
            "a.proto",
            "syntax = \"proto3\";\nimport \"greter.proto\";\nmessage A { Unknown u = 1; }");

    assertThat(new ProtoCompiler(List.of(), problems).compile(main, Position.flag("f"))).isNull();

    assertThat(messages())
        .containsExactly(
            "a.proto:2:8: there is no file greter.proto in %s, the working directory; did you mean greeter.proto?"
                .formatted(folder));
  }

  @Test
  void aFileAboveIsPointedTo() throws IOException {
    write("protos/acme/b.proto", "syntax = \"proto3\";");
    Path main = write("protos/acme/a.proto", "syntax = \"proto3\";\nimport \"acme/b.proto\";\n");

    assertThat(new ProtoCompiler(List.of(), problems).compile(main, Position.flag("f"))).isNull();

    assertThat(messages())
        .containsExactly(
            "protos/acme/a.proto:2:8: there is no file acme/b.proto in the import paths; it is in"
                + " protos: add that to import_paths");
  }

  @Test
  void wellKnownFilesNeedNoPathAndTheirNamesAreKnown() throws IOException {
    Path main =
        write("a.proto", "syntax = \"proto3\";\nimport \"google/protobuf/timestmp.proto\";\n");

    assertThat(new ProtoCompiler(List.of(), problems).compile(main, Position.flag("f"))).isNull();

    assertThat(messages())
        .containsExactly(
            "a.proto:2:8: there is no file google/protobuf/timestmp.proto; did you mean"
                + " google/protobuf/timestamp.proto?");
  }

  @Test
  void whatIsNotImportedIsSaid() throws IOException {
    write(
        "b.proto", "syntax = \"proto3\"; package own; import \"c.proto\"; message B { C c = 1; }");
    write("c.proto", "syntax = \"proto3\"; package own; message C {}");
    Path main =
        write(
            "a.proto",
            "syntax = \"proto3\"; package own;\nimport \"b.proto\"; message A { C c = 1; }");

    assertThat(new ProtoCompiler(List.of(), problems).compile(main, Position.flag("f"))).isNull();

    assertThat(messages())
        .containsExactly(
            "a.proto:2:31: \"C\" is defined in c.proto, which is not imported"
                .replace("in c.proto", "in " + folder.resolve("c.proto"))
                .replace(folder + "/", ""));
  }

  @Test
  void faultsOfAnImportAreItsOwn() throws IOException {
    write("b.proto", "syntax = \"proto3\";\nmessage B { Bad b = 1; }");
    Path main =
        write("a.proto", "syntax = \"proto3\";\nimport \"b.proto\";\nmessage A { B b = 0; }");

    assertThat(new ProtoCompiler(List.of(), problems).compile(main, Position.flag("f"))).isNull();

    assertThat(messages())
        .containsExactly(
            "b.proto:2:13: \"Bad\" is not defined", "a.proto:3:19: a field's number is at least 1");
  }

  @Test
  void pathsThatLeaveTheImportPathsAreRefused() throws IOException {
    Path main =
        write("a.proto", "syntax = \"proto3\";\nimport \"../b.proto\"; import \"/etc/passwd\";\n");

    assertThat(new ProtoCompiler(List.of(), problems).compile(main, Position.flag("f"))).isNull();

    assertThat(messages())
        .containsExactly(
            "a.proto:2:8: an import is a path from an import path on, without \"..\": not"
                + " \"../b.proto\"",
            "a.proto:2:29: an import is a path from an import path on, without \"..\": not"
                + " \"/etc/passwd\"");
  }

  @Test
  void twoFilesWithOneNameAreSaid() throws IOException {
    write("b.proto", "syntax = \"proto3\"; message A {}");
    Path main = write("a.proto", "syntax = \"proto3\";\nimport \"b.proto\";\nmessage A {}");

    assertThat(new ProtoCompiler(List.of(), problems).compile(main, Position.flag("f"))).isNull();

    assertThat(messages())
        .containsExactly("a.proto:3:9: \"A\" is there already: a message in b.proto");
  }

  @Test
  void aFileThatIsNotUtf8IsSaid() throws IOException {
    Path main = folder.resolve("a.proto");
    Files.write(main, "syntax = \"proto3\";\n// caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(new ProtoCompiler(List.of(), problems).compile(main, Position.flag("f"))).isNull();

    assertThat(messages()).containsExactly("a.proto:2:7: the file is not UTF-8 from here on");
  }

  @Test
  void aFileThatIsNotThereIsSaid() throws IOException {
    write("greeter.proto", "syntax = \"proto3\";");

    assertThat(
            new ProtoCompiler(List.of(), problems)
                .compile(folder.resolve("greetr.proto"), Position.flag("--grpc-proto-file")))
        .isNull();

    assertThat(messages())
        .containsExactly(
            "--grpc-proto-file: there is no file greetr.proto; did you mean greeter.proto?");
  }
}
