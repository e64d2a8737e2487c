package io.crankfire.cli;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import io.crankfire.imports.HarFilter;
import io.crankfire.imports.HarOptions;
import io.crankfire.imports.ImportedConfig;
import io.crankfire.imports.Imports;
import io.crankfire.imports.YamlText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `crankfire import`: makes a configuration file of what another tool has written.
final class ImportCommand {

  /// Bytes of a file, at the most.
  private static final int LONGEST = 512 << 20;

  private static final String STANDARD_INPUT = "-";

  private final Console console;
  private final Parts parts;

  ImportCommand(Console console, Parts parts) {
    this.console = console;
    this.parts = parts;
  }

  /// Imports one file.
  ///
  /// @return the exit code
  /// @throws UsageException if the command line or the file is wrong
  int execute(List<String> args) throws UsageException {
    Given given = FlagParser.parse(Flags.IMPORT, args);
    if (given.has(Flags.HELP)) {
      return print(Help.imports());
    }
    List<String> words = given.words();
    if (words.size() < 2) {
      throw new UsageException(
          "a kind and a file are needed: crankfire import "
              + String.join("|", Imports.Kind.words())
              + " FILE");
    }
    if (words.size() > 2) {
      throw new UsageException(
          "unexpected word \"" + words.get(2) + "\": one file is imported at a time");
    }
    Imports.Kind kind = kind(words.getFirst());
    Problems problems = new Problems();
    HarOptions options = options(given, kind, problems);
    throwIfAny(problems);
    String name = words.get(1);
    byte[] bytes = bytes(name);
    String source = name.equals(STANDARD_INPUT) ? "stdin" : name;
    ImportedConfig config = Imports.read(kind, bytes, source, options, problems);
    throwIfAny(problems);
    if (config == null) {
      throw new UsageException(name + " holds nothing to import");
    }
    config.warnings().forEach(warning -> console.err().println("crankfire: warning: " + warning));
    return write(YamlText.of(config), given);
  }

  private static Imports.Kind kind(String word) throws UsageException {
    for (Imports.Kind kind : Imports.Kind.values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new UsageException(
        "\"%s\" is none of %s%s"
            .formatted(
                word,
                String.join(", ", Imports.Kind.words()),
                Spelling.hint(word, Imports.Kind.words())));
  }

  private static HarOptions options(Given given, Imports.Kind kind, Problems problems) {
    if (kind != Imports.Kind.HAR) {
      for (Given.Value value : given.values()) {
        if (value.flag().group() == Flag.Group.HAR) {
          problems.add(Position.flag(value.flag().name()), "only a HAR file takes this");
        }
      }
      return HarOptions.DEFAULT;
    }
    Position filterAt = Position.flag(Flags.HAR_FILTER);
    HarFilter filter =
        HarFilter.parse(String.join(";", given.all(Flags.HAR_FILTER)), filterAt, problems);
    boolean replay = given.has(Flags.HAR_REPLAY);
    double speed = 1;
    for (String text : given.all(Flags.HAR_SPEED)) {
      speed = speed(text, problems);
      if (!replay) {
        problems.add(
            Position.flag(Flags.HAR_SPEED), "only a replay has a speed: give --har-replay, too");
      }
    }
    return new HarOptions(
        filter,
        given.has(Flags.HAR_KEEP_STATIC),
        given.has(Flags.HAR_KEEP_CREDENTIALS),
        replay,
        speed);
  }

  private static double speed(String text, Problems problems) {
    double speed;
    try {
      speed = Double.parseDouble(text);
    } catch (NumberFormatException _) {
      speed = Double.NaN;
    }
    if (speed > 0 && !Double.isInfinite(speed)) {
      return speed;
    }
    problems.add(Position.flag(Flags.HAR_SPEED), "\"" + text + "\" is not a number above 0");
    return 1;
  }

  private static void throwIfAny(Problems problems) throws UsageException {
    if (!problems.isEmpty()) {
      throw new UsageException(Faults.lines(problems));
    }
  }

  private byte[] bytes(String name) throws UsageException {
    try (InputStream in =
        name.equals(STANDARD_INPUT) ? parts.in() : Files.newInputStream(Path.of(name))) {
      byte[] bytes = in.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new UsageException(name + " is longer than " + (LONGEST >> 20) + " MiB");
      }
      return bytes;
    } catch (NoSuchFileException _) {
      throw new UsageException("there is no file " + name);
    } catch (IOException | InvalidPathException e) {
      throw new UsageException("cannot read " + name + ": " + e.getMessage());
    }
  }

  private int write(String text, Given given) {
    List<String> files = new ArrayList<>(given.all(Flags.OUTPUT_FILE));
    if (files.isEmpty()) {
      return print(text);
    }
    try {
      Files.writeString(Path.of(files.getLast()), text);
      return ExitCode.OK;
    } catch (IOException | InvalidPathException e) {
      console.complain(
          Flags.OUTPUT_FILE + ": cannot write " + files.getLast() + ": " + e.getMessage());
      return ExitCode.COULD_NOT;
    }
  }

  private int print(String text) {
    console.out().print(text);
    if (console.out().checkError()) {
      console.complain("the standard output cannot be written");
      return ExitCode.COULD_NOT;
    }
    return ExitCode.OK;
  }
}
