package io.crankfire.bind;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadCurve.Piece;
import io.crankfire.plan.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lays load patterns end to end on one timeline: `constant`, `ramp`, `step` and `spike` say how
/// many requests arrive in a second, `users` how many sessions there are, `repeat` does others
/// several times. Each pattern is a phase of the run.
public final class LoadPatternsBinder {

  /// The keys of the whole run that it reads.
  public static final List<String> KEYS = List.of("load_patterns");

  /// The highest rate, in arrivals a second.
  public static final double MOST_RPS = 1e9;

  private static final int MOST_PIECES = 10_000;
  private static final int MOST_PHASES = 200;

  private final Problems problems;
  private final Set<String> taken = new HashSet<>();
  private @Nullable Position byRate;
  private @Nullable Position byUsers;

  /// A pattern that has become a stretch of the curve.
  private record Stretch(String name, boolean named, boolean warmup, List<Piece> pieces) {
    Stretch {
      pieces = List.copyOf(pieces);
    }
  }

  /// What the patterns come to.
  ///
  /// @param curve arrivals a second over time, or users
  /// @param users whether it is users
  /// @param phases one for each pattern, without gaps
  public record Timeline(LoadCurve curve, boolean users, List<Phase> phases) {
    /// Copies the list.
    public Timeline {
      phases = List.copyOf(phases);
    }
  }

  private LoadPatternsBinder(Problems problems) {
    this.problems = problems;
  }

  /// Lays out `load_patterns`.
  ///
  /// @return null if there are none, or a fault
  public static @Nullable Timeline bind(Fields run, Problems problems) {
    List<ConfigNode> items = run.list("load_patterns");
    return items.isEmpty()
        ? null
        : new LoadPatternsBinder(problems).timeline(items, run.position("load_patterns"));
  }

  private @Nullable Timeline timeline(List<ConfigNode> items, Position position) {
    int faults = problems.all().size();
    List<Stretch> stretches = stretches(items);
    Position rate = byRate;
    Position users = byUsers;
    if (rate != null && users != null) {
      problems.add(
          users,
          "users cannot be mixed with patterns of requests a second (%s): users go again as soon as"
                  .formatted(rate)
              + " they are done, requests arrive by a schedule");
    }
    if (problems.all().size() > faults) {
      return null;
    }
    List<Piece> pieces = new ArrayList<>();
    List<Phase> phases = new ArrayList<>();
    long at = 0;
    for (Stretch stretch : stretches) {
      long from = at;
      for (Piece piece : stretch.pieces) {
        pieces.add(piece);
        at += piece.nanos();
        if (at < 0) {
          problems.add(position, "the load patterns last longer than 292 years");
          return null;
        }
      }
      phases.add(new Phase(unique(stretch.name), from, at, stretch.warmup));
    }
    LoadCurve curve = LoadCurve.of(pieces);
    if (curve.total() == 0) {
      problems.add(
          position,
          users != null ? "there is never a user" : "nothing ever arrives: every rate is 0");
      return null;
    }
    return new Timeline(curve, users != null, phases);
  }

