package io.crankfire.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.crankfire.metrics.Measure;
import io.crankfire.plan.Threshold;
import io.crankfire.plan.Threshold.Aggregate;
import io.crankfire.plan.Threshold.Metric;
import io.crankfire.plan.Threshold.Operator;
import io.crankfire.plan.Threshold.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdReaderTest {

  private static final List<Measure> MEASURES =
      List.of(
          new Measure("message_round_trip", Measure.Kind.TIME, "Round trip"),
          new Measure("messages_sent", Measure.Kind.COUNT, "Messages sent"),
          new Measure("tokens_per_second", Measure.Kind.NUMBER, "Tokens/s"),
          new Measure("close_code", Measure.Kind.LABEL, "Close code"));

  @ParameterizedTest
  @CsvSource({
    "http_req_duration:p95 < 500, RESPONSE_TIME, PERCENTILE, 95, LESS, 500",
    "http_req_duration:avg<=.5, RESPONSE_TIME, MEAN, 0, AT_MOST, 0.5",
    "http_req_failed:rate < 0.01, FAILED, RATE, 0, LESS, 0.01",
    "http_req_failed:count == 0, FAILED, COUNT, 0, EQUAL, 0",
    "http_requests:rate >= 100, REQUESTS, RATE, 0, AT_LEAST, 100",
    "http_requests:count > 5., REQUESTS, COUNT, 0, MORE, 5",
    "response_time:p99.9 < 1.5s, RESPONSE_TIME, PERCENTILE, 99.9, LESS, 1500",
    "response_time:p(95) < 250us, RESPONSE_TIME, PERCENTILE, 95, LESS, 0.25",
    "service_time:med != 3ms, SERVICE_TIME, PERCENTILE, 50, UNEQUAL, 3",
    "iteration_duration:max < 1m30s, ITERATION_DURATION, MAX, 0, LESS, 90000",
    "failed < 1%, FAILED, RATE, 0, LESS, 0.01",
    "requests > 1000, REQUESTS, COUNT, 0, MORE, 1000",
    "requests:rate > 100/s, REQUESTS, RATE, 0, MORE, 100",
    "checks >= 99.5%, CHECKS, RATE, 0, AT_LEAST, 0.995",
  })
  void readsWhatTheReferenceReadsAndMore(
      String text,
      Metric metric,
      Aggregate aggregate,
      double percent,
      Operator operator,
      double expected)
      throws Exception {
    Threshold read = ThresholdReader.read("  " + text + " ");
    assertThat(read.text()).isEqualTo(text);
    assertThat(read.metric()).isEqualTo(metric);
    assertThat(read.aggregate()).isEqualTo(aggregate);
    assertThat(read.percent()).isEqualTo(percent);
    assertThat(read.operator()).isEqualTo(operator);
    assertThat(read.expected()).isEqualTo(expected, org.assertj.core.api.Assertions.within(1e-12));
    assertThat(read.scope()).isNull();
    assertThat(read.windowNanos()).isZero();
    assertThat(read.abort()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "message_round_trip:p99 < 50ms, message_round_trip, PERCENTILE, p99, 50",
    "message_round_trip:med < 50, message_round_trip, PERCENTILE, med, 50",
    "message_round_trip{endpoint:chat}:max < 1.5s, message_round_trip, MAX, max, 1500",
    "messages_sent > 1000, messages_sent, COUNT, count, 1000",
    "messages_sent:count == 0, messages_sent, COUNT, count, 0",
    "messages_sent:rate >= 50/s over 5s abort, messages_sent, RATE, rate, 50",
    "tokens_per_second:p50 > 12.5, tokens_per_second, PERCENTILE, p50, 12.5",
    "tokens_per_second{phase:peak}:mean > 1, tokens_per_second, MEAN, mean, 1",
  })
  void readsWhatProtocolsMeasure(
      String text, String measure, Aggregate aggregate, String aggregateName, double expected)
      throws Exception {
    Threshold read = ThresholdReader.read(text, MEASURES);
    assertThat(read.metric()).isEqualTo(Metric.MEASURE);
    assertThat(read.metricName()).isEqualTo(measure);
    assertThat(read.measure()).isNotNull().extracting(Measure::name).isEqualTo(measure);
    assertThat(read.aggregate()).isEqualTo(aggregate);
    assertThat(read.aggregateName()).isEqualTo(aggregateName);
    assertThat(read.expected()).isEqualTo(expected);
    assertThat(read.isTime()).isEqualTo(measure.equals("message_round_trip"));
    assertThat(read.isDistribution()).isEqualTo(!measure.equals("messages_sent"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mesages_sent > 5              | 1  | did you mean messages_sent?",
        "nothing > 5                   | 1  | requests, checks, message_round_trip, messages_sent",
        "message_round_trip < 5ms      | 20 | As in message_round_trip:p95",
        "message_round_trip:rate < 5   | 20 | there are p50",
        "messages_sent:p95 < 5         | 15 | there are rate, count",
        "messages_sent < 5ms           | 18 | does not fit",
        "messages_sent < 5%            | 18 | does not fit",
        "messages_sent > 5 abort       | 19 | leave out abort",
        "tokens_per_second:p50 > 5ms   | 26 | it has none",
        "close_code > 1                | 1  | counted by label",
      })
  void saysWhatIsWrongWithAMeasure(String text, int column, String message) {
    ThresholdReader.SyntaxException fault =
        catchThrowableOfType(
            ThresholdReader.SyntaxException.class, () -> ThresholdReader.read(text, MEASURES));
    assertThat(fault).hasMessageContaining(message);
    assertThat(fault.column()).isEqualTo(column);
  }

  @Test
  void withoutItsProtocolAMeasureIsNoMetric() {
    assertThat(
            catchThrowableOfType(
                ThresholdReader.SyntaxException.class,
                () -> ThresholdReader.read("messages_sent > 1")))
        .hasMessageContaining("\"messages_sent\" is no metric")
        .hasMessageNotContaining("close_code");
  }

  @Test
  void readsScopeWindowAndAbort() throws Exception {
    Threshold read =
        ThresholdReader.read("response_time{endpoint:login page}:p99 < 500ms over 30s abort");
    assertThat(read.scope()).isEqualTo(new Scope(Scope.Kind.ENDPOINT, "login page"));
    assertThat(read.windowNanos()).isEqualTo(30_000_000_000L);
    assertThat(read.abort()).isTrue();
    assertThat(ThresholdReader.read("failed { scenario : \"a}b\" } < 1% abort").scope())
        .isEqualTo(new Scope(Scope.Kind.SCENARIO, "a}b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                   | 1  | begins with a metric",
        "respons_time:p95 < 5               | 1  | did you mean response_time?",
        "response_time < 5ms                | 15 | As in response_time:p95",
        "response_time:p95x < 5             | 15 | a percentile is",
        "response_time:p101 < 5             | 15 | a percentile is",
        "response_time:rate < 5             | 15 | no value of this metric",
        "failed:p95 < 5                     | 8  | there are rate, count",
        "response_time:p95 = 5              | 19 | a comparison is expected",
        "response_time:p95 <                | 20 | a value is missing",
        "response_time:p95 < fast           | 21 | such as 500ms",
        "response_time:p95 < 5 ms           | 23 | is too much",
        "failed < 5ms                       | 11 | does not fit",
        "failed < 5                         | 10 | in percent: 5%",
        "requests > 5%                      | 13 | does not fit",
        "failed{endpont:x} < 1%             | 8  | did you mean endpoint?",
        "failed{endpoint} < 1%              | 16 | a colon and a name",
        "failed{endpoint:x < 1%             | 17 | not closed",
        "failed{endpoint:\"x} < 1%          | 17 | quote is not closed",
        "failed < 1% over 1.5s              | 18 | whole number of seconds",
        "failed < 1% over soon              | 18 | such as",
        "requests > 5 abort                 | 14 | leave out abort",
      })
  void saysWhatIsWrongAndWhere(String text, int column, String message) {
    ThresholdReader.SyntaxException fault =
        catchThrowableOfType(
            ThresholdReader.SyntaxException.class,
            () -> ThresholdReader.read(text == null ? "" : text));
    assertThat(fault).hasMessageContaining(message);
    assertThat(fault.column()).isEqualTo(column);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<", "<=", ">", ">=", "==", "!="})
  void takesEqualForEqualWithinABillionth(String sign) throws Exception {
    Operator operator = ThresholdReader.read("requests " + sign + " 3").operator();
    boolean withEqual = sign.contains("=") && !sign.equals("!=");
    assertThat(operator.holds(3 + 1e-10, 3)).isEqualTo(withEqual);
    assertThat(operator.holds(3.1, 3)).isEqualTo(sign.startsWith(">") || sign.equals("!="));
    assertThat(operator.holds(2.9, 3)).isEqualTo(sign.startsWith("<") || sign.equals("!="));
  }
}
