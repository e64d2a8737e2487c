package io.crankfire.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CSV by RFC 4180: the first record names the columns, all others have a value for each. Empty
/// lines are skipped.
final class CsvRecords {
  private CsvRecords() {}

  /// Reads a file.
  ///
  /// @return whether there was no fault
  static boolean read(byte[] bytes, char delimiter, Records records) {
    String text = records.text(bytes);
    if (text == null) {
      return false;
    }
    long line = 1;
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .fieldSeparator(delimiter)
            .skipEmptyLines(true)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .ofCsvRecord(text)) {
      Iterator<CsvRecord> all = reader.iterator();
      if (all.hasNext()) {
        CsvRecord header = all.next();
        line = header.getStartingLineNumber();
        columns(header, records);
        boolean warned = false;
        while (all.hasNext()) {
          CsvRecord record = all.next();
          line = record.getStartingLineNumber();
          warned |= add(record, header.getFieldCount(), !warned, records);
        }
      }
    } catch (CsvParseException e) {
      Throwable cause = e.getCause();
      records.fault(line, 1, String.valueOf((cause == null ? e : cause).getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is none in a text
    }
    return records.end();
  }

  private static void columns(CsvRecord header, Records records) {
    int number = 0;
    for (String field : header.getFields()) {
      number++;
      String name = field.strip();
      if (name.isEmpty()) {
        records.fault(header.getStartingLineNumber(), 1, "column %d has no name".formatted(number));
      } else if (records.hasColumn(name)) {
        records.fault(
            header.getStartingLineNumber(), 1, "two columns have the name \"%s\"".formatted(name));
      } else {
        records.column(name);
      }
    }
  }

  /// Adds a record; returns whether it warned of something.
  private static boolean add(CsvRecord record, int columns, boolean mayWarn, Records records) {
    List<String> fields = record.getFields();
    if (fields.size() != columns) {
      records.fault(
          record.getStartingLineNumber(),
          1,
          "%d value%s where the first line names %d columns"
              .formatted(fields.size(), fields.size() == 1 ? "" : "s", columns));
      return false;
    }
    @Nullable String[] values = fields.toArray(new String[0]);
    records.add(values);
    for (String value : fields) {
      if (mayWarn && value.startsWith(" ")) {
        records.warn(
            record.getStartingLineNumber(),
            "\"%s\" begins with a blank, which is a part of the value (RFC 4180)".formatted(value));
        return true;
      }
    }
    return false;
  }
}
