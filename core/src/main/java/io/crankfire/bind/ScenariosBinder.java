package io.crankfire.bind;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Step;
import io.crankfire.plan.ThinkTime;
import io.crankfire.template.Condition;
import io.crankfire.template.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the scenarios. Their steps name endpoints by their index, and endpoints written into a
/// step are added to the others.
public final class ScenariosBinder {

  /// The keys of a step, beside those of an endpoint that is written into it.
  static final List<String> STEP_KEYS = WorkloadKeys.STEP.names();

  private final EndpointsBinder endpoints;
  private final Names names;
  private final Problems problems;
  private final Set<String> taken = new HashSet<>();

  /// @param endpoints all that were defined
  /// @param names what conditions can ask for, complete
  ScenariosBinder(EndpointsBinder endpoints, Names names, Problems problems) {
    this.endpoints = endpoints;
    this.names = names;
    this.problems = problems;
  }

  /// Makes the scenarios; those with faults are missing.
  List<Scenario> bind(List<ConfigNode> items) {
    List<Scenario> scenarios = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof ConfigNode.Mapping mapping) {
        Scenario scenario = scenario(mapping, i + 1);
        if (scenario != null) {
          scenarios.add(scenario);
        }
      } else {
        problems.add(items.get(i).position(), "a scenario has a name and steps");
      }
    }
    return scenarios;
  }

  private @Nullable Scenario scenario(ConfigNode.Mapping mapping, int number) {
    Fields fields = new Fields(mapping, problems);
    fields.rejectOthersThan(WorkloadKeys.SCENARIO.names());
    String given = fields.text("name");
    String name = given == null || given.isBlank() ? "scenario " + number : given.strip();
    if (!taken.add(name.toLowerCase(Locale.ROOT))) {
      problems.add(fields.position("name"), "another scenario is called \"" + name + "\"");
    }
    double weight = EndpointsBinder.weight(fields, problems);
    int faults = problems.all().size();
    List<Step> steps = new ArrayList<>();
    for (ConfigNode item : fields.list("steps")) {
      Step step = step(item);
      if (step != null) {
        steps.add(step);
      }
    }
    if (steps.isEmpty()) {
      if (problems.all().size() == faults) {
        problems.add(fields.position("steps"), "the scenario \"" + name + "\" has no steps");
      }
      return null;
    }
    return new Scenario(name, weight, steps);
  }

  private @Nullable Step step(ConfigNode item) {
    if (item instanceof ConfigNode.Scalar name) {
      int index = endpoint(name);
      return index < 0 ? null : Step.of(index);
    }
    if (!(item instanceof ConfigNode.Mapping mapping)) {
      problems.add(
          item.position(), "a step is the name of an endpoint, or an endpoint with its keys");
      return null;
    }
    Fields fields = new Fields(mapping, problems);
    int index;
    if (fields.node("endpoint") instanceof ConfigNode.Scalar name) {
      rejectKeysOfEndpoints(fields, mapping, name.text());
      index = endpoint(name);
    } else if (fields.has("endpoint")) {
      problems.add(fields.position("endpoint"), "endpoint is the name of one");
      return null;
    } else {
      if (fields.has("weight")) {
        problems.add(fields.position("weight"), "a step has no weight: the scenario has");
      }
      index = endpoints.add(mapping, STEP_KEYS);
    }
    ConfigNode think = fields.node("think_time");
    ConfigNode when = fields.node("when");
    ThinkTime time = think == null ? ThinkTime.NONE : ThinkTimes.bind(think, problems);
    int repeat = fields.count(WorkloadKeys.REPEAT);
    Condition condition = when == null ? null : When.bind(when, names, problems);
    return index < 0 ? null : new Step(index, time, repeat, condition);
  }

  private void rejectKeysOfEndpoints(Fields fields, ConfigNode.Mapping mapping, String endpoint) {
    List<String> known = new ArrayList<>(STEP_KEYS);
    for (String key : mapping.entries().keySet()) {
      if (!isStepKey(key) && endpoints.isKey(key)) {
        known.add(key);
        problems.add(
            fields.position(key),
            "%s belongs to the endpoint: write it at \"%s\", or write the endpoint into this step"
                .formatted(key, endpoint));
      }
    }
    fields.rejectOthersThan(known);
  }

  private static boolean isStepKey(String key) {
    for (String known : STEP_KEYS) {
      if (Fields.sameKey(known, key)) {
        return true;
      }
    }
    return false;
  }

  private int endpoint(ConfigNode.Scalar name) {
    int index = endpoints.indexOf(name.text());
    if (index < 0) {
      problems.add(
          name.position(),
          "there is no endpoint \"%s\"%s"
              .formatted(name.text().strip(), Spelling.hint(name.text(), endpoints.names())));
    }
    return index;
  }
}
