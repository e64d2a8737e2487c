package io.crankfire.imports;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads HAR files (HAR 1.2, as browsers and proxies write them). The contents of answers are
/// skipped without being kept.
final class HarReader {
  private HarReader() {}

  /// What a file holds.
  ///
  /// @param entries the requests that were HTTP, in the order of the file
  /// @param others how many were not: WebSockets, data URLs, tunnels, or no request at all
  record Log(List<HarEntry> entries, int others) {}

  /// Reads a file.
  ///
  /// @param namedAt where the file was named
  /// @return what it holds, or null if it cannot be read, which is a problem then
  static @Nullable Log read(Path file, Position namedAt, Problems problems) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(in, file.toString());
    } catch (NoSuchFileException _) {
      problems.add(namedAt, "there is no file " + file);
    } catch (IOException e) {
      problems.add(namedAt, "cannot read " + file + ": " + e.getMessage());
    } catch (UnreadableException e) {
      problems.add(e.position(), e.problem());
    }
    return null;
  }

  /// Reads a stream.
  ///
  /// @param source the file's name, for positions
  /// @throws UnreadableException if it is no HAR file
  static Log read(InputStream in, String source) throws UnreadableException {
    Data root = JsonReader.read(in, source, HarReader::isWanted);
    Data log = root.get("log");
    if (log == null || !log.isObject()) {
      throw new UnreadableException(
          root.position(), "this is no HAR file: it has no \"log\" with \"entries\"");
    }
    Data entries = log.get("entries");
    if (entries == null || !entries.isList()) {
      throw new UnreadableException(
          log.position(), "this is no HAR file: its \"log\" has no list of \"entries\"");
    }
    List<HarEntry> found = new ArrayList<>();
    int others = 0;
    for (Data item : entries.items()) {
      HarEntry entry = entry(item);
      if (entry == null) {
        others++;
      } else {
        found.add(entry);
      }
    }
    return new Log(found, others);
  }

  /// Everything about the answer but its type is skipped, and what browsers add for themselves.
  private static boolean isWanted(String parent, String name) {
    return switch (parent) {
      case "" -> name.equals("log");
      case "log" -> name.equals("entries");
      case "entries" ->
          name.equals("request")
              || name.equals("response")
              || name.equals("startedDateTime")
              || name.equals("time")
              || name.equals("_resourceType");
      case "response" -> name.equals("content");
      case "content" -> name.equals("mimeType");
      case "request" -> !name.equals("queryString") && !name.startsWith("_");
      default -> true;
    };
  }

  private static @Nullable HarEntry entry(Data item) {
    Data request = item.get("request");
    String url = request == null ? null : request.textOf("url");
    WebAddress address = url == null ? null : WebAddress.parse(url);
    if (request == null || address == null) {
      return null;
    }
    String method = request.textOf("method", "GET").strip().toUpperCase(Locale.ROOT);
    boolean socket = item.textOf("_resourceType", "").equals("websocket");
    return socket || method.equals("CONNECT") ? null : new HarEntry(item, method, address);
  }
}
