package io.crankfire.grpc.proto;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles `.proto` files and all that they import: proto2, proto3 and editions.
///
/// Imports are looked for in the import paths, then in the folder of the file that was asked for,
/// then in the working directory. The files that come with every compiler, such as
/// `google/protobuf/timestamp.proto`, are built in. Faults are noted, all of a file at once, each
/// with its place. What is compiled is kept, so that a file is read once. Confined to one thread.
public final class ProtoCompiler {

  /// No file is larger, in bytes.
  static final int MOST_BYTES = 16 << 20;

  /// All files together are not larger, in bytes.
  static final long MOST_BYTES_TOGETHER = 128L << 20;

  /// Imports of imports go no deeper.
  static final int MOST_DEPTH = 200;

  private final List<Path> importPaths;
  private final Problems problems;
  private final List<Path> folders = new ArrayList<>();
  private final Map<Path, Loaded> files = new LinkedHashMap<>();
  private final Map<FileDescriptor, Symbols> compiled = new HashMap<>();
  private long bytes;

  /// A file that was read.
  private static final class Loaded {
    final String name;
    @Nullable Symbols symbols;
    @Nullable FileDescriptor descriptor;
    boolean open = true;

    Loaded(String name) {
      this.name = name;
    }
  }

  /// @param importPaths the folders in which imports are looked for first
  /// @param problems takes all faults
  public ProtoCompiler(List<Path> importPaths, Problems problems) {
    this.importPaths = List.copyOf(importPaths);
    this.problems = problems;
  }

  /// Compiles a file.
  ///
  /// @param file its path; if there is no such file, it is looked for in the import paths
  /// @param namedAt where it was asked for
  /// @return null if there was a fault
  public @Nullable FileDescriptor compile(Path file, Position namedAt) {
    Path found = file;
    if (!file.isAbsolute() && !Files.exists(file)) {
      for (Path folder : importPaths) {
        if (Files.exists(folder.resolve(file))) {
          found = folder.resolve(file);
          break;
        }
      }
    }
    if (!Files.exists(found)) {
      problems.add(namedAt, "there is no file %s%s".formatted(file, nearby(file)));
      return null;
    }
    folders.clear();
    folders.addAll(importPaths);
    Path folder = found.toAbsolutePath().normalize().getParent();
    if (folder != null) {
      folders.add(folder);
    }
    folders.add(Path.of(""));
    Loaded loaded = load(nameOf(found), found, namedAt, new ArrayList<>());
    return loaded == null ? null : loaded.descriptor;
  }

  /// The name by which others import a file: its path from the first folder that holds it.
  private String nameOf(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    for (Path folder : importPaths) {
      Path root = folder.toAbsolutePath().normalize();
      if (absolute.startsWith(root)) {
        return root.relativize(absolute).toString().replace('\\', '/');
      }
    }
    return String.valueOf(absolute.getFileName());
  }

