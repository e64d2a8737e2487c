package io.crankfire.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Everything measured so far: figures under dotted names for the goals and for machines, tables
/// for people.
final class Results {

  private final Map<String, Stat> figures = new LinkedHashMap<>();
  private final List<Table> tables = new ArrayList<>();

  void put(String name, Stat stat) {
    figures.put(name, stat);
  }

  /// The figure of that name; one of no values when it was not measured.
  Stat get(String name) {
    return figures.getOrDefault(name, Stat.of());
  }

  /// Adds a table and prints it.
  void add(Table table) {
    tables.add(table);
    System.out.println(table.markdown());
  }

  /// Writes NAME.json and NAME.md.
  void write(Path directory, String name, Machine machine, List<Goals.Verdict> verdicts)
      throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("machine", machine.facts());
    Map<String, Object> numbers = new LinkedHashMap<>();
    figures.forEach((key, stat) -> numbers.put(key, stat.json()));
    json.put("figures", numbers);
    json.put("goals", verdicts.stream().map(Goals.Verdict::json).toList());
    StringBuilder markdown = new StringBuilder(machine.table().markdown());
    tables.forEach(table -> markdown.append(table.markdown()));
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(name + ".json"), Json.write(json));
    Files.writeString(directory.resolve(name + ".md"), markdown);
    Log.say("written: %s and .md", directory.resolve(name + ".json"));
  }
}
