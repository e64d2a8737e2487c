package io.crankfire.report;

import io.crankfire.result.RunResult;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;

/// A finished run as one file, from which every report can be made again, byte for byte. JSON, with
/// every histogram in HdrHistogram's V2 encoding; compressed by gzip if its name ends in `.gz`.
public final class SavedRun {

  /// What the member `format` says.
  static final String FORMAT = "crankfire-run";

  /// The version of the format, raised when a reader of the one before would go wrong.
  public static final int SCHEMA_VERSION = 1;

  private SavedRun() {}

  /// Writes `result` and leaves `stream` open.
  ///
  /// @throws IOException if the stream fails
  public static void write(RunResult result, OutputStream stream) throws IOException {
    JsonPage.write(stream, false, page -> new SavedRunWriter(page).write(result));
  }

  /// Writes `result` compressed and leaves `stream` open.
  ///
  /// @throws IOException if the stream fails
  static void writeCompressed(RunResult result, OutputStream stream) throws IOException {
    GZIPOutputStream compressed = new GZIPOutputStream(stream, 1 << 16);
    write(result, compressed);
    compressed.finish();
  }

  /// Reads what [#write] wrote, compressed or not.
  ///
  /// @throws ReportException if the file cannot be read or is not a saved run
  public static RunResult read(Path file) throws ReportException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        InputStream in = inflated(raw)) {
      return SavedRunReader.read(in);
    } catch (Fields.Fault e) {
      throw new ReportException(Reports.named(file) + " is not a saved run: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new ReportException(Reports.named(file) + " is not a saved run: " + where(e), e);
    } catch (IOException e) {
      throw new ReportException(
          "cannot read " + Reports.named(file) + ": " + Reports.reason(e, file), e);
    }
  }

  private static InputStream inflated(InputStream in) throws IOException {
    in.mark(2);
    boolean compressed = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return compressed ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private static String where(JacksonException e) {
    if (e instanceof JacksonIOException) {
      return "it is cut off or damaged";
    }
    @Nullable TokenStreamLocation location = e.getLocation();
    return location == null
        ? "it is nested too deeply"
        : "not JSON from line "
            + location.getLineNr()
            + ", column "
            + location.getColumnNr()
            + " on, or cut off there";
  }
}