  private static String nearby(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return folder == null ? "" : ": there is no folder " + folder;
    }
    List<String> names = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(folder, "*.proto")) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
        if (names.size() == 1000) {
          break;
        }
      }
    } catch (IOException _) {
      return "";
    }
    return Spelling.hint(String.valueOf(file.getFileName()), names);
  }

  private @Nullable Loaded load(String name, Path path, Position namedAt, List<String> above) {
    Path key;
    try {
      key = path.toRealPath();
    } catch (IOException e) {
      problems.add(namedAt, "cannot read %s: %s".formatted(path, why(e)));
      return null;
    }
    Loaded known = files.get(key);
    if (known != null) {
      if (known.open) {
        int from = above.indexOf(known.name);
        problems.add(
            namedAt,
            "the file imports itself: %s → %s"
                .formatted(
                    String.join(" → ", above.subList(Math.max(0, from), above.size())),
                    known.name));
        return null;
      }
      return known;
    }
    if (above.size() >= MOST_DEPTH) {
      problems.add(namedAt, "imports nest more than %d deep".formatted(MOST_DEPTH));
      return null;
    }
    Loaded loaded = new Loaded(name);
    files.put(key, loaded);
    String text = read(path, namedAt);
    if (text != null) {
      List<String> deeper = new ArrayList<>(above);
      deeper.add(name);
      compile(loaded, new Source(path.toString(), text, problems), deeper);
    }
    loaded.open = false;
    return loaded;
  }

  private @Nullable String read(Path path, Position namedAt) {
    byte[] content;
    try {
      if (!Files.isRegularFile(path)) {
        problems.add(namedAt, path + " is no file");
        return null;
      }
      long size = Files.size(path);
      bytes += size;
      if (size > MOST_BYTES || bytes > MOST_BYTES_TOGETHER) {
        problems.add(
            namedAt,
            size > MOST_BYTES
                ? "%s is larger than %d MiB".formatted(path, MOST_BYTES >> 20)
                : "the imports are together larger than %d MiB"
                    .formatted(MOST_BYTES_TOGETHER >> 20));
        return null;
      }
      content = Files.readAllBytes(path);
    } catch (IOException e) {
      problems.add(namedAt, "cannot read %s: %s".formatted(path, why(e)));
      return null;
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(content);
    CharBuffer out = CharBuffer.allocate(content.length);
    try {
      var result = decoder.decode(in, out, true);
      if (result.isError()) {
        result.throwException();
      }
    } catch (CharacterCodingException _) {
      int line = 1;
      int column = 1;
      for (int i = 0; i < in.position(); i++) {
        column = content[i] == '\n' ? 1 : column + 1;
        line += content[i] == '\n' ? 1 : 0;
      }
      problems.add(
          new Position(path.toString(), line, column, null), "the file is not UTF-8 from here on");
      return null;
    }
    return out.flip().toString();
  }

  private static String why(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage();
  }

  private void compile(Loaded loaded, Source source, List<String> above) {
    Ast.Unit unit = Parser.parse(source);
    boolean understood = source.faults() == 0;
    Imports imports = imports(unit, above);
    if (!understood) {
      return; // what was not understood is missing now, and would be reported as undefined
    }
    Symbols own = Symbols.of(unit);
    loaded.symbols = own;
    List<Symbols> visible = imports.visible(own, false);
    boolean clash = clashes(own, visible, unit);
    new Linker(unit, new Scope(visible, loadedSymbols()), imports.complete).link();
    new Checks(unit).check();
    List<Symbols> forOptions = imports.visible(own, true);
    Options plain = new Options(source, new Scope(forOptions, loadedSymbols()), false);
    FileDescriptorProto proto = new Emitter(unit, plain).emit(loaded.name, imports.names);
    if (source.faults() > 0 || !imports.complete || clash) {
      return;
    }
    FileDescriptor descriptor = build(proto, imports, source);
    if (descriptor != null) {
      new FeatureChecks(unit, symbolsOf(descriptor)).check();
    }
    if (descriptor != null && plain.leftOut()) {
      forOptions.set(0, symbolsOf(descriptor));
      Options all = new Options(source, new Scope(forOptions, loadedSymbols()), true);
      proto = new Emitter(unit, all).emit(loaded.name, imports.names);
      compiled.remove(descriptor);
      descriptor = source.faults() > 0 ? null : build(proto, imports, source);
    }
    if (descriptor != null && source.faults() == 0) {
      loaded.descriptor = descriptor;
      loaded.symbols = symbolsOf(descriptor);
    }
  }

  private static @Nullable FileDescriptor build(
      FileDescriptorProto proto, Imports imports, Source source) {
    try {
      return FileDescriptor.buildFrom(proto, imports.dependencies.toArray(FileDescriptor[]::new));
    } catch (DescriptorValidationException | IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      if (e instanceof DescriptorValidationException fault) {
        message = fault.getProblemSymbolName() + ": " + fault.getDescription();
      }
      source.fault(0, "makes no valid schema: " + message);
      return null;
    }
  }

  /// What a file imports.
  private static final class Imports {
    /// The names under which the imports are known, in the order of the imports.
    final List<String> names = new ArrayList<>();

    final List<FileDescriptor> dependencies = new ArrayList<>();
    final Set<Symbols> symbols = new LinkedHashSet<>();
    final Set<Symbols> optionSymbols = new LinkedHashSet<>();
    boolean complete = true;

    List<Symbols> visible(Symbols own, boolean options) {
      List<Symbols> visible = new ArrayList<>();
      visible.add(own);
      visible.addAll(symbols);
      if (options) {
        visible.addAll(optionSymbols);
      }
      return visible;
    }
  }

  private Imports imports(Ast.Unit unit, List<String> above) {
    Imports imports = new Imports();
    Set<String> names = new LinkedHashSet<>();
    for (Ast.Import each : unit.imports) {
      if (!names.add(each.name())) {
        unit.source.fault(each.at(), "\"%s\" is imported already".formatted(each.name()));
        imports.names.add(each.name());
        continue;
      }
      FileDescriptor file = find(each, unit.source, above);
      if (file == null) {
        imports.complete = false;
        imports.names.add(each.name());
        continue;
      }
      imports.names.add(file.getName());
      if (each.kind() == Ast.ImportKind.OPTION) {
        addVisible(file, imports.optionSymbols);
      } else {
        imports.dependencies.add(file);
        addVisible(file, imports.symbols);
      }
    }
    return imports;
  }

  /// A file's names, and those of what it imports publicly.
  private void addVisible(FileDescriptor file, Set<Symbols> visible) {
    if (visible.add(symbolsOf(file))) {
      for (FileDescriptor each : file.getPublicDependencies()) {
        addVisible(each, visible);
      }
    }
  }

  private Symbols symbolsOf(FileDescriptor file) {
    return compiled.computeIfAbsent(file, Symbols::of);
  }

  private Collection<Symbols> loadedSymbols() {
    List<Symbols> all = new ArrayList<>();
    for (Loaded loaded : files.values()) {
      if (loaded.symbols != null) {
        all.add(loaded.symbols);
      }
    }
    return all;
  }

  private @Nullable FileDescriptor find(Ast.Import wanted, Source source, List<String> above) {
    FileDescriptor builtIn = WellKnown.find(wanted.name());
    if (builtIn != null) {
      return builtIn;
    }
    String name = wanted.name();
    try {
      Path relative = Path.of(name);
      if (!relative.isAbsolute()
          && relative.equals(relative.normalize())
          && !relative.startsWith("..")) {
        for (Path folder : folders) {
          Path path = folder.resolve(relative);
          if (Files.isRegularFile(path)) {
            Loaded loaded = load(name, path, source.position(wanted.at()), above);
            return loaded == null ? null : loaded.descriptor;
          }
        }
        source.fault(wanted.at(), missing(name, relative, source));
        return null;
      }
    } catch (InvalidPathException _) {
      // said below
    }
    source.fault(
        wanted.at(),
        "an import is a path from an import path on, without \"..\": not \"%s\"".formatted(name));
    return null;
  }

  /// Where an import was looked for, and where it is.
  private String missing(String name, Path relative, Source source) {
    if (name.startsWith("google/protobuf/")) {
      String nearest = Spelling.nearest(name, WellKnown.NAMES);
      if (nearest != null) {
        return "there is no file %s; did you mean %s?".formatted(name, nearest);
      }
    }
    Path folder = Path.of(source.name()).toAbsolutePath().normalize().getParent();
    for (int up = 0; folder != null && up < 16; up++) {
      if (Files.isRegularFile(folder.resolve(relative))) {
        return "there is no file %s in the import paths; it is in %s: add that to import_paths"
            .formatted(name, folder);
      }
      folder = folder.getParent();
    }
    Set<String> looked = new LinkedHashSet<>();
    String hint = "";
    for (Path each : folders) {
      looked.add(each.toString().isEmpty() ? "the working directory" : each.toString());
      if (hint.isEmpty()) {
        hint = nearby(each.resolve(relative));
        hint = hint.startsWith(":") ? "" : hint;
      }
    }
    return "there is no file %s in %s%s"
        .formatted(name, String.join(", ", looked), hint.isEmpty() ? "; see import_paths" : hint);
  }

  /// Notes names that another file has, too, if the two can be seen together.
  private static boolean clashes(Symbols own, List<Symbols> visible, Ast.Unit unit) {
    boolean any = false;
    for (Symbol symbol : own.all()) {
      for (int i = 1; i < visible.size(); i++) {
        Symbol other = visible.get(i).get(symbol.name());
        if (other != null
            && (other.kind() != Symbol.Kind.PACKAGE || symbol.kind() != Symbol.Kind.PACKAGE)) {
          any = true;
          unit.source.fault(
              at(symbol, unit),
              "\"%s\" is there already: %s in %s"
                  .formatted(symbol.name(), other.kind().shown, other.where()));
        }
      }
    }
    return any;
  }

  private static int at(Symbol symbol, Ast.Unit unit) {
    return switch (symbol.node()) {
      case Ast.Message message -> message.at;
      case Ast.EnumType type -> type.at;
      case Ast.EnumValue value -> value.at();
      case Ast.Field field -> field.at;
      case Ast.Service service -> service.at;
      case null, default -> Math.max(0, unit.pkgAt);
    };
  }
}
