package io.crankfire.grpc.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.ExtensionRegistry;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files compiled by Google's compiler and by ours have equal descriptors.
///
/// Both are compared as messages, all options known: protoc writes a message that is set in parts
/// (`option (a).b = 1; option (a).c = 2;`) as several, which readers merge. Nothing else is made
/// equal beforehand.
class ProtocOracleTest {

  @TempDir Path folder;

  @BeforeEach
  void isThereProtoc() {
    assumeTrue(Protoc.isHere(), "no protoc for this machine");
  }

  @Test
  void equalDescriptorsOfEveryFeatureOfTheLanguage() throws Exception {
    int compared = compare(Path.of("src", "test", "proto", "features"));

    assertThat(compared).isGreaterThanOrEqualTo(8);
  }

  @Test
  void equalDescriptorsOfGooglesOwnApis() throws Exception {
    Path root = extract(HttpRule.class);

    assertThat(compare(root)).isGreaterThan(50);
  }

  @Test
  void equalDescriptorsOfWhatGrpcBrings() throws Exception {
    Path root = extract(ProtoReflectionServiceV1.class);

    assertThat(compare(root)).isGreaterThan(3);
  }

  @Test
  void equalDescriptorsOfTheWellKnownTypesThemselves() throws Exception {
    Protoc protoc = new Protoc(Files.createDirectory(folder.resolve("protoc")));
    Path root = folder.resolve("protoc").resolve("include");
    Path copy = folder.resolve("copy");
    // under other names and in another package, since ours never reads what is built in
    for (String name :
        List.of("any", "api", "duration", "struct", "timestamp", "type", "wrappers")) {
      String text =
          Files.readString(root.resolve("google/protobuf/" + name + ".proto"))
              .replace("package google.protobuf;", "package own.protobuf;")
              .replace("import \"google/protobuf/", "import \"own/");
      Files.createDirectories(copy.resolve("own"));
      Files.writeString(copy.resolve("own/" + name + ".proto"), text);
    }
    Files.writeString(
        copy.resolve("own/source_context.proto"),
        Files.readString(root.resolve("google/protobuf/source_context.proto"))
            .replace("package google.protobuf;", "package own.protobuf;"));

    assertThat(compare(copy, protoc)).isEqualTo(8);
  }

  private Path extract(Class<?> inJar) throws Exception {
    Path root = folder.resolve("jar");
    Path jar = Path.of(inJar.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile file = new JarFile(jar.toFile())) {
      List<JarEntry> entries =
          file.stream().filter(entry -> entry.getName().endsWith(".proto")).toList();
      for (JarEntry entry : entries) {
        Path target = root.resolve(entry.getName()).normalize();
        assertThat(target.startsWith(root)).isTrue();
        Files.createDirectories(target.getParent());
        try (InputStream text = file.getInputStream(entry)) {
          Files.copy(text, target);
        }
      }
    }
    return root;
  }

  private int compare(Path root) throws IOException, InterruptedException {
    return compare(root, new Protoc(Files.createDirectory(folder.resolve("protoc"))));
  }

  private static int compare(Path root, Protoc protoc) throws IOException, InterruptedException {
    List<String> names;
    try (Stream<Path> files = Files.walk(root)) {
      names =
          files
              .filter(file -> file.toString().endsWith(".proto"))
              .map(file -> root.relativize(file).toString())
              .sorted()
              .toList();
    }
    Protoc.Answer answer = protoc.compile(root, names);
    assertThat(answer.ok()).as(answer.said()).isTrue();
    Problems problems = new Problems();
    ProtoCompiler compiler = new ProtoCompiler(List.of(root), problems);
    List<FileDescriptor> ours = new ArrayList<>();
    for (String name : names) {
      FileDescriptor file = compiler.compile(root.resolve(name), Position.flag("test"));
      assertThat(problems.all()).isEmpty();
      ours.add(file);
    }
    assertThat(problems.warnings()).isEmpty();
    List<FileDescriptorProto> theirs = protoc.read(ours);
    ExtensionRegistry registry = Protoc.registry(ours);
    for (int i = 0; i < names.size(); i++) {
      FileDescriptorProto mine =
          FileDescriptorProto.parseFrom(ours.get(i).toProto().toByteString(), registry);
      FileDescriptorProto wanted =
          theirs.stream()
              .filter(each -> each.getName().equals(mine.getName()))
              .findAny()
              .orElseThrow();
      assertThat(mine.toString()).isEqualTo(wanted.toString());
      assertThat(mine).isEqualTo(wanted);
    }
    return names.size();
  }
}
