package io.crankfire.grpc.schema;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.crankfire.config.Spelling;
import io.crankfire.plan.Connections;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Shows people what a schema holds, whether it comes from files or from a server. Confined to one
/// thread.
public final class SchemaBrowser implements AutoCloseable {

  private final @Nullable Schema files;
  private final @Nullable ServerSchema server;

  private SchemaBrowser(@Nullable Schema files, @Nullable ServerSchema server) {
    this.files = files;
    this.server = server;
  }

  /// Of a schema from files.
  public static SchemaBrowser of(Schema files) {
    return new SchemaBrowser(files, null);
  }

  /// Of a server's, which is asked by reflection.
  ///
  /// @param connections how it is reached
  /// @throws SchemaException if it cannot be reached in that way, or there is no credential
  public static SchemaBrowser of(Server server, Connections connections) throws SchemaException {
    SchemaReader.obtain(server.credential());
    return new SchemaBrowser(null, ServerSchema.of(server, connections));
  }

  /// The full names of the services, or the methods of one, a line each.
  ///
  /// @param service by any of its names; null for all services
  /// @throws UnknownNameException if there is no such service
  public String list(@Nullable String service) throws SchemaException {
    if (service == null) {
      return lines(services());
    }
    ServiceDescriptor found = service(ServiceNames.find(service, services()));
    return lines(
        found.getMethods().stream()
            .map(each -> found.getFullName() + "/" + each.getName())
            .toList());
  }

  /// A part of the schema as in a `.proto` file; of a method and a message also the JSON that is to
  /// be filled in.
  ///
  /// @param symbol a service or method by any of its names, a message or enum by its full name;
  ///   null for all services
  /// @throws UnknownNameException if there is no such thing
  public String describe(@Nullable String symbol) throws SchemaException {
    if (symbol == null) {
      List<String> parts = new ArrayList<>();
      for (String each : services()) {
        parts.add(shown(service(each)));
      }
      return String.join("\n", parts);
    }
    return shown(find(symbol));
  }

  private List<String> services() throws SchemaException {
    if (server != null) {
      return server.services();
    }
    return schema().services().stream().map(ServiceDescriptor::getFullName).sorted().toList();
  }

  private Schema schema() {
    return Objects.requireNonNull(files);
  }

  private @Nullable Schema schemaOf(String name) throws SchemaException {
    return server == null ? schema() : server.symbol(name);
  }

  private ServiceDescriptor service(String fullName) throws SchemaException {
    Schema schema = schemaOf(fullName);
    ServiceDescriptor service = schema == null ? null : schema.service(fullName);
    if (service == null) {
      throw new SchemaException("the server lists %s and does not describe it".formatted(fullName));
    }
    return service;
  }

  private GenericDescriptor find(String symbol) throws SchemaException {
    String plain = ServiceNames.plain(symbol);
    int slash = plain.lastIndexOf('/');
    if (slash >= 0) {
      String name = ServiceNames.find(plain.substring(0, slash), services());
      return method(service(name), plain.substring(slash + 1));
    }
    Schema schema = schemaOf(plain);
    GenericDescriptor found = schema == null ? null : schema.symbol(plain);
    if (found != null) {
      return found;
    }
    try {
      return service(ServiceNames.find(plain, services()));
    } catch (UnknownNameException e) {
      int dot = plain.lastIndexOf('.');
      for (String each : services()) {
        if (dot >= 0
            && (each.equals(plain.substring(0, dot))
                || each.endsWith("." + plain.substring(0, dot)))) {
          return method(service(each), plain.substring(dot + 1));
        }
      }
      return unique(plain);
    }
  }

  /// A message or enum by the end of its name.
  private GenericDescriptor unique(String name) throws SchemaException {
    Schema all = server == null ? schema() : server.all();
    List<String> ends = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (String each : all.symbols()) {
      if (each.endsWith("." + name)) {
        ends.add(each);
      }
      words.add(name.contains(".") ? each : each.substring(each.lastIndexOf('.') + 1));
    }
    if (ends.size() == 1) {
      return Objects.requireNonNull(all.symbol(ends.getFirst()));
    }
    throw new UnknownNameException(
        ends.isEmpty()
            ? "there is no service, method, message or enum \"%s\"%s"
                .formatted(name, Spelling.hint(name, words))
            : "\"%s\" is the name of %d: write %s"
                .formatted(name, ends.size(), String.join(" or ", ends)));
  }

  private static MethodDescriptor method(ServiceDescriptor service, String name)
      throws SchemaException {
    MethodDescriptor method = service.findMethodByName(name);
    if (method == null) {
      List<String> names = service.getMethods().stream().map(MethodDescriptor::getName).toList();
      String hint = Spelling.hint(name, names);
      throw new UnknownNameException(
          "%s has no method \"%s\"%s"
              .formatted(
                  service.getFullName(), name, hint.isEmpty() ? ServiceNames.listed(names) : hint));
    }
    return method;
  }

  private static String shown(GenericDescriptor part) {
    StringBuilder text = new StringBuilder("// ").append(part.getFullName()).append('\n');
    text.append(ProtoText.of(part));
    if (part instanceof MethodDescriptor method) {
      text.append("\n// ").append(method.getInputType().getFullName()).append('\n');
      text.append(ProtoText.of(method.getInputType()));
      json(method.getInputType(), text);
      text.append("\n// ").append(method.getOutputType().getFullName()).append('\n');
      text.append(ProtoText.of(method.getOutputType()));
    } else if (part instanceof Descriptor message) {
      json(message, text);
    }
    return text.toString();
  }

  private static void json(Descriptor message, StringBuilder text) {
    text.append("\n// ").append(message.getFullName()).append(" as JSON\n");
    text.append(JsonTemplate.of(message));
  }

  private static String lines(List<String> names) {
    StringBuilder text = new StringBuilder();
    names.forEach(each -> text.append(each).append('\n'));
    return text.toString();
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
