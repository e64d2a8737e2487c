package io.crankfire.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What writing a template costs in memory.
class TemplateCostTest {

  private static final int WRITES = 10_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"token\":\"{{token}}\",\"user\":\"{{user:json}}\",\"n\":{{$seq}}}",
        "/{{user:url}}/{{token:base64}}?id={{$uuid}}",
        "{{$now}} {{$random_int(1,1000000)}} {{$random_choice(a,b)}}",
        "{{$epoch_ms}} {{$session}} {{$now(yyyy-MM-dd):url}}",
        "{{missing}} {{missing|x}} {{nobody}}"
      })
  void writingThreePlaceholdersAllocatesNothing(String text) {
    Names names = new Names();
    int token = names.variable("token");
    names.variable("missing");
    names.add(
        new Feeder(
            "feeder",
            List.of("user"),
            List.<byte[][]>of(new byte[][] {TemplateTest.utf8("a \"quoted\" name")}),
            Feeder.Policy.LOOP));
    Variables variables = new Variables(names, 1, () -> 1_795_376_283_045L);
    variables.set(token, TemplateTest.utf8("0123456789abcdef"));
    Template template = Template.compile(text, names, _ -> {});
    ByteSink sink = new ByteSink(256);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double each = Double.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < WRITES; i++) {
        variables.begin(0, i);
        sink.clear();
        template.write(sink, variables);
      }
      each = Math.min(each, (double) (threads.getCurrentThreadAllocatedBytes() - before) / WRITES);
    }
    assertThat(sink.size()).isPositive();
    assertThat(each).as("bytes a write").isLessThan(0.1);
  }
}
