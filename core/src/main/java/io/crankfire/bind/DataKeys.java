package io.crankfire.bind;

import io.crankfire.config.Key;
import io.crankfire.config.Section;
import io.crankfire.template.Conduct;
import io.crankfire.template.Feeder;

/// The keys of what a [DataBinder] reads. Loaded when one of these is there, and not by a run of a
/// single target.
public final class DataKeys {
  private DataKeys() {}

  /// Of a feeder.
  public static final Section FEEDER =
      Section.of(
          "feeder",
          "A file whose records fill placeholders",
          Key.text("name", "for {{name.column}}; the file's name if there are several feeders"),
          Key.text("path", "the file with its records"),
          Key.word("type", "its format; by the file's end", "csv", "json", "jsonl"),
          Key.choice("policy", Feeder.Policy.LOOP, "which record an iteration gets"),
          Key.text("delimiter", "between the fields of csv: one character or tab; the comma"));

  /// Of an extractor.
  public static final Section EXTRACTOR =
      Section.of(
          "extractor",
          "Takes a value out of a response; one of jsonpath, regex and header",
          Key.text("jsonpath", "the first value at this path (RFC 9535) of a body of JSON"),
          Key.text("regex", "the first group, or all that fits (RE2 syntax), of the body"),
          Key.text("header", "the value of this header"),
          Key.text("var", "the variable it sets"),
          Key.text("default", "its value if nothing is found"),
          Key.flag("on_error", false, "of responses with a status from 400 on, too"));

  /// Of a check.
  public static final Section CHECK =
      Section.of(
          "check",
          "What has to be true of a response; all that is given",
          Key.text("name", "the label in statistics; what it checks"),
          Key.text("status", "200, 2xx or 200-299; of gRPC NOT_FOUND or 5").orList(),
          Key.text("body_contains", "a text that is in the body").orList(),
          Key.text("body_regex", "an expression (RE2 syntax) that fits in the body"),
          Key.text("jsonpath", "a value of a body of JSON (RFC 9535), and equals or exists"),
          Key.text("header", "a header, and equals, exists or contains"),
          Key.text("equals", "what the value is"),
          Key.flag("exists", true, "whether there is a value"),
          Key.text("contains", "a text that is in the header's value"),
          Key.duration("max_duration", "", "the longest service time; above 0"),
          Key.whole("max_body_bytes", 0, 0, "bytes of the body at the most").withoutDefault());

  /// How often to try again.
  public static final Key MOST_RETRIES =
      Key.whole("max", 0, 0, "attempts after the first").range(0, Integer.MAX_VALUE);

  /// Of retries in the long form.
  public static final Section RETRIES =
      Section.of(
          "retries",
          "Retries in the long form",
          MOST_RETRIES.withoutDefault(),
          Key.duration("base", "100ms", "the first delay, doubled for each further one"),
          Key.duration("cap", "5s", "the longest delay; base if that is longer"));

  /// How much of a body is kept.
  public static final Key CAPTURE_LIMIT =
      Key.whole(
              "capture_limit",
              Conduct.DEFAULT_CAPTURE_LIMIT,
              1,
              "bytes of a body that extractors and checks see")
          .range(1, 1 << 30);

  /// Of an endpoint, or of the whole run.
  public static final Section CONDUCT =
      Section.of(
          "conduct",
          "What is done with responses",
          Key.keys("extractors", "extractor", "values taken out of responses").list(),
          Key.keys("checks", "check", "what has to be true of responses").list(),
          Key.whole("retries", 0, 0, "attempts after the first that failed")
              .range(0, Integer.MAX_VALUE)
              .orKeys("retries"),
          CAPTURE_LIMIT);

  /// Of the whole run.
  public static final Section FEEDERS =
      Section.of(
          "feeders",
          "Where placeholders get data from",
          Key.keys("feeder", "feeder", "a file with records").orList(),
          Key.keys("feeders", "feeder", "several of them").orList());
}
