package io.crankfire.grpc.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import io.crankfire.grpc.proto.ProtoCompiler;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Inquiry;
import io.crankfire.template.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds the method that a `grpc` block names, in the schema that it gives: `proto_file` with
/// `import_paths`, `descriptor_set`, or `reflection`. Equal sources are read once for a plan. All
/// faults are noted at what names them. Confined to one thread.
public final class SchemaReader {

  private static final String PROTO_FILE = "proto_file";
  private static final String IMPORT_PATHS = "import_paths";
  private static final String DESCRIPTOR_SET = "descriptor_set";
  private static final String REFLECTION = "reflection";

  /// No set is larger, in bytes.
  private static final long MOST_BYTES = 256L << 20;

  /// What was found.
  ///
  /// @param method what is called
  /// @param schema all that its messages may hold
  public record Found(MethodDescriptor method, Schema schema) {}

  private final Fields block;
  private final Problems problems;
  private final Inquiry inquiry;
  private boolean unasked;

  /// @param block the step's block
  /// @param problems takes all faults
  /// @param inquiry whether a server may be asked, and how
  public SchemaReader(Fields block, Problems problems, Inquiry inquiry) {
    this.block = block;
    this.problems = problems;
    this.inquiry = inquiry;
  }

  /// Whether only the server knows the schema and was not to be asked: nothing was found then, and
  /// nothing is at fault.
  public boolean unasked() {
    return unasked;
  }

  /// The schemas that were read for a plan.
  private static final class Known implements AutoCloseable {
    final Map<List<String>, Optional<Schema>> files = new HashMap<>();
    final Map<Server, ServerSchema> servers = new HashMap<>();

    @Override
    public void close() {
      servers.values().forEach(ServerSchema::close);
    }
  }

  /// Finds the method.
  ///
  /// @param server whom to ask, if the schema is the server's; gives null if that is at fault
  /// @return null if there was a fault, if the server could not be asked, or if it was not to be
  public @Nullable Found read(Supplier<@Nullable Server> server) {
    boolean reflection = block.flag(REFLECTION, false);
    List<String> given = new ArrayList<>();
    for (String key : List.of(PROTO_FILE, DESCRIPTOR_SET)) {
      if (hasFiles(key)) {
        given.add(key);
      }
    }
    if (reflection) {
      given.add(REFLECTION);
    }
    if (given.isEmpty()) {
      problems.add(
          block.position(),
          "a schema is needed: give proto_file, descriptor_set, or reflection: true");
      return null;
    }
    if (given.size() > 1) {
      problems.add(
          block.position(given.get(1)),
          "%s gives the schema already: give one of them".formatted(given.getFirst()));
      return null;
    }
    if (block.has(IMPORT_PATHS) && !given.getFirst().equals(PROTO_FILE)) {
      problems.warn(
          block.position(IMPORT_PATHS), "import_paths is not used: only a proto_file has imports");
    }
    String service = text("service");
    String method = text("method");
    String whole = method.isEmpty() && service.indexOf('/', 1) > 0 ? service : method;
    int slash = whole.lastIndexOf('/');
    if (slash > 0) {
      service = whole.substring(0, slash);
      method = whole.substring(slash + 1);
    }
    if (service.isEmpty()) {
      problems.add(block.position("service"), "a service is needed: package.Service");
    }
    if (method.isEmpty()) {
      problems.add(block.position("method"), "a method is needed: its name, or Service/Method");
    }
    if (reflection) {
      return service.isEmpty() || method.isEmpty() ? null : reflected(service, method, server);
    }
    Schema schema = files(given.getFirst());
    return schema == null || service.isEmpty() || method.isEmpty()
        ? null
        : find(schema, service, method);
  }

  /// The whole schema of the files that the block names, for those who look at it.
  ///
  /// @return null if there was a fault
  public @Nullable Schema files() {
    return files(hasFiles(PROTO_FILE) ? PROTO_FILE : DESCRIPTOR_SET);
  }

  /// Whether the block names files.
  public boolean hasFiles() {
    return hasFiles(PROTO_FILE) || hasFiles(DESCRIPTOR_SET);
  }

  private boolean hasFiles(String key) {
    return !block.texts(key).isEmpty();
  }

  private String text(String key) {
    String text = block.text(key);
    return text == null ? "" : text.strip();
  }

  private @Nullable Found find(Schema schema, String service, String method) {
    List<String> names =
        schema.services().stream().map(ServiceDescriptor::getFullName).sorted().toList();
    String full = named(() -> ServiceNames.find(service, names));
    ServiceDescriptor found = full == null ? null : schema.service(full);
    return found == null ? null : find(schema, found, method);
  }

  private @Nullable Found find(Schema schema, ServiceDescriptor service, String method) {
    String name = method.startsWith(".") ? method.substring(1) : method;
    MethodDescriptor found = service.findMethodByName(name);
    if (found != null) {
      return new Found(found, schema);
    }
    List<String> names = service.getMethods().stream().map(MethodDescriptor::getName).toList();
    String hint = Spelling.hint(name, names);
    problems.add(
        block.position("method"),
        "%s has no method \"%s\"%s"
            .formatted(
                service.getFullName(), name, hint.isEmpty() ? ServiceNames.listed(names) : hint));
    return null;
  }

  /// Finds a name, which may be wrong.
  private interface Naming {
    String find() throws SchemaException;
  }

