package io.crankfire.http;

import io.crankfire.testkit.Faults;
import io.crankfire.testkit.Oddities;
import io.crankfire.testkit.Specimen;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/// A row of `specimens.csv`: a way of answering and what the requester makes of it.
///
/// @param outcome the bucket of the exchange
/// @param kept whether the connection is used for the next exchange
record Row(Specimen specimen, String outcome, boolean kept) {

  /// All of them.
  ///
  /// @throws IllegalStateException if the table does not name every specimen of the testkit once
  static List<Row> all() {
    Map<String, Specimen> specimens = new HashMap<>();
    Stream.concat(Faults.all().stream(), Oddities.all().stream())
        .forEach(specimen -> specimens.put(specimen.name(), specimen));
    InputStream table = Objects.requireNonNull(Row.class.getResourceAsStream("specimens.csv"));
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8))) {
      List<Row> rows =
          reader.lines().skip(1).map(line -> parse(specimens, line.split(",", -1))).toList();
      Set<String> missing = new HashSet<>(specimens.keySet());
      rows.forEach(row -> missing.remove(row.specimen.name()));
      if (!missing.isEmpty() || rows.size() != specimens.size()) {
        throw new IllegalStateException("specimens.csv lacks or repeats some; missing: " + missing);
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row parse(Map<String, Specimen> specimens, String[] cells) {
    Specimen specimen = specimens.get(cells[0]);
    if (specimen == null) {
      throw new IllegalStateException("specimens.csv names what the testkit has not: " + cells[0]);
    }
    return new Row(specimen, cells[1], cells[2].equals("kept"));
  }

  /// Whether the exchange ends by its timeout only.
  boolean timesOut() {
    return outcome.equals("TIMEOUT");
  }

  @Override
  public String toString() {
    return specimen.name() + ": " + outcome + (kept ? ", kept" : ", closed");
  }
}
