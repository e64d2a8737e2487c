package io.crankfire.grpc.proto;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Google's compiler, as the build brought it.
final class Protoc {

  private static final Path PROGRAM = Path.of("target", "protoc", "protoc");

  private final Path folder;

  /// @param folder an empty one
  Protoc(Path folder) throws IOException {
    this.folder = folder;
    for (String name : WellKnown.NAMES) {
      Path file = folder.resolve("include").resolve(name);
      Files.createDirectories(file.getParent());
      try (InputStream text = FileDescriptorProto.class.getResourceAsStream("/" + name)) {
        if (text != null) {
          Files.copy(text, file);
        }
      }
    }
    if (!Files.isExecutable(PROGRAM) && !PROGRAM.toFile().setExecutable(true)) {
      throw new IOException(PROGRAM + " cannot be made a program");
    }
  }

  /// Whether there is one for this machine.
  static boolean isHere() {
    return Files.exists(PROGRAM);
  }

  /// What it answered.
  ///
  /// @param ok whether it compiled
  /// @param said its errors
  record Answer(boolean ok, String said) {}

  Path output() {
    return folder.resolve("set.pb");
  }

  /// Compiles files to [#output()].
  ///
  /// @param files relative to the root
  Answer compile(Path root, List<String> files) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(PROGRAM.toAbsolutePath().toString());
    command.add("-I" + root);
    command.add("-I" + folder.resolve("include"));
    command.add("--retain_options");
    command.add("--descriptor_set_out=" + output());
    command.addAll(files);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Answer(process.waitFor() == 0, said);
  }

  /// What it wrote, read with the options that `known` define: so that a message that was set in
  /// parts equals one that was set as a whole.
  List<FileDescriptorProto> read(List<FileDescriptor> known) throws IOException {
    ExtensionRegistry registry = registry(known);
    return FileDescriptorSet.parseFrom(Files.readAllBytes(output()), registry).getFileList();
  }

  static ExtensionRegistry registry(List<FileDescriptor> files) {
    ExtensionRegistry registry = ExtensionRegistry.newInstance();
    Set<FileDescriptor> seen = new java.util.HashSet<>();
    files.forEach(file -> add(file, registry, seen));
    return registry;
  }

  private static void add(
      FileDescriptor file, ExtensionRegistry registry, Set<FileDescriptor> seen) {
    if (seen.add(file)) {
      file.getDependencies().forEach(each -> add(each, registry, seen));
      file.getExtensions().forEach(each -> add(each, registry));
      file.getMessageTypes().forEach(each -> add(each, registry));
    }
  }

  private static void add(Descriptor message, ExtensionRegistry registry) {
    message.getExtensions().forEach(each -> add(each, registry));
    message.getNestedTypes().forEach(each -> add(each, registry));
  }

  private static void add(FieldDescriptor extension, ExtensionRegistry registry) {
    if (extension.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      registry.add(extension, DynamicMessage.getDefaultInstance(extension.getMessageType()));
    } else {
      registry.add(extension);
    }
  }
}
