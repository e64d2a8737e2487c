package io.crankfire.report;

import io.crankfire.result.RunResult;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/// Reports by the names of their formats, and into files.
public final class Reports {

  /// What a run can be turned into.
  public enum Format {
    /// One page for people.
    TEXT,
    /// For programs.
    JSON,
    /// The run itself, to make reports of later.
    RUN;

    /// Its name on the command line.
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A report that somebody wants in a file.
  ///
  /// @param format what kind
  /// @param file where to
  public record Output(Format format, Path file) {

    /// Reads `FORMAT=FILE`.
    ///
    /// @throws IllegalArgumentException if it is not that; the message is one line for the user
    public static Output parse(String text) {
      int equals = text.indexOf('=');
      String name = equals < 0 ? "" : text.substring(0, equals);
      if (equals < 0 || equals == text.length() - 1) {
        throw new IllegalArgumentException(
            "\"" + Plain.text(text) + "\" is not FORMAT=FILE, with a format of " + formats());
      }
      for (Format format : Format.values()) {
        if (format.key().equals(name)) {
          return new Output(format, path(text.substring(equals + 1)));
        }
      }
      throw new IllegalArgumentException(
          "there is no report format \"" + Plain.text(name) + "\", only " + formats());
    }
  }

  private Reports() {}

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "\"" + Plain.text(name) + "\" is not the name of a file", e);
    }
  }

  /// The names of all formats, for people.
  public static String formats() {
    StringBuilder names = new StringBuilder();
    for (Format format : Format.values()) {
      names.append(names.isEmpty() ? "" : ", ").append(format.key());
    }
    return names.toString();
  }

  /// Writes one report and leaves `stream` open. Text is without colours.
  ///
  /// @throws IOException if the stream fails
  public static void write(RunResult result, Format format, OutputStream stream)
      throws IOException {
    switch (format) {
      case TEXT -> stream.write(TextReport.render(result, false).getBytes(StandardCharsets.UTF_8));
      case JSON -> JsonReport.write(result, stream);
      case RUN -> SavedRun.write(result, stream);
    }
  }

  /// Writes one report into its file: the old content or the whole new one is there, never a part.
  /// What is no regular file, a pipe or a device, is written to as it is.
  ///
  /// @throws ReportException if it cannot be written
  public static void write(RunResult result, Output output) throws ReportException {
    Path file = output.file();
    Path partial = null;
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        write(result, output, Files.newOutputStream(file, StandardOpenOption.WRITE));
        return;
      }
      Path whole = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
      partial = beside(whole);
      write(result, output, Files.newOutputStream(partial, StandardOpenOption.CREATE_NEW));
      try {
        Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(partial, whole, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      discard(partial);
      throw new ReportException("cannot write " + named(file) + ": " + reason(e, file), e);
    }
  }

  /// Finds out before a run whether a report's file can be written afterwards, leaving everything
  /// as it is.
  ///
  /// @throws ReportException if it cannot
  public static void check(Output output) throws ReportException {
    Path file = output.file();
    Path partial = null;
    try {
      if (Files.isDirectory(file)) {
        throw new ReportException("cannot write " + named(file) + ": it is a directory");
      }
      if (Files.exists(file) && !Files.isWritable(file)) {
        throw new AccessDeniedException(file.toString());
      }
      if (!Files.exists(file) || Files.isRegularFile(file)) {
        partial = beside(Files.exists(file) ? file.toRealPath() : file.toAbsolutePath());
        Files.newOutputStream(partial, StandardOpenOption.CREATE_NEW).close();
      }
    } catch (IOException e) {
      throw new ReportException("cannot write " + named(file) + ": " + reason(e, file), e);
    } finally {
      discard(partial);
    }
  }

  private static void write(RunResult result, Output output, OutputStream target)
      throws IOException {
    try (OutputStream stream = new BufferedOutputStream(target, 1 << 16)) {
      if (output.format() == Format.RUN && output.file().toString().endsWith(".gz")) {
        SavedRun.writeCompressed(result, stream);
      } else {
        write(result, output.format(), stream);
      }
    }
  }

  private static Path beside(Path file) {
    String name = "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".part";
    return file.resolveSibling(name);
  }

  private static void discard(@org.jspecify.annotations.Nullable Path partial) {
    if (partial != null) {
      try {
        Files.deleteIfExists(partial);
      } catch (IOException e) {
        // What could not be written could not be deleted either; the first failure is reported.
      }
    }
  }

  /// A file's name for people.
  static String named(Path file) {
    return Plain.text(file.toString());
  }

  /// Why, in a few words without the file's name.
  static String reason(IOException e, Path file) {
    if (Files.isDirectory(file)) {
      return "it is a directory";
    }
    Path folder = file.toAbsolutePath().getParent();
    return switch (e) {
      case NoSuchFileException x ->
          folder != null && Files.isDirectory(folder)
              ? "no such file"
              : "there is no directory " + (folder == null ? "" : named(folder));
      case AccessDeniedException x -> "permission denied";
      case FileAlreadyExistsException x -> "a file is in the way: " + Plain.text(x.getFile());
      case NotDirectoryException x -> "a part of its path is not a directory";
      case java.nio.file.FileSystemException x when x.getReason() != null ->
          Plain.text(x.getReason());
      case java.io.EOFException x -> "it is cut off";
      default -> Plain.text(String.valueOf(e.getMessage()));
    };
  }
}
