package io.crankfire.data;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.template.Feeder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The records of a file while it is read, and what is wrong with them: the first faults with their
/// lines, and how many more there are. Confined to one thread.
final class Records {

  private static final int FAULTS_SHOWN = 10;

  private final String file;
  private final Problems problems;
  private final Map<String, Integer> columns = new LinkedHashMap<>();
  private final List<@Nullable String[]> rows = new ArrayList<>();
  private int faults;

  Records(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /// Notes a fault.
  void fault(long line, long column, String message) {
    if (++faults <= FAULTS_SHOWN) {
      problems.add(position(line, column), message);
    }
  }

  /// Notes what is allowed and was probably not meant.
  void warn(long line, String message) {
    problems.warn(position(line, 1), message);
  }

  private Position position(long line, long column) {
    return new Position(file, (int) line, (int) column, null);
  }

  /// Ends the reading.
  ///
  /// @return whether there was no fault
  boolean end() {
    if (faults > FAULTS_SHOWN) {
      problems.add(position(1, 1), "%d more faults like these".formatted(faults - FAULTS_SHOWN));
    }
    return faults == 0;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /// The index of a column, which exists from now on.
  int column(String name) {
    Integer known = columns.putIfAbsent(name, columns.size());
    return known == null ? columns.size() - 1 : known;
  }

  int columns() {
    return columns.size();
  }

  boolean hasColumn(String name) {
    return columns.containsKey(name);
  }

  /// Adds a record: a value for each of the first columns, null for none.
  void add(@Nullable String[] values) {
    rows.add(values);
  }

  Feeder feeder(String name, Feeder.Policy policy) {
    List<byte[][]> bytes = new ArrayList<>(rows.size());
    for (@Nullable String[] row : rows) {
      byte[][] values = new byte[columns.size()][];
      for (int i = 0; i < row.length; i++) {
        String value = row[i];
        if (value != null) {
          values[i] = value.getBytes(StandardCharsets.UTF_8);
        }
      }
      bytes.add(values);
    }
    return new Feeder(name, List.copyOf(columns.keySet()), bytes, policy);
  }

  /// The text of a file: UTF-8, or UTF-16 when its byte order mark says so. Null if it is neither.
  @Nullable String text(byte[] bytes) {
    Charset charset = StandardCharsets.UTF_8;
    int mark = 0;
    if (begins(bytes, 0xef, 0xbb, 0xbf)) {
      mark = 3;
    } else if (begins(bytes, 0xff, 0xfe)) {
      charset = StandardCharsets.UTF_16LE;
      mark = 2;
    } else if (begins(bytes, 0xfe, 0xff)) {
      charset = StandardCharsets.UTF_16BE;
      mark = 2;
    }
    ByteBuffer content = ByteBuffer.wrap(bytes, mark, bytes.length - mark);
    try {
      return charset.newDecoder().decode(content).toString();
    } catch (CharacterCodingException _) {
      long line = 1;
      for (int i = 0; i < content.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      fault(line, 1, "a character is not %s: save the file as UTF-8".formatted(charset));
      end();
      return null;
    }
  }

  private static boolean begins(byte[] bytes, int... mark) {
    for (int i = 0; i < mark.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != mark[i]) {
        return false;
      }
    }
    return true;
  }
}
