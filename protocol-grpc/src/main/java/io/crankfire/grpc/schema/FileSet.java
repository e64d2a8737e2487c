package io.crankfire.grpc.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.crankfire.grpc.proto.WellKnown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Files as somebody else compiled them, put together: each with what it imports. What is well
/// known is built in. Confined to one thread.
final class FileSet {

  /// Imports of imports go no deeper.
  private static final int MOST_DEPTH = 200;

  /// Gets what is missing.
  interface Finder {
    /// The file of a name; null if there is none.
    @Nullable FileDescriptorProto find(String name) throws SchemaException;
  }

  private final Map<String, FileDescriptorProto> written = new HashMap<>();
  private final Map<String, FileDescriptor> built = new HashMap<>();
  private final List<String> open = new ArrayList<>();
  private final Finder finder;

  FileSet(Finder finder) {
    this.finder = finder;
  }

  /// Adds a file; of several of one name the first counts.
  void add(FileDescriptorProto file) {
    written.putIfAbsent(file.getName(), file);
  }

  /// Puts a file together.
  ///
  /// @param neededBy the file that imports it; null if it was asked for itself
  FileDescriptor build(String name, @Nullable String neededBy) throws SchemaException {
    FileDescriptor known = built.get(name);
    if (known == null) {
      known = WellKnown.find(name);
    }
    if (known != null) {
      return known;
    }
    FileDescriptorProto file = written.get(name);
    if (file == null) {
      file = finder.find(name);
    }
    if (file == null) {
      throw new SchemaException(
          neededBy == null
              ? "there is no file " + name
              : neededBy + " imports " + name + ", which is missing");
    }
    if (open.contains(name)) {
      throw new SchemaException(name + " imports itself: " + String.join(" → ", open));
    }
    if (open.size() == MOST_DEPTH) {
      throw new SchemaException("imports nest more than %d deep".formatted(MOST_DEPTH));
    }
    open.add(name);
    List<FileDescriptor> imports = new ArrayList<>();
    for (String each : file.getDependencyList()) {
      imports.add(build(each, name));
    }
    open.removeLast();
    try {
      FileDescriptor made = FileDescriptor.buildFrom(file, imports.toArray(FileDescriptor[]::new));
      built.put(name, made);
      return made;
    } catch (DescriptorValidationException e) {
      throw new SchemaException(
          "%s makes no schema: %s: %s"
              .formatted(name, e.getProblemSymbolName(), e.getDescription()));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new SchemaException("%s makes no schema: %s".formatted(name, e.getMessage()));
    }
  }

  /// The names of all files that were added.
  List<String> names() {
    return List.copyOf(written.keySet());
  }
}
