package io.crankfire.report;

import io.crankfire.metrics.Histogram;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/// A JSON document in the making, written as it comes: one object at the top, UTF-8, a line feed at
/// the end.
final class JsonPage {

  /// What fills an object or an array.
  interface Content {
    void write();
  }

  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  private final JsonGenerator out;

  private JsonPage(JsonGenerator out) {
    this.out = out;
  }

  /// Writes one document and leaves `stream` open.
  ///
  /// @param indented two spaces a level and every member on a line of its own, or all on one line
  static void write(
      OutputStream stream, boolean indented, java.util.function.Consumer<JsonPage> content)
      throws IOException {
    try (JsonGenerator out =
        FACTORY.createGenerator(indented ? new Indented() : ObjectWriteContext.empty(), stream)) {
      out.writeStartObject();
      content.accept(new JsonPage(out));
      out.writeEndObject();
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      throw new IllegalStateException(e); // a bug: members in the wrong place
    }
    stream.write('\n');
  }

  private static final class Indented extends ObjectWriteContext.Base {
    @Override
    public PrettyPrinter getPrettyPrinter() {
      DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
      return new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                  .withObjectEmptySeparator("")
                  .withArrayEmptySeparator(""))
          .withObjectIndenter(indenter)
          .withArrayIndenter(indenter);
    }

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }
  }

  void object(String name, Content content) {
    out.writeObjectPropertyStart(Plain.wellFormed(name));
    content.write();
    out.writeEndObject();
  }

  void array(String name, Content content) {
    out.writeArrayPropertyStart(name);
    content.write();
    out.writeEndArray();
  }

  /// An object as an element of an array.
  void element(Content content) {
    out.writeStartObject();
    content.write();
    out.writeEndObject();
  }

  void text(String name, String value) {
    out.writeStringProperty(Plain.wellFormed(name), Plain.wellFormed(value));
  }

  void texts(String name, Map<String, String> values) {
    object(name, () -> values.forEach(this::text));
  }

  void number(String name, long value) {
    out.writeNumberProperty(Plain.wellFormed(name), value);
  }

  void number(String name, double value) {
    out.writeNumberProperty(name, value);
  }

  /// A number; `null` for one that there is not.
  void numberOrNull(String name, double value) {
    if (Double.isNaN(value)) {
      out.writeNullProperty(name);
    } else {
      number(name, value);
    }
  }

  void truth(String name, boolean value) {
    out.writeBooleanProperty(name, value);
  }

  void bytes(String name, byte[] value) {
    out.writeStringProperty(name, Base64.getEncoder().encodeToString(value));
  }

  /// A duration in milliseconds.
  void millis(String name, long nanos) {
    millis(name, (double) nanos);
  }

  /// A duration in milliseconds, to fractions of a nanosecond.
  void millis(String name, double nanos) {
    out.writeNumberProperty(name, nanos / 1e6);
  }

  /// The members that describe a histogram, in milliseconds: what the sample is large enough for.
  void statistics(Histogram histogram, Iterable<Percentile> percentiles) {
    statistics(histogram, percentiles, 1e6);
  }

  /// The same of values of any unit.
  ///
  /// @param perUnit how many of the histogram's parts make one
  void statistics(Histogram histogram, Iterable<Percentile> percentiles, double perUnit) {
    number("count", histogram.count());
    if (histogram.count() == 0) {
      return;
    }
    number("min", histogram.min() / perUnit);
    number("max", histogram.max() / perUnit);
    number("mean", histogram.mean() / perUnit);
    number("stdev", histogram.standardDeviation() / perUnit);
    if (histogram.clamped() > 0) {
      number("clamped", histogram.clamped());
    }
    object(
        "percentiles",
        () -> {
          for (Percentile percentile : percentiles) {
            if (percentile.supportedBy(histogram)) {
              number(percentile.key(), percentile.in(histogram) / perUnit);
            }
          }
        });
  }
}
