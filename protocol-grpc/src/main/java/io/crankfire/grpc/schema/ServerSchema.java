package io.crankfire.grpc.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.crankfire.plan.Connections;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The schema of a server that offers reflection, as far as it was asked for. Confined to one
/// thread.
public final class ServerSchema implements AutoCloseable {

  /// A server has no more files, and they are together no larger in bytes.
  private static final int MOST_FILES = 20_000;

  private static final long MOST_BYTES = 256L << 20;

  private final ReflectionClient client;
  private final Server server;
  private final FileSet files = new FileSet(this::missing);
  private final Map<String, FileDescriptor> bySymbol = new LinkedHashMap<>();
  private @Nullable List<String> services;
  private int count;
  private long bytes;

  private ServerSchema(Server server, ReflectionClient client) {
    this.server = server;
    this.client = client;
  }

  /// Of a server, which is not asked before there is a question.
  ///
  /// @param connections how it is reached
  /// @throws SchemaException if it cannot be reached in that way
  public static ServerSchema of(Server server, Connections connections) throws SchemaException {
    return of(server, connections, ReflectionClient.PATIENCE);
  }

  static ServerSchema of(Server server, Connections connections, Duration patience)
      throws SchemaException {
    return new ServerSchema(server, new ReflectionClient(server, connections, patience));
  }

  /// The full names of all services, sorted.
  public List<String> services() throws SchemaException {
    List<String> known = services;
    if (known == null) {
      known = client.services().stream().distinct().sorted().toList();
      services = known;
    }
    return known;
  }

  /// The full name of the service that is meant.
  ///
  /// @throws SchemaException if none or several are
  public String find(String service) throws SchemaException {
    return ServiceNames.find(service, services());
  }

  /// The schema of a symbol, by its full name: its file with all that it imports; null if there is
  /// none.
  public @Nullable Schema symbol(String name) throws SchemaException {
    FileDescriptor known = bySymbol.get(name);
    if (known == null) {
      List<FileDescriptorProto> given = client.symbol(name);
      if (given.isEmpty()) {
        return null;
      }
      String file = defining(name, given);
      add(given);
      known = files.build(file, null);
      bySymbol.put(name, known);
    }
    return Schema.of(List.of(known));
  }

  /// The schema of all services. Those that the server lists and does not describe are left out.
  public Schema all() throws SchemaException {
    List<FileDescriptor> all = new ArrayList<>();
    for (String service : services()) {
      if (symbol(service) != null) {
        FileDescriptor file = bySymbol.get(service);
        if (file != null) {
          all.add(file);
        }
      }
    }
    return Schema.of(all);
  }

  /// Which of the files has the symbol: servers give it with its imports, usually first.
  private static String defining(String symbol, List<FileDescriptorProto> given) {
    for (FileDescriptorProto file : given) {
      String pkg = file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
      if (symbol.startsWith(pkg)) {
        String[] rest = symbol.substring(pkg.length()).split("\\.", -1);
        boolean here =
            file.getServiceList().stream().anyMatch(each -> each.getName().equals(rest[0]))
                || file.getMessageTypeList().stream()
                    .anyMatch(each -> each.getName().equals(rest[0]))
                || file.getEnumTypeList().stream().anyMatch(each -> each.getName().equals(rest[0]))
                || file.getExtensionList().stream()
                    .anyMatch(each -> each.getName().equals(rest[0]));
        if (here) {
          return file.getName();
        }
      }
    }
    return given.getFirst().getName();
  }

  private void add(List<FileDescriptorProto> given) throws SchemaException {
    for (FileDescriptorProto file : given) {
      count++;
      bytes += file.getSerializedSize();
      if (count > MOST_FILES || bytes > MOST_BYTES) {
        throw new SchemaException(
            "the schema of %s is too large: %d files, %d MiB"
                .formatted(server.target(), count, bytes >> 20));
      }
      files.add(file);
    }
  }

  private @Nullable FileDescriptorProto missing(String name) throws SchemaException {
    List<FileDescriptorProto> given = client.file(name);
    add(given);
    for (FileDescriptorProto file : given) {
      if (file.getName().equals(name)) {
        return file;
      }
    }
    return null;
  }

  /// Leaves the server.
  @Override
  public void close() {
    client.close();
  }
}
