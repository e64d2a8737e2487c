package io.crankfire.file;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.JsonText;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A file that a test has written, and what is read from it.
///
/// @param settings null if it could not be read
record Written(ConfigNode.@Nullable Mapping settings, Problems problems) {

  static Written file(Path folder, String name, String text) {
    return file(folder, name, text.getBytes(StandardCharsets.UTF_8), null, Map.of());
  }

  static Written file(
      Path folder,
      String name,
      byte[] bytes,
      @Nullable String profile,
      Map<String, String> environment) {
    Path path = folder.resolve(name);
    try {
      Files.write(path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Problems problems = new Problems();
    ConfigFile file = ConfigFile.read(path.toString(), problems);
    return new Written(
        file == null
            ? null
            : file.settings(profile, Position.flag("--profile"), environment::get, problems),
        problems);
  }

  /// Each value that is no container by its path, as text; a document as JSON.
  Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    collect("", Objects.requireNonNull(settings, problems.all().toString()), values);
    return values;
  }

  private static void collect(String path, ConfigNode node, Map<String, String> values) {
    switch (node) {
      case ConfigNode.Scalar scalar -> values.put(path, scalar.text());
      case ConfigNode.Mapping mapping ->
          mapping
              .entries()
              .forEach((key, value) -> {
                if (ConfigNode.isDocument(key) && !(value instanceof ConfigNode.Scalar)) {
                  values.put(path + "/" + key, JsonText.of(value));
                } else {
                  collect(path + "/" + key, value, values);
                }
              });
      case ConfigNode.Sequence list -> {
        for (int i = 0; i < list.items().size(); i++) {
          collect(path + "/" + i, list.items().get(i), values);
        }
      }
    }
  }

  /// The problems as `line:column: message`.
  List<String> faults() {
    return problems.all().stream()
        .map(problem ->
            problem.position().line()
                + ":"
                + problem.position().column()
                + ": "
                + problem.message())
        .toList();
  }
}
