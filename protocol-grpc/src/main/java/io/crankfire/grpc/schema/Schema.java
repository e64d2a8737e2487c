package io.crankfire.grpc.schema;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.TypeRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What can be called, and with what messages. Immutable.
public final class Schema {

  private final Map<String, ServiceDescriptor> services = new LinkedHashMap<>();
  private final Set<FileDescriptor> files = new LinkedHashSet<>();
  private @Nullable TypeRegistry types;
  private @Nullable ExtensionRegistry extensions;

  private Schema() {}

  /// Of these files and all that they import.
  public static Schema of(Collection<FileDescriptor> files) {
    Schema schema = new Schema();
    files.forEach(schema::add);
    return schema;
  }

  private void add(FileDescriptor file) {
    if (files.add(file)) {
      file.getServices().forEach(each -> services.putIfAbsent(each.getFullName(), each));
      file.getDependencies().forEach(this::add);
    }
  }

  /// All services, with their packages, in the order of their files.
  public List<ServiceDescriptor> services() {
    return List.copyOf(services.values());
  }

  /// A service by its full name.
  public @Nullable ServiceDescriptor service(String fullName) {
    return services.get(fullName);
  }

  /// All files, the imported ones too.
  public Collection<FileDescriptor> files() {
    return List.copyOf(files);
  }

  /// What an `Any` may hold.
  public TypeRegistry types() {
    TypeRegistry known = types;
    if (known == null) {
      TypeRegistry.Builder builder = TypeRegistry.newBuilder();
      files.forEach(file -> builder.add(file.getMessageTypes()));
      known = builder.build();
      types = known;
    }
    return known;
  }

  /// All extensions.
  public ExtensionRegistry extensions() {
    ExtensionRegistry known = extensions;
    if (known == null) {
      known = ExtensionRegistry.newInstance();
      for (FileDescriptor file : files) {
        add(file.getExtensions(), known);
        for (Descriptor message : file.getMessageTypes()) {
          add(message, known);
        }
      }
      extensions = known;
    }
    return known;
  }

  private static void add(Descriptor message, ExtensionRegistry registry) {
    add(message.getExtensions(), registry);
    message.getNestedTypes().forEach(each -> add(each, registry));
  }

  private static void add(List<FieldDescriptor> extensions, ExtensionRegistry registry) {
    for (FieldDescriptor extension : extensions) {
      if (extension.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        registry.add(extension, DynamicMessage.getDefaultInstance(extension.getMessageType()));
      } else {
        registry.add(extension);
      }
    }
  }

  /// A service, method, message, enum, field, value or extension by its full name, with or without
  /// a dot before it; a method also as `Service/Method`.
  public @Nullable GenericDescriptor symbol(String name) {
    String plain = ServiceNames.plain(name).replace('/', '.');
    for (FileDescriptor file : files) {
      GenericDescriptor found = in(file, plain);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable GenericDescriptor in(FileDescriptor file, String name) {
    String pkg = file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
    if (!name.startsWith(pkg)) {
      return null;
    }
    String[] parts = name.substring(pkg.length()).split("\\.", -1);
    ServiceDescriptor service = file.findServiceByName(parts[0]);
    if (service != null) {
      return parts.length == 1
          ? service
          : parts.length == 2 ? service.findMethodByName(parts[1]) : null;
    }
    if (parts.length == 1) {
      EnumDescriptor type = file.findEnumTypeByName(parts[0]);
      FieldDescriptor extension = file.findExtensionByName(parts[0]);
      if (type != null || extension != null) {
        return type != null ? type : extension;
      }
    }
    Descriptor message = file.findMessageTypeByName(parts[0]);
    for (int i = 1; i < parts.length && message != null; i++) {
      Descriptor inner = message.findNestedTypeByName(parts[i]);
      if (inner == null && i == parts.length - 1) {
        EnumDescriptor type = message.findEnumTypeByName(parts[i]);
        return type != null ? type : message.findFieldByName(parts[i]);
      }
      message = inner;
    }
    return message;
  }

  /// The full names of everything that can be described: services, messages and enums.
  public List<String> symbols() {
    List<String> names = new ArrayList<>(services.keySet());
    for (FileDescriptor file : files) {
      file.getMessageTypes().forEach(each -> addNames(each, names));
      file.getEnumTypes().forEach(each -> names.add(each.getFullName()));
    }
    return names;
  }

  private static void addNames(Descriptor message, List<String> names) {
    if (!message.getOptions().getMapEntry()) {
      names.add(message.getFullName());
      message.getNestedTypes().forEach(each -> addNames(each, names));
      message.getEnumTypes().forEach(each -> names.add(each.getFullName()));
    }
  }

  /// The path by which a method is called (gRPC over HTTP/2, "Path").
  public static String path(MethodDescriptor method) {
    return "/" + method.getService().getFullName() + "/" + method.getName();
  }
}
