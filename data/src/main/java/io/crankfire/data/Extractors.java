package io.crankfire.data;

import io.crankfire.data.jsonpath.JsonPath;
import io.crankfire.template.Extractor;
import io.crankfire.template.Response;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The kinds of extractors.
final class Extractors {
  private Extractors() {}

  /// Finds a value in a response; null if there is none.
  private interface Source {
    byte @Nullable [] find(Response response);
  }

  private static final class Found implements Extractor {
    private final Source source;
    private final boolean needsBody;
    private final Common common;

    Found(Source source, boolean needsBody, Common common) {
      this.source = source;
      this.needsBody = needsBody;
      this.common = common;
    }

    @Override
    public int slot() {
      return common.slot;
    }

    @Override
    public boolean onError() {
      return common.onError;
    }

    @Override
    public boolean needsBody() {
      return needsBody;
    }

    @Override
    public byte @Nullable [] extract(Response response) {
      byte[] value = source.find(response);
      return value == null ? common.otherwise : value;
    }
  }

  /// What all kinds have.
  static final class Common {
    private final int slot;
    private final boolean onError;
    private final byte @Nullable [] otherwise;

    /// @param slot of the variable
    /// @param onError whether it looks at failed responses, too
    /// @param otherwise the value when there is none
    Common(int slot, boolean onError, @Nullable String otherwise) {
      this.slot = slot;
      this.onError = onError;
      this.otherwise = otherwise == null ? null : otherwise.getBytes(StandardCharsets.UTF_8);
    }
  }

  static Extractor of(JsonPath path, Common common) {
    return new Found(response -> path.first(response.body(), response.bodyLength()), true, common);
  }

  static Extractor of(Regex regex, Common common) {
    return new Found(response -> regex.first(response.body(), response.bodyLength()), true, common);
  }

  static Extractor ofHeader(String name, Common common) {
    return new Found(
        response -> {
          String value = response.header(name);
          return value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        },
        false,
        common);
  }
}
