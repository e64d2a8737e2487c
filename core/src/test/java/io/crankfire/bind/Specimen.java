package io.crankfire.bind;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.plan.Call;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.run.PlanBinder;
import io.crankfire.template.Variables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A configuration that has been bound with two protocols that send nothing, and what they got to
/// compile.
final class Specimen {

  final Problems problems = new Problems();
  final List<ConfigNode.Mapping> steps = new ArrayList<>();
  private final @Nullable LoadPlan plan;

  Specimen(String text) {
    Map<String, Protocol> protocols = new LinkedHashMap<>();
    protocols.put(
        "http",
        new Paper(
            "http",
            List.of("url", "path", "method", "headers", "body", "body_file", "max_redirects")));
    protocols.put("grpc", new Paper("grpc", List.of("grpc")));
    plan = new PlanBinder(protocols, CredentialBinder.NONE, 42).bind(Flow.parse(text), problems);
  }

  /// The plan, which has no faults.
  static LoadPlan plan(String text) {
    return new Specimen(text).plan();
  }

  LoadPlan plan() {
    assertThat(faults()).isEmpty();
    return Objects.requireNonNull(plan);
  }

  List<String> faults() {
    return problems.all().stream().map(Problems.Problem::toString).toList();
  }

  List<String> warnings() {
    return problems.warnings().stream().map(Problems.Problem::toString).toList();
  }

  /// The steps as the protocols got them, without the timeout that all have.
  List<String> compiled() {
    return steps.stream().map(Specimen::show).toList();
  }

  private static String show(ConfigNode node) {
    return switch (node) {
      case ConfigNode.Scalar scalar -> scalar.text();
      case ConfigNode.Sequence list ->
          list.items().stream().map(Specimen::show).collect(Collectors.joining(", ", "[", "]"));
      case ConfigNode.Mapping mapping ->
          mapping.entries().entrySet().stream()
              .filter(entry ->
                  !(entry.getKey().equals("timeout") && show(entry.getValue()).equals("30s")))
              .map(entry -> entry.getKey() + "=" + show(entry.getValue()))
              .collect(Collectors.joining(" "));
    };
  }

  private record PaperCall(String name, String protocol, Duration timeout) implements Call {
    @Override
    public Target target() {
      return new Target("http", "paper", 80, null);
    }
  }

  /// Compiles everything and sends nothing.
  private final class Paper implements Protocol {
    private final String name;
    private final List<String> keys;

    Paper(String name, List<String> keys) {
      this.name = name;
      this.keys = keys;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public List<String> schemes() {
      return name.equals("http") ? List.of() : List.of(name, name + "s");
    }

    @Override
    public Call compile(ConfigNode.Mapping step, Compiling compiling) {
      steps.add(step);
      Fields fields = new Fields(step, compiling.problems());
      String label = fields.text("name");
      return new PaperCall(
          label == null ? String.valueOf(fields.text("target")) : label,
          name,
          fields.duration("timeout", Duration.ZERO));
    }

    @Override
    public List<String> keys() {
      return keys;
    }

    @Override
    public String preview(Call call, Variables variables) {
      return call.name();
    }

    @Override
    public Requester open(WorkerContext worker) {
      throw new UnsupportedOperationException("nothing is sent");
    }
  }
}
