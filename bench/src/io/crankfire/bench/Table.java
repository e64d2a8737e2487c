package io.crankfire.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// A titled Markdown table, with its columns aligned so that it reads well as plain text too.
final class Table {

  private final String title;
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  Table(String title, String... header) {
    this.title = title;
    this.header = List.of(header);
  }

  void row(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells under " + header.size() + " headers");
    }
    rows.add(Arrays.asList(cells));
  }

  /// A row for what could not be measured, with the reason.
  void failed(String name, String why) {
    List<String> cells = new ArrayList<>(Collections.nCopies(header.size(), "–"));
    cells.set(0, name);
    rows.add(cells);
    notes.add(name + ": " + why.replaceAll("\\s+", " ").strip());
  }

  void note(String text) {
    notes.add(text);
  }

  String markdown() {
    int[] widths = new int[header.size()];
    List<List<String>> all = new ArrayList<>(List.of(header));
    all.addAll(rows);
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder out = new StringBuilder("### ").append(title).append("\n\n");
    line(header, widths, out);
    for (int width : widths) {
      out.append('|').append("-".repeat(width + 2));
    }
    out.append("|\n");
    rows.forEach(row -> line(row, widths, out));
    notes.forEach(note -> out.append("\n").append(note).append("\n"));
    return out.append('\n').toString();
  }

  private static void line(List<String> row, int[] widths, StringBuilder out) {
    for (int i = 0; i < widths.length; i++) {
      out.append("| ").append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 1));
    }
    out.append("|\n");
  }

  /// The columns that [#runs] fills.
  static Table ofRuns(String title, String perSecondRatio, String cpuRatio) {
    return new Table(
        title,
        "generator",
        perSecondRatio,
        cpuRatio,
        "per second",
        "CPU µs",
        "user µs",
        "own core",
        "server core",
        "RSS MB",
        "n (dropped)");
  }

  /// The medians of one tool's runs.
  void runs(String name, String rate, String cpu, List<Measurement> runs, String n) {
    row(
        name,
        rate,
        cpu,
        Stat.of(runs, Measurement::perSecond).text(0),
        Stat.of(runs, Measurement::cpuNanos).times(1e-3).text(2),
        Stat.of(runs, Measurement::userNanos).times(1e-3).text(2),
        Stat.of(runs, Measurement::generatorShare).text(2),
        Stat.of(runs, Measurement::serverShare).text(2),
        Stat.of(runs, Measurement::peakRssBytes).times(1e-6).text(0),
        n);
  }
}
