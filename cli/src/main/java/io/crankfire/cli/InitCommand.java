package io.crankfire.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Objects;

/// `crankfire init`: writes a configuration file to begin with.
final class InitCommand {

  private static final String NAME = "crankfire.yaml";

  private final Console console;

  InitCommand(Console console) {
    this.console = console;
  }

  /// The file's text.
  static String starter() {
    try (InputStream text =
        Objects.requireNonNull(InitCommand.class.getResourceAsStream("starter.yaml"))) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int execute(Given given) throws UsageException {
    String name = given.words().isEmpty() ? NAME : given.words().getFirst();
    String lower = name.toLowerCase(Locale.ROOT);
    if (!lower.endsWith(".yaml") && !lower.endsWith(".yml")) {
      throw new UsageException(
          name + ": what is written is YAML: the name ends with .yaml or .yml");
    }
    OpenOption how =
        given.has(Flags.FORCE) ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW;
    try {
      Files.writeString(
          Path.of(name),
          starter(),
          how,
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING);
    } catch (InvalidPathException _) {
      throw new UsageException("\"" + name + "\" is not a path");
    } catch (FileAlreadyExistsException _) {
      throw new UsageException(name + " is there already: give another name, or --force");
    } catch (IOException e) {
      console.complain("cannot write " + name + ": " + e.getMessage());
      return ExitCode.COULD_NOT;
    }
    console.out().println("wrote " + name + ": change it, then: crankfire --config " + name);
    return ExitCode.OK;
  }
}