  private List<Stretch> stretches(List<ConfigNode> items) {
    List<Stretch> stretches = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof ConfigNode.Mapping mapping) {
        pattern(new Fields(mapping, problems), i + 1, stretches);
      } else {
        problems.add(items.get(i).position(), "a load pattern has a type and what belongs to it");
      }
    }
    return stretches;
  }

  private void pattern(Fields fields, int number, List<Stretch> stretches) {
    fields.rejectOthersThan(WorkloadKeys.LOAD_PATTERN.names());
    String type = type(fields);
    if (type == null) {
      return;
    }
    String given = fields.text("name");
    boolean named = given != null && !given.isBlank();
    String name = named && given != null ? given.strip() : type + " " + number;
    boolean warmup = fields.flag("warmup", false);
    if (type.equals("users")) {
      byUsers = byUsers == null ? fields.position() : byUsers;
    } else if (!type.equals("repeat")) {
      byRate = byRate == null ? fields.position() : byRate;
    }
    if (type.equals("repeat")) {
      repeat(fields, name, warmup, stretches);
      return;
    }
    List<Piece> pieces =
        switch (type) {
          case "constant", "spike" -> level(fields, type);
          case "ramp" -> ramp(fields);
          case "step" -> steps(fields);
          default -> users(fields);
        };
    if (!pieces.isEmpty()) {
      stretches.add(new Stretch(name, named, warmup, pieces));
    }
  }

  /// Two phases of one name could not be told apart.
  private String unique(String name) {
    String label = name;
    for (int number = 2; !taken.add(label.toLowerCase(Locale.ROOT)); number++) {
      label = name + " #" + number;
    }
    return label;
  }

  private @Nullable String type(Fields fields) {
    String given = fields.text("type");
    List<String> types = WorkloadKeys.TYPE.words();
    String type = given == null ? "" : given.strip().toLowerCase(Locale.ROOT);
    if (types.contains(type)) {
      return type;
    }
    if (!fields.has("type")) {
      problems.add(fields.position(), "a load pattern needs a type: " + String.join(", ", types));
    } else if (given != null) {
      problems.add(
          fields.position("type"),
          "\"%s\" is none of %s%s"
              .formatted(given, String.join(", ", types), Spelling.hint(type, types)));
    }
    return null;
  }

  private List<Piece> level(Fields fields, String type) {
    expect(fields, type, "rps", "duration");
    double rate = rate(fields, "rps", type, true);
    long nanos = length(fields, type);
    return piece(rate, rate, nanos);
  }

  private List<Piece> ramp(Fields fields) {
    expect(fields, "ramp", "from_rps", "to_rps", "duration");
    boolean neither = !fields.has("from_rps") && !fields.has("to_rps");
    double from = rate(fields, "from_rps", "ramp", neither);
    double to = rate(fields, "to_rps", "ramp", neither);
    return piece(from, to, length(fields, "ramp"));
  }

  private List<Piece> steps(Fields fields) {
    expect(fields, "step", "steps");
    List<Piece> pieces = new ArrayList<>();
    List<ConfigNode> items = fields.list("steps");
    if (items.isEmpty() && !(fields.node("steps") instanceof ConfigNode.Scalar)) {
      problems.add(
          fields.position("steps"), "a step pattern needs steps, each with rps and duration");
    }
    for (ConfigNode item : items) {
      if (item instanceof ConfigNode.Mapping mapping) {
        Fields step = new Fields(mapping, problems);
        step.rejectOthersThan(WorkloadKeys.LOAD_STEP.names());
        double rate = rate(step, "rps", "step", true);
        pieces.addAll(piece(rate, rate, length(step, "step")));
      } else {
        problems.add(item.position(), "a step has rps and duration");
      }
    }
    return pieces;
  }

  private List<Piece> users(Fields fields) {
    expect(fields, "users", "from", "to", "duration");
    for (String key : List.of("from", "to")) {
      if (!fields.has(key)) {
        problems.add(
            fields.position(), "a users pattern needs from and to, equal for a constant number");
        return List.of();
      }
    }
    int from = fields.count(WorkloadKeys.FROM);
    int to = fields.count(WorkloadKeys.TO);
    return piece(from, to, length(fields, "users"));
  }

  private static List<Piece> piece(double from, double to, long nanos) {
    return nanos == 0 ? List.of() : List.of(new Piece(from, to, nanos));
  }

  /// The patterns inside are made once and laid out several times. If one of them has a name or is
  /// a warm-up, each time of each is a phase; otherwise the whole is one.
  private void repeat(Fields fields, String name, boolean warmup, List<Stretch> stretches) {
    expect(fields, "repeat", "times", "patterns");
    if (!fields.has("times")) {
      problems.add(fields.position(), "a repeat pattern needs times: how often");
    }
    long times = fields.whole(WorkloadKeys.TIMES);
    List<ConfigNode> items = fields.list("patterns");
    if (items.isEmpty() && !(fields.node("patterns") instanceof ConfigNode.Scalar)) {
      problems.add(fields.position("patterns"), "a repeat pattern needs patterns to repeat");
    }
    List<Stretch> inner = stretches(items);
    long pieces = 0;
    boolean apart = false;
    for (Stretch stretch : inner) {
      pieces += stretch.pieces.size();
      apart |= stretch.named || stretch.warmup;
    }
    if (times * pieces > MOST_PIECES) {
      problems.add(
          fields.position("times"),
          "comes to %d pieces, and a repeat has %d at the most"
              .formatted(times * pieces, MOST_PIECES));
      return;
    }
    if (apart && times * inner.size() > MOST_PHASES) {
      problems.add(
          fields.position("times"),
          "comes to %d phases, and a repeat has %d at the most: leave out the names inside"
              .formatted(times * inner.size(), MOST_PHASES));
      return;
    }
    List<Piece> all = new ArrayList<>();
    for (int time = 1; time <= times; time++) {
      for (Stretch stretch : inner) {
        if (apart) {
          stretches.add(
              new Stretch(
                  stretch.name + " " + time, true, warmup || stretch.warmup, stretch.pieces));
        }
        all.addAll(stretch.pieces);
      }
    }
    if (!apart && !all.isEmpty()) {
      stretches.add(new Stretch(name, false, warmup, all));
    }
  }

  /// What belongs to another type was accepted and ignored since ever; now it is said.
  private void expect(Fields fields, String type, String... keys) {
    List<String> all = WorkloadKeys.LOAD_PATTERN.names();
    for (String key : all.subList(3, all.size())) {
      if (fields.has(key) && !List.of(keys).contains(key)) {
        problems.warn(
            fields.position(key), "%s is not used by a pattern of type %s".formatted(key, type));
      }
    }
  }

  private double rate(Fields fields, String key, String type, boolean required) {
    if (required && !fields.has(key)) {
      problems.add(
          fields.position(),
          type.equals("ramp")
              ? "a ramp pattern needs from_rps and to_rps"
              : "a %s pattern needs rps; 0 is silence".formatted(type));
    }
    double rate = fields.number(key, 0);
    if (rate > MOST_RPS) {
      problems.add(fields.position(key), "must be at most 1000000000, not " + fields.text(key));
      return 0;
    }
    return rate;
  }

  /// @return 0 if there is a fault
  private long length(Fields fields, String type) {
    if (!fields.has("duration")) {
      problems.add(fields.position(), "a %s pattern needs a duration".formatted(type));
      return 0;
    }
    int faults = problems.all().size();
    long nanos = fields.duration("duration", Duration.ZERO).toNanos();
    if (nanos == 0 && problems.all().size() == faults) {
      problems.add(fields.position("duration"), "must be above 0");
    }
    return nanos;
  }
}
