package io.crankfire.data;

import io.crankfire.bind.DataBinder;
import io.crankfire.bind.DataKeys;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.protocol.Compiling;
import io.crankfire.template.Feeder;
import io.crankfire.template.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `feeder` and `feeders` of a configuration and the files they name.
public final class FeedersBinder {

  /// The keys it reads.
  public static final List<String> KEYS = DataBinder.RUN_KEYS;

  /// The formats of files.
  enum Type {
    CSV,
    JSON,
    JSONL
  }

  private final Problems problems;

  private FeedersBinder(Problems problems) {
    this.problems = problems;
  }

  /// Adds the feeders of a configuration to the names. Call it before any template is compiled.
  ///
  /// @param run the whole configuration
  /// @param names gets them
  /// @param problems takes all faults, those of the data with the positions in their files
  public static void bind(Fields run, Names names, Problems problems) {
    new FeedersBinder(problems).bindAll(run, names);
  }

  private void bindAll(Fields run, Names names) {
    List<ConfigNode> nodes = new ArrayList<>();
    ConfigNode one = run.node("feeder");
    ConfigNode several = run.node("feeders");
    if (one != null && several != null) {
      problems.add(several.position(), "there is a feeder already: put all of them into feeders");
    }
    for (ConfigNode node : new ConfigNode[] {one, several}) {
      if (node instanceof ConfigNode.Sequence list) {
        nodes.addAll(list.items());
      } else if (node != null) {
        nodes.add(node);
      }
    }
    Set<String> used = new HashSet<>();
    for (ConfigNode node : nodes) {
      if (!(node instanceof ConfigNode.Mapping mapping)) {
        problems.add(node.position(), "expected keys and values, at least a path");
        continue;
      }
      Fields fields = new Fields(mapping, problems);
      Feeder feeder = feeder(fields, nodes.size() == 1);
      if (feeder == null) {
        continue;
      }
      if (!used.add(feeder.name())) {
        problems.add(
            fields.position("name"),
            "a feeder has the name \"%s\" already: give each a name of its own"
                .formatted(feeder.name()));
        continue;
      }
      names.add(feeder);
    }
  }

  private @Nullable Feeder feeder(Fields fields, boolean only) {
    fields.rejectOthersThan(DataKeys.FEEDER.names());
    Feeder.Policy policy = fields.choice("policy", Feeder.Policy.LOOP);
    String path = fields.text("path");
    if (path == null || path.isBlank()) {
      problems.add(fields.position("path"), "a feeder needs a path: the file with its records");
      return null;
    }
    Position position = fields.position("path");
    Type type = type(fields, path);
    Character delimiter = delimiter(fields, path, type);
    if (type == null || delimiter == null) {
      return null;
    }
    Path file;
    byte[] bytes;
    try {
      file = Compiling.file(path, position);
      bytes = Files.readAllBytes(file);
    } catch (InvalidPathException | NoSuchFileException _) {
      problems.add(position, "there is no file \"%s\"".formatted(path));
      return null;
    } catch (IOException e) {
      problems.add(position, "cannot read \"%s\": %s".formatted(path, e.getMessage()));
      return null;
    }
    Records records = new Records(file.toString(), problems);
    boolean whole =
        switch (type) {
          case CSV -> CsvRecords.read(bytes, delimiter, records);
          case JSON -> JsonRecords.readArray(bytes, records);
          case JSONL -> JsonRecords.readLines(bytes, records);
        };
    if (!whole) {
      return null;
    }
    if (records.isEmpty()) {
      problems.add(position, "there is no record in \"%s\"".formatted(path));
      return null;
    }
    String name = fields.text("name");
    return records.feeder(name != null ? name : only ? "feeder" : stem(file), policy);
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.indexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private @Nullable Type type(Fields fields, String path) {
    if (fields.has("type")) {
      return fields.choice("type", Type.CSV);
    }
    String name = path.toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv") || name.endsWith(".tsv")) {
      return Type.CSV;
    }
    if (name.endsWith(".json")) {
      return Type.JSON;
    }
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      return Type.JSONL;
    }
    problems.add(
        fields.position("path"),
        "\"%s\" does not tell its format by its ending: give a type, csv, json or jsonl"
            .formatted(path));
    return null;
  }

  private @Nullable Character delimiter(Fields fields, String path, @Nullable Type type) {
    String asked = fields.text("delimiter");
    if (asked == null) {
      return path.toLowerCase(Locale.ROOT).endsWith(".tsv") ? '\t' : ',';
    }
    if (type != null && type != Type.CSV) {
      problems.add(fields.position("delimiter"), "only csv files have a delimiter");
      return null;
    }
    String text = asked.equals("tab") || asked.equals("\\t") ? "\t" : asked;
    if (text.length() != 1 || "\"\r\n".contains(text)) {
      problems.add(
          fields.position("delimiter"),
          "\"%s\" is not a delimiter: give one character, such as ; or tab".formatted(asked));
      return null;
    }
    return text.charAt(0);
  }
}
