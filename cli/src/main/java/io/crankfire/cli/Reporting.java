package io.crankfire.cli;

import io.crankfire.config.Spelling;
import io.crankfire.result.RunResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a run's reports go: one to the standard output, any number into files.
final class Reporting {

  /// The forms of a report.
  enum Format {
    /// For people.
    TEXT,
    /// For programs.
    JSON,
    /// Everything, to report again.
    RUN
  }

  private static final List<String> FORMATS = List.of("text", "json", "run");

  private record OutFile(Format format, Path path) {}

  private final Console console;
  private final Given given;
  private final List<OutFile> files;

  private Reporting(Console console, Given given, List<OutFile> files) {
    this.console = console;
    this.given = given;
    this.files = List.copyOf(files);
  }

  /// Reads what was asked for.
  ///
  /// @param faults takes a line for each value of `--out` that is wrong
  static Reporting of(Console console, Given given, List<String> faults) {
    List<OutFile> files = new ArrayList<>();
    for (String text : given.all(Flags.OUT)) {
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      if (equals <= 0 || equals == text.length() - 1) {
        faults.add(Flags.OUT + ": \"" + text + "\" is not FORMAT=FILE, such as json=report.json");
      } else if (!FORMATS.contains(name)) {
        faults.add(
            Flags.OUT
                + ": unknown format \""
                + name
                + "\": there is text, json and run"
                + Spelling.hint(name, FORMATS));
      } else {
        try {
          files.add(
              new OutFile(
                  Format.valueOf(name.toUpperCase(Locale.ROOT)),
                  Path.of(text.substring(equals + 1))));
        } catch (InvalidPathException _) {
          faults.add(Flags.OUT + ": \"" + text.substring(equals + 1) + "\" is not a path");
        }
      }
    }
    return new Reporting(console, given, files);
  }

  /// Whether all files can probably be written; says a line for each that cannot. Writes nothing.
  boolean canBeWritten() {
    boolean all = true;
    for (OutFile file : files) {
      String obstacle = obstacle(file.path);
      if (obstacle != null) {
        console.complain(Flags.OUT + ": cannot write " + file.path + ": " + obstacle);
        all = false;
      }
    }
    return all;
  }

  private static @Nullable String obstacle(Path path) {
    if (Files.isDirectory(path)) {
      return "it is a directory";
    }
    if (Files.exists(path)) {
      return Files.isWritable(path) ? null : "permission denied";
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || Files.notExists(folder)) {
      return "there is no folder " + folder;
    }
    if (!Files.isDirectory(folder)) {
      return folder + " is not a folder";
    }
    return Files.isWritable(folder) ? null : "permission denied";
  }

  /// Writes everything; says a line for each that could not be written, and goes on.
  ///
  /// @return whether all were written
  boolean write(RunResult result) {
    boolean all = true;
    for (OutFile file : files) {
      try (OutputStream out = Files.newOutputStream(file.path)) {
        render(result, file.format, false, out);
      } catch (IOException e) {
        console.complain(Flags.OUT + ": cannot write " + file.path + ": " + Faults.reason(e));
        all = false;
      }
    }
    try {
      render(
          result,
          given.has(Flags.JSON_OUTPUT) ? Format.JSON : Format.TEXT,
          console.colours(given),
          console.out());
    } catch (IOException e) {
      console.complain("cannot write the report: " + Faults.reason(e));
      return false;
    }
    if (console.out().checkError()) {
      console.complain("the standard output cannot be written");
      return false;
    }
    return all;
  }

  private static void render(RunResult result, Format format, boolean colours, OutputStream out)
      throws IOException {
    out.write(
        ("stub report " + format + " " + colours + " " + result.ok() + "\n")
            .getBytes(StandardCharsets.UTF_8));
  }

  static RunResult read(Path file) throws IOException {
    throw new IOException("stub");
  }
}
