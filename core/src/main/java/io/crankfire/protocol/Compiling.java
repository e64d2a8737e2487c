package io.crankfire.protocol;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import io.crankfire.template.Template;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a protocol needs to compile a step, besides the step. Confined to one thread.
///
/// @param problems takes all faults, with their positions
/// @param names what placeholders can mean
/// @param conduct what is done around the call
/// @param data reads what a protocol's own block has of checks, extractors and paths
/// @param inquiry what may be asked of targets
public record Compiling(
    Problems problems, Names names, Conduct conduct, DataReader data, Inquiry inquiry) {

  /// Asking no target.
  public Compiling(Problems problems, Names names, Conduct conduct, DataReader data) {
    this(problems, names, conduct, data, Inquiry.none());
  }

  /// With a block that has nothing of checks, extractors and paths.
  public Compiling(Problems problems, Names names, Conduct conduct) {
    this(problems, names, conduct, new DataReader.Missing(problems));
  }

  /// Without variables, feeders and conduct.
  public static Compiling plain(Problems problems) {
    return new Compiling(problems, new Names(), Conduct.PLAIN);
  }

  /// Compiles a value that may hold placeholders. An unknown name is a warning.
  public Template template(ConfigNode.Scalar value) {
    return template(value.text(), value.position());
  }

  /// Compiles a text that may hold placeholders; faults are said to be at `position`.
  public Template template(String text, Position position) {
    try {
      return Template.compile(
          text,
          names,
          name ->
              problems.warn(
                  position,
                  "nothing has the name \"%s\": {{%s}} is sent as it is".formatted(name, name)));
    } catch (IllegalArgumentException e) {
      problems.add(position, String.valueOf(e.getMessage()));
      return Template.compile("", names, _ -> {});
    }
  }

  /// A file that a configuration names: relative to the folder of the configuration file, then to
  /// the working directory.
  public static Path file(String name, Position namedAt) {
    Path path = Path.of(name);
    Path folder = namedAt.folder();
    if (folder != null && !path.isAbsolute() && Files.exists(folder.resolve(path))) {
      return folder.resolve(path);
    }
    return path;
  }
}
