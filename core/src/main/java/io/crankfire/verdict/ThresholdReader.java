package io.crankfire.verdict;

import io.crankfire.config.Durations;
import io.crankfire.config.Spelling;
import io.crankfire.metrics.Measure;
import io.crankfire.plan.Threshold;
import io.crankfire.plan.Threshold.Aggregate;
import io.crankfire.plan.Threshold.Metric;
import io.crankfire.plan.Threshold.Operator;
import io.crankfire.plan.Threshold.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads thresholds: `METRIC[{SCOPE:NAME}][:AGGREGATE] OPERATOR VALUE [over DURATION] [abort]`, as
/// in `response_time{endpoint:login}:p99.9 < 500ms over 30s abort`. Confined to one thread.
public final class ThresholdReader {

  /// What is wrong with a threshold, and where.
  public static final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int column;

    SyntaxException(int column, String message) {
      super(message);
      this.column = column;
    }

    /// Where in the text, from 1.
    public int column() {
      return column;
    }
  }

  private static final Map<String, Metric> METRICS = new LinkedHashMap<>();
  private static final List<String> DISTRIBUTION_AGGREGATES =
      List.of("p50", "p90", "p95", "p99", "p99.9", "med", "avg", "mean", "min", "max");

  static {
    METRICS.put("response_time", Metric.RESPONSE_TIME);
    METRICS.put("service_time", Metric.SERVICE_TIME);
    METRICS.put("iteration_duration", Metric.ITERATION_DURATION);
    METRICS.put("failed", Metric.FAILED);
    METRICS.put("requests", Metric.REQUESTS);
    METRICS.put("checks", Metric.CHECKS);
    METRICS.put("http_req_duration", Metric.RESPONSE_TIME);
    METRICS.put("http_req_failed", Metric.FAILED);
    METRICS.put("http_requests", Metric.REQUESTS);
  }

  /// Two signs before one, so that `<=` is not read as `<`.
  private static final List<Operator> OPERATORS =
      List.of(
          Operator.AT_MOST,
          Operator.AT_LEAST,
          Operator.EQUAL,
          Operator.UNEQUAL,
          Operator.LESS,
          Operator.MORE);

  /// What a threshold is about.
  ///
  /// @param name as it was written
  /// @param measure of a protocol, or null
  private record Subject(String name, Metric metric, @Nullable Measure measure) {

    boolean isTime() {
      return measure == null ? metric.isTime() : measure.kind() == Measure.Kind.TIME;
    }

    boolean isDistribution() {
      return measure == null ? metric.isTime() : measure.kind().isDistribution();
    }

    /// Whether its rate is per second, rather than a share of all.
    boolean isPlainCount() {
      return metric == Metric.REQUESTS || measure != null;
    }
  }

  private final String text;
  private final Map<String, Measure> measures = new LinkedHashMap<>();
  private int at;

  private ThresholdReader(String text, Collection<Measure> measures) {
    this.text = text;
    for (Measure measure : measures) {
      this.measures.putIfAbsent(measure.name(), measure);
    }
  }

  /// Reads one about what every protocol has.
  ///
  /// @throws SyntaxException if it is none; the message is for the user
  public static Threshold read(String text) throws SyntaxException {
    return read(text, List.of());
  }

  /// Reads one.
  ///
  /// @param measures what it may be about besides what every protocol has
  /// @throws SyntaxException if it is none; the message is for the user
  public static Threshold read(String text, Collection<Measure> measures) throws SyntaxException {
    return new ThresholdReader(text, measures).threshold();
  }

  private Subject subject() throws SyntaxException {
    int from = at;
    String name = word("_");
    Metric metric = METRICS.get(name);
    if (metric != null) {
      return new Subject(name, metric, null);
    }
    Measure measure = measures.get(name);
    if (measure != null && measure.kind() != Measure.Kind.LABEL) {
      return new Subject(name, Metric.MEASURE, measure);
    }
    if (measure != null) {
      throw fault(
          from,
          "%s is counted by label, which no threshold can be about: see it in the reports"
              .formatted(name));
    }
    List<String> known = new ArrayList<>(METRICS.keySet());
    List<String> shown = new ArrayList<>(ours());
    for (Measure each : measures.values()) {
      if (each.kind() != Measure.Kind.LABEL) {
        known.add(each.name());
        shown.add(each.name());
      }
    }
    throw name.isEmpty()
        ? fault(from, "a threshold begins with a metric: " + String.join(", ", shown))
        : fault(
            from,
            "\"%s\" is no metric%s; there are %s"
                .formatted(name, Spelling.hint(name, known), String.join(", ", shown)));
  }

  private Threshold threshold() throws SyntaxException {
    blanks();
    Subject subject = subject();
    blanks();
    Scope scope = take("{") ? scope() : null;
    blanks();
    boolean named = take(":");
    blanks();
    int aggregateAt = at;
    String aggregateName = named ? aggregateName() : ordinary(subject);
    double percent = percent(aggregateName, subject, aggregateAt);
    Aggregate aggregate =
        percent > 0 ? Aggregate.PERCENTILE : aggregate(aggregateName, subject, aggregateAt);
    blanks();
    Operator operator = operator();
    blanks();
    double expected = value(subject, aggregate);
    long window = window();
    int abortAt = at;
    boolean abort = keyword("abort");
    blanks();
    if (at < text.length()) {
      throw fault(
          at,
          "\"%s\" is too much: \"over 30s\" and \"abort\" may follow the value"
              .formatted(text.substring(at)));
    }
    if (abort && aggregate == Aggregate.COUNT && mayStillCome(operator) && window == 0) {
      throw fault(abortAt, "a count that is still too small cannot end the run: leave out abort");
    }
    return new Threshold(
        text.strip(),
        subject.metric(),
        subject.measure(),
        subject.name(),
        aggregate,
        aggregateName,
        percent,
        operator,
        expected,
        scope,
        window,
        abort);
  }

  private static boolean mayStillCome(Operator operator) {
    return operator == Operator.MORE || operator == Operator.AT_LEAST || operator == Operator.EQUAL;
  }

  private static List<String> ours() {
    return METRICS.keySet().stream().filter(name -> !name.startsWith("http_")).toList();
  }

  private Scope scope() throws SyntaxException {
    blanks();
    int kindAt = at;
    String kindName = word("_");
    Scope.Kind kind = null;
    List<String> kinds = new ArrayList<>();
    for (Scope.Kind each : Scope.Kind.values()) {
      String name = each.name().toLowerCase(Locale.ROOT);
      kinds.add(name);
      kind = name.equals(kindName) ? each : kind;
    }
    if (kind == null) {
      throw fault(
          kindAt,
          "\"%s\" is no part of a load%s; there are %s"
              .formatted(kindName, Spelling.hint(kindName, kinds), String.join(", ", kinds)));
    }
    blanks();
    if (!take(":")) {
      throw fault(at, "after %s comes a colon and a name".formatted(kindName));
    }
    blanks();
    String name = scopeName();
    blanks();
    if (!take("}")) {
      throw fault(at, "the \"{\" before is not closed by \"}\"");
    }
    return new Scope(kind, name);
  }

  private String scopeName() throws SyntaxException {
    int from = at;
    char quote = at < text.length() ? text.charAt(at) : '\0';
    if (quote == '"' || quote == '\'') {
      int end = text.indexOf(quote, from + 1);
      if (end < 0) {
        throw fault(from, "the quote is not closed");
      }
      at = end + 1;
      return text.substring(from + 1, end);
    }
    int end = text.indexOf('}', from);
    if (end < 0) {
      throw fault(from, "the \"{\" before is not closed by \"}\"");
    }
    at = end;
    String name = text.substring(from, end).strip();
    if (name.isEmpty()) {
      throw fault(from, "a name is missing");
    }
    return name;
  }

  /// `p99.9`, `p(99.9)`, `avg`, …
  private String aggregateName() {
    int from = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || ".()".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    return text.substring(from, at);
  }

  /// What is meant when no aggregate is given.
  private String ordinary(Subject subject) throws SyntaxException {
    if (subject.isDistribution()) {
      throw fault(
          at, "which value of %s is meant? As in %s:p95".formatted(subject.name(), subject.name()));
    }
    return subject.isPlainCount() ? "count" : "rate";
  }

  /// The percent of a percentile, 0 if the aggregate is none.
  private double percent(String name, Subject subject, int nameAt) throws SyntaxException {
    if (!subject.isDistribution()) {
      return 0;
    }
    if (name.equals("med")) {
      return 50;
    }
    String digits = name.startsWith("p") ? name.substring(1) : "";
    if (digits.startsWith("(") && digits.endsWith(")")) {
      digits = digits.substring(1, digits.length() - 1);
    }
    if (digits.isEmpty() || !Character.isDigit(digits.charAt(0))) {
      return 0;
    }
    try {
      double percent = Double.parseDouble(digits);
      if (percent > 0 && percent <= 100) {
        return percent;
      }
    } catch (NumberFormatException _) {
      // the same fault
    }
    throw fault(nameAt, "a percentile is between p0.001 and p100, not " + name);
  }

  private Aggregate aggregate(String name, Subject subject, int nameAt) throws SyntaxException {
    Aggregate aggregate =
        switch (name) {
          case "avg", "mean" -> Aggregate.MEAN;
          case "min" -> Aggregate.MIN;
          case "max" -> Aggregate.MAX;
          case "rate" -> Aggregate.RATE;
          case "count" -> Aggregate.COUNT;
          default -> null;
        };
    boolean ofNumbers = aggregate == Aggregate.RATE || aggregate == Aggregate.COUNT;
    if (aggregate != null && ofNumbers != subject.isDistribution()) {
      return aggregate;
    }
    List<String> possible =
        subject.isDistribution() ? DISTRIBUTION_AGGREGATES : List.of("rate", "count");
    throw fault(
        nameAt,
        "\"%s\" is no value of this metric%s; there are %s"
            .formatted(name, Spelling.hint(name, possible), String.join(", ", possible)));
  }

  private Operator operator() throws SyntaxException {
    for (Operator operator : OPERATORS) {
      if (take(operator.sign())) {
        return operator;
      }
    }
    throw fault(at, "a comparison is expected: <, <=, >, >=, == or !=");
  }

  /// The number, in the unit of the metric.
  private double value(Subject subject, Aggregate aggregate) throws SyntaxException {
    int from = at;
    while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    String value = text.substring(from, at);
    int digits = 0;
    while (digits < value.length()
        && (Character.isDigit(value.charAt(digits)) || value.charAt(digits) == '.')) {
      digits++;
    }
    String unit = value.substring(digits);
    if (subject.isTime() && !unit.isEmpty()) {
      try {
        return Durations.parse(value).toNanos() / 1e6;
      } catch (IllegalArgumentException e) {
        throw fault(from, String.valueOf(e.getMessage()));
      }
    }
    double number;
    try {
      number = Double.parseDouble(value.substring(0, digits));
    } catch (NumberFormatException _) {
      throw fault(
          from, value.isEmpty() ? "a value is missing" : "\"%s\" is not a number".formatted(value));
    }
    boolean share = aggregate == Aggregate.RATE && !subject.isPlainCount();
    boolean perSecond = aggregate == Aggregate.RATE && subject.isPlainCount();
    if (unit.isEmpty() || (perSecond && unit.equals("/s"))) {
      if (share && number > 1) {
        throw fault(from, "a share is between 0 and 1, or in percent: %s%%".formatted(value));
      }
      return number;
    }
    if (share && unit.equals("%")) {
      return number / 100;
    }
    throw fault(
        from + digits,
        "the unit \"%s\" does not fit; %s"
            .formatted(unit, share ? "write 1% or 0.01" : "it has none"));
  }

  private long window() throws SyntaxException {
    blanks();
    if (!keyword("over")) {
      return 0;
    }
    blanks();
    int from = at;
    while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    long nanos;
    try {
      nanos = Durations.parse(text.substring(from, at)).toNanos();
    } catch (IllegalArgumentException e) {
      throw fault(from, String.valueOf(e.getMessage()));
    }
    if (nanos <= 0 || nanos % 1_000_000_000L != 0) {
      throw fault(from, "a window is a whole number of seconds, such as 30s");
    }
    blanks();
    return nanos;
  }

  private boolean keyword(String word) {
    blanks();
    int end = at + word.length();
    boolean here =
        text.startsWith(word, at)
            && (end == text.length() || Character.isWhitespace(text.charAt(end)));
    at = here ? end : at;
    return here;
  }

  private boolean take(String sign) {
    boolean here = text.startsWith(sign, at);
    at = here ? at + sign.length() : at;
    return here;
  }

  private String word(String besides) {
    int from = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || besides.indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    return text.substring(from, at);
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private static SyntaxException fault(int at, String message) {
    return new SyntaxException(at + 1, message);
  }
}
