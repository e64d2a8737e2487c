package io.crankfire.bind;

import io.crankfire.bind.EndpointsBinder.Endpoint;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.plan.Call;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Step;
import io.crankfire.plan.Workload;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.protocol.Inquiry;
import io.crankfire.protocol.Protocol;
import io.crankfire.template.Feeder;
import io.crankfire.template.Names;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes what sessions do: the one call of a run without endpoints, endpoints chosen by weight, or
/// scenarios of steps.
public final class WorkloadBinder {

  /// The keys of the whole run that it reads besides those that endpoints have, too.
  public static final List<String> KEYS = List.of("endpoints", "scenarios");

  private final Fields run;
  private final Names names;
  private final EndpointsBinder endpoints;
  private final Problems problems;
  private final Collection<Protocol> protocols;

  /// @param run the keys of the whole run
  /// @param protocols by their names
  /// @param credentials makes them of `auth` blocks
  /// @param inquiry how token servers are reached, and whether targets may be asked
  /// @param names empty; feeders and extractors of the configuration come into it
  public WorkloadBinder(
      Fields run,
      Map<String, Protocol> protocols,
      CredentialBinder credentials,
      Inquiry inquiry,
      Names names,
      Problems problems) {
    this.run = run;
    this.names = names;
    this.problems = problems;
    this.protocols = protocols.values();
    endpoints = new EndpointsBinder(run, protocols, names, credentials, inquiry, problems);
  }

  /// What placeholders can mean; complete once [#bind] has been called.
  public Names names() {
    return names;
  }

  /// Makes the workload.
  ///
  /// @return null if there was a fault
  public @Nullable Workload bind() {
    List<ConfigNode> definitions = run.list("endpoints");
    List<ConfigNode> flows = run.list("scenarios");
    if (run.has("feeder") || run.has("feeders")) {
      endpoints.data(run, run.has("feeder") ? "feeder" : "feeders").feeders(run, names, problems);
    }
    declareVariables(run);
    if (definitions.isEmpty() && flows.isEmpty()) {
      Call call = endpoints.single();
      return call == null
          ? null
          : new Workload(
              List.of(call), List.of(new Scenario(call.name(), 1, List.of(Step.of(0)))), names);
    }
    for (String key : List.of("url", "path")) {
      if (run.has(key)) {
        problems.add(run.position(key), key + " is said at an endpoint, and the run has a target");
      }
    }
    for (ConfigNode node : definitions) {
      declareVariables(node);
    }
    for (ConfigNode node : flows) {
      if (node instanceof ConfigNode.Mapping flow) {
        for (ConfigNode step : new Fields(flow, new Problems()).list("steps")) {
          declareVariables(step);
        }
      }
    }
    for (ConfigNode node : definitions) {
      if (node instanceof ConfigNode.Mapping definition) {
        endpoints.add(definition, List.of());
      } else {
        problems.add(node.position(), "an endpoint has a url or a path, and what else it needs");
      }
    }
    return flows.isEmpty() ? weighted() : flowing(flows);
  }

  /// Variables are names wherever they are used, before or after what sets them.
  private void declareVariables(ConfigNode node) {
    if (node instanceof ConfigNode.Mapping mapping) {
      declareVariables(new Fields(mapping, new Problems()));
    }
  }

  private void declareVariables(Fields fields) {
    for (Protocol protocol : protocols) {
      ConfigNode block = fields.node(protocol.name());
      if (block != null) {
        declareWithin(block);
      }
    }
    if (fields.node("extractors") instanceof ConfigNode.Sequence extractors) {
      for (ConfigNode node : extractors.items()) {
        if (node instanceof ConfigNode.Mapping extractor
            && new Fields(extractor, problems).node("var") instanceof ConfigNode.Scalar name) {
          names.variable(name.text().strip());
        }
      }
    }
  }

  /// Of a protocol's own block, wherever in it extractors are.
  private void declareWithin(ConfigNode node) {
    if (node instanceof ConfigNode.Mapping block) {
      declareVariables(block);
      block.entries().values().forEach(this::declareWithin);
    } else if (node instanceof ConfigNode.Sequence list) {
      list.items().forEach(this::declareWithin);
    }
  }

  /// Every endpoint is a scenario of one step.
  private @Nullable Workload weighted() {
    List<Call> calls = new ArrayList<>();
    List<Scenario> scenarios = new ArrayList<>();
    for (Endpoint endpoint : endpoints.endpoints()) {
      Call call = endpoint.call();
      if (call != null) {
        scenarios.add(new Scenario(call.name(), endpoint.weight(), List.of(Step.of(calls.size()))));
        calls.add(call);
      }
    }
    return problems.isEmpty() ? new Workload(calls, scenarios, names) : null;
  }

  /// The scenarios, and of the endpoints those that they use.
  private @Nullable Workload flowing(List<ConfigNode> flows) {
    int defined = endpoints.endpoints().size();
    List<Scenario> bound = new ScenariosBinder(endpoints, names, problems).bind(flows);
    int[] calls = new int[endpoints.endpoints().size()];
    for (Scenario scenario : bound) {
      for (Step step : scenario.steps()) {
        calls[step.call()] = 1;
      }
    }
    List<Call> used = new ArrayList<>();
    for (int i = 0; i < calls.length; i++) {
      Endpoint endpoint = endpoints.endpoints().get(i);
      Call call = endpoint.call();
      if (calls[i] == 0 && i < defined) {
        problems.warn(
            endpoint.position(),
            "the endpoint%s is in no scenario and will not be called"
                .formatted(endpoint.name() == null ? "" : " \"" + endpoint.name() + "\""));
      } else if (call != null) {
        calls[i] = used.size();
        used.add(call);
      }
    }
    if (!problems.isEmpty()) {
      return null;
    }
    List<Scenario> scenarios = new ArrayList<>();
    for (Scenario scenario : bound) {
      List<Step> steps = new ArrayList<>();
      for (Step step : scenario.steps()) {
        steps.add(new Step(calls[step.call()], step.think(), step.repeat(), step.when()));
      }
      scenarios.add(new Scenario(scenario.name(), scenario.weight(), steps));
    }
    return new Workload(used, scenarios, names);
  }

  /// How far sessions may grow: no further than each can have a record of its own.
  ///
  /// @param most what was asked for
  public static int distinct(int most, Names names) {
    int limit = most;
    for (Feeder feeder : names.feeders()) {
      if (feeder.policy() == Feeder.Policy.UNIQUE) {
        limit = Math.min(limit, feeder.rows().size());
      }
    }
    return limit;
  }

  /// Requires a record for each session where a feeder gives every session one of its own.
  ///
  /// @param sessions how many there are from the beginning, or with the most users
  /// @param said where their number was written
  public static void requireDistinct(int sessions, Position said, Names names, Problems problems) {
    for (Feeder feeder : names.feeders()) {
      if (feeder.policy() == Feeder.Policy.UNIQUE && feeder.rows().size() < sessions) {
        problems.add(
            said,
            "the feeder %s gives each of the %,d sessions a record of its own, and it has %,d"
                .formatted(feeder.name(), sessions, feeder.rows().size()));
      }
    }
  }

  /// How many arrivals there are at the most: no more than the records of a feeder that ends the
  /// run with its last one.
  ///
  /// @param total what was asked for; 0 for no limit
  public static long limited(long total, Names names) {
    long limit = total;
    for (Feeder feeder : names.feeders()) {
      int records = feeder.rows().size();
      if (feeder.policy() == Feeder.Policy.STOP && (limit == 0 || records < limit)) {
        limit = records;
      }
    }
    return limit;
  }
}
