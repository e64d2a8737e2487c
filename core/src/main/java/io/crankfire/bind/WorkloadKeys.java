package io.crankfire.bind;

import io.crankfire.config.Key;
import io.crankfire.config.Section;

/// The keys of scenarios, load patterns and thresholds: what binders read, and what is published
/// about them. Loaded when one of these is there, and not by a run of a single target.
public final class WorkloadKeys {
  private WorkloadKeys() {}

  /// How often an endpoint or a scenario is chosen.
  public static final Key WEIGHT =
      Key.number("weight", "1", "how often it is chosen, in relation to the others; above 0");

  /// Of a scenario.
  public static final Section SCENARIO =
      Section.of(
          "scenario",
          "What a session does, step after step",
          Key.text("name", "the label in statistics; scenario and its number"),
          WEIGHT,
          Key.text("steps", "names of endpoints, or a step's keys and values")
              .orKeys("step")
              .list());

  static final Key REPEAT =
      Key.whole("repeat", 1, 1, "how many times it is done").range(1, 1_000_000);

  /// Of a step, beside those of an endpoint that is written into it.
  public static final Section STEP =
      Section.of(
          "step",
          "One step of a scenario: the name of an endpoint, or an endpoint of its own",
          Key.text("endpoint", "the name of an endpoint; without it the step has one's keys"),
          Key.durations("think_time", "before each time it is done: 1s, or 1s..3s")
              .orKeys("think_time"),
          REPEAT,
          Key.text("when", "only if: NAME, !NAME, NAME == text, NAME != text"));

  /// Of a think time in the long form.
  public static final Section THINK_TIME =
      Section.of(
          "think_time",
          "A think time in the long form; one of these",
          Key.durations("constant", "always the same"),
          Key.duration("uniform", "", "two times: evenly between them").list(),
          Key.duration("exponential", "", "the mean, as of many independent users"));

  private static final Key DURATION = Key.duration("duration", "", "how long; above 0");

  static final Key FROM = Key.whole("from", 0, 0, "users at the beginning").range(0, 1_000_000);
  static final Key TO = Key.whole("to", 0, 0, "users at the end").range(0, 1_000_000);
  static final Key TIMES =
      Key.whole("times", 1, 1, "how many times the patterns are done").range(1, 10_000);
  static final Key TYPE =
      Key.word(
          "type", "what the pattern is", "constant", "ramp", "step", "spike", "users", "repeat");

  /// Of a load pattern, of whatever type. The first three belong to all of them.
  public static final Section LOAD_PATTERN =
      Section.of(
          "load_pattern",
          "A stretch of the load, one after the other",
          Key.text("name", "of the phase, in statistics and thresholds; type and number"),
          TYPE,
          Key.flag("warmup", false, "not judged, and apart in statistics"),
          DURATION,
          rps("rps", "constant, spike: requests a second"),
          rps("from_rps", "ramp: requests a second at the beginning"),
          rps("to_rps", "ramp: requests a second at the end"),
          Key.keys("steps", "load_step", "step: its levels").list(),
          FROM.withoutDefault(),
          TO.withoutDefault(),
          TIMES.withoutDefault(),
          Key.keys("patterns", "load_pattern", "repeat: what is done several times").list());

  /// Of a level of a load pattern.
  public static final Section LOAD_STEP =
      Section.of(
          "load_step",
          "A level of a load pattern of type step",
          rps("rps", "requests a second"),
          DURATION);

  /// Of a threshold in the long form.
  public static final Section THRESHOLD =
      Section.of(
          "threshold",
          "A threshold in the long form",
          Key.text("threshold", "METRIC[{PART:NAME}][:AGGREGATE] OPERATOR VALUE"),
          Key.duration("over", "", "judged by the last so long, instead of the whole run"),
          Key.flag("abort", false, "ends the run as soon as it is broken"));

  private static Key rps(String name, String doc) {
    return Key.number(name, "", doc).range(0, (long) LoadPatternsBinder.MOST_RPS);
  }
}