  private @Nullable String named(Naming naming) {
    try {
      return naming.find();
    } catch (SchemaException e) {
      boolean inMethod = !block.has("service");
      problems.add(block.position(inMethod ? "method" : "service"), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private @Nullable Schema files(String key) {
    List<ConfigNode.Scalar> names = block.texts(key);
    List<ConfigNode.Scalar> folders =
        key.equals(PROTO_FILE) ? block.texts(IMPORT_PATHS) : List.of();
    List<String> source = new ArrayList<>(List.of(key));
    names.forEach(each -> source.add(each.text() + " at " + each.position().folder()));
    source.add("");
    folders.forEach(each -> source.add(each.text() + " at " + each.position().folder()));
    Known known = inquiry.shared(Known.class, Known::new);
    Optional<Schema> before = known.files.get(source);
    if (before == null) {
      before = Optional.ofNullable(key.equals(PROTO_FILE) ? compiled(names, folders) : sets(names));
      known.files.put(source, before);
    }
    return before.orElse(null);
  }

  private @Nullable Schema compiled(
      List<ConfigNode.Scalar> names, List<ConfigNode.Scalar> folders) {
    List<Path> importPaths = new ArrayList<>();
    boolean good = true;
    for (ConfigNode.Scalar folder : folders) {
      Path path = path(folder);
      if (path != null && !Files.isDirectory(path)) {
        problems.add(folder.position(), "there is no folder " + path);
        path = null;
      }
      good &= path != null;
      if (path != null) {
        importPaths.add(path);
      }
    }
    ProtoCompiler compiler = new ProtoCompiler(importPaths, problems);
    List<FileDescriptor> files = new ArrayList<>();
    for (ConfigNode.Scalar name : names) {
      Path path = path(name);
      FileDescriptor file = path == null ? null : compiler.compile(path, name.position());
      good &= file != null;
      if (file != null) {
        files.add(file);
      }
    }
    return good ? Schema.of(files) : null;
  }

  private @Nullable Path path(ConfigNode.Scalar name) {
    try {
      if (!name.text().isBlank()) {
        return Compiling.file(name.text().strip(), name.position());
      }
      problems.add(name.position(), "a path is needed");
    } catch (InvalidPathException e) {
      problems.add(name.position(), "\"%s\" is no path: %s".formatted(name.text(), e.getReason()));
    }
    return null;
  }

  private @Nullable Schema sets(List<ConfigNode.Scalar> names) {
    FileSet all = new FileSet(_ -> null);
    boolean good = true;
    for (ConfigNode.Scalar name : names) {
      good &= add(name, all);
    }
    if (!good) {
      return null;
    }
    Position at = names.getFirst().position();
    try {
      List<FileDescriptor> files = new ArrayList<>();
      for (String file : all.names()) {
        files.add(all.build(file, null));
      }
      return Schema.of(files);
    } catch (SchemaException e) {
      problems.add(at, e.getMessage() + " (protoc writes all with --include_imports)");
      return null;
    }
  }

  private boolean add(ConfigNode.Scalar name, FileSet all) {
    Path path = path(name);
    if (path == null) {
      return false;
    }
    String fault;
    try {
      if (Files.size(path) > MOST_BYTES) {
        fault = "is larger than %d MiB".formatted(MOST_BYTES >> 20);
      } else {
        List<FileDescriptorProto> files =
            FileDescriptorSet.parseFrom(Files.readAllBytes(path)).getFileList();
        files.forEach(all::add);
        fault = "holds no files: protoc --descriptor_set_out=FILE makes one that does";
        if (!files.isEmpty() && files.stream().noneMatch(each -> each.getName().isEmpty())) {
          return true;
        }
      }
    } catch (NoSuchFileException _) {
      fault = "is not there";
    } catch (InvalidProtocolBufferException _) {
      fault = "is no descriptor set: protoc --descriptor_set_out=FILE makes one";
    } catch (IOException e) {
      fault = "cannot be read: " + e.getMessage();
    }
    problems.add(name.position(), path + " " + fault);
    return false;
  }

  private @Nullable Found reflected(
      String service, String method, Supplier<@Nullable Server> whom) {
    if (!inquiry.allowed()) {
      unasked = true;
      problems.warn(
          block.position(REFLECTION),
          "the server is not asked for its schema here: service, method and messages are not"
              + " checked");
      return null;
    }
    Server server = whom.get();
    if (server == null) {
      return null;
    }
    try {
      ServerSchema schema = server(server);
      List<String> services = schema.services();
      String plain = ServiceNames.plain(service);
      // A server may know more than it lists.
      Schema listed = services.contains(plain) ? null : schema.symbol(plain);
      String full =
          listed != null && listed.service(plain) != null
              ? plain
              : named(() -> ServiceNames.find(service, services));
      if (full == null) {
        return null;
      }
      Schema found = schema.symbol(full);
      ServiceDescriptor descriptor = found == null ? null : found.service(full);
      if (found == null || descriptor == null) {
        inquiry.fail("%s lists %s and does not describe it".formatted(server.target(), full));
        return null;
      }
      return find(found, descriptor, method);
    } catch (SchemaException e) {
      inquiry.fail("cannot get the schema by reflection: " + e.getMessage());
      return null;
    }
  }

  private ServerSchema server(Server server) throws SchemaException {
    Known known = inquiry.shared(Known.class, Known::new);
    ServerSchema schema = known.servers.get(server);
    if (schema == null) {
      obtain(server.credential());
      schema = ServerSchema.of(server, inquiry.connections());
      known.servers.put(server, schema);
    }
    return schema;
  }

  /// Gets a credential's first value.
  ///
  /// @param credential null for none
  static void obtain(@Nullable Credential credential) throws SchemaException {
    if (credential == null) {
      return;
    }
    try {
      credential.obtain();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new SchemaException("interrupted while the credential was got");
    } catch (IOException e) {
      throw new SchemaException("cannot get the credential: " + e.getMessage());
    }
  }
}
