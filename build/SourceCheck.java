import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Checks, or formats, the Java sources of the whole tree: google-java-format's layout and the
/// rules of the house which are plain text. Looks only at files changed since the last check that
/// passed.
///
/// Arguments: the root of the tree, the file whose time says when the last check passed, and
/// `check` or `format`. Exit code 1 if a file is at fault.
public final class SourceCheck {
  private static final Set<String> SKIPPED = Set.of("target", ".git", "node_modules", "out");

  /// A text that no source may contain, and what to write instead.
  private record Rule(Pattern forbidden, String advice) {
    private static Rule of(String forbidden, String advice) {
      return new Rule(Pattern.compile(forbidden, Pattern.MULTILINE), advice);
    }
  }

  private static final List<Rule> RULES =
      List.of(
          Rule.of("^\\s*/\\*\\*\\s", "write documentation comments with ///"),
          Rule.of("^\\s*@Disabled\\b", "repair the test or remove it, but do not disable it"),
          Rule.of("^\\s*import [\\w.]*\\*;", "import classes one by one"));

  private SourceCheck() {}

  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]).toAbsolutePath().normalize();
    Path passed = Path.of(args[1], "passed");
    Path faultsFile = Path.of(args[1], "faults");
    boolean format = args[2].equals("format");
    FileTime begun = FileTime.from(Instant.now());
    FileTime since =
        Files.exists(passed) ? Files.getLastModifiedTime(passed) : FileTime.fromMillis(0);

    List<String> faults =
        changed(root, since).parallelStream().flatMap(file -> check(root, file, format)).toList();
    Files.deleteIfExists(faultsFile);
    if (!faults.isEmpty()) {
      List<String> sorted = faults.stream().sorted().toList();
      sorted.forEach(System.err::println);
      Files.write(faultsFile, sorted);
      return;
    }
    if (Files.notExists(passed)) {
      Files.createFile(passed);
    }
    Files.setLastModifiedTime(passed, begun);
  }

  private static List<Path> changed(Path root, FileTime since) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return SKIPPED.contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")
                && attributes.lastModifiedTime().compareTo(since) >= 0) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  private static Stream<String> check(Path root, Path file, boolean format) {
    try {
      String name = root.relativize(file).toString();
      String text = Files.readString(file);
      List<String> faults = new ArrayList<>();
      for (Rule rule : RULES) {
        Matcher matcher = rule.forbidden().matcher(text);
        while (matcher.find()) {
          long line = text.substring(0, matcher.end()).lines().count();
          faults.add(name + ":" + line + ": " + rule.advice());
        }
      }
      String formatted = new Formatter().formatSourceAndFixImports(text);
      if (!formatted.equals(text)) {
        if (format) {
          Files.writeString(file, formatted);
        } else {
          faults.add(name + ": not formatted, run: mvn -q validate -Pformat");
        }
      }
      return faults.stream();
    } catch (FormatterException e) {
      return Stream.of(root.relativize(file) + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
