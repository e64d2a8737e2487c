package io.crankfire.testkit.contract;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Calls taken at random by several sessions at full speed, each the next within the end of the one
/// before; every outcome has to be the one that the call has alone.
///
/// @param counts how many ended in each bucket
/// @param mistaken those that ended otherwise than they may, the first 50
public record Medley(Map<String, Integer> counts, List<String> mistaken) {

  private static final int SESSIONS = 64;
  private static final int MOST_MISTAKEN = 50;
  private static final Set<String> LATE = Set.of("TIMEOUT", "DEADLINE_EXCEEDED");

  /// How long a call that the server never answers waits; it is the only end that it has.
  public static final String SHORT_TIMEOUT = "60ms";

  /// What no call of a medley takes, unless something is stuck.
  public static final String LONG_TIMEOUT = "20s";

  /// A call and how it may end.
  ///
  /// @param outcomes the buckets in which it may end
  /// @param says what its detail has to contain
  public record Part(Call call, Set<String> outcomes, String says) {

    public Part {
      outcomes = Set.copyOf(outcomes);
    }

    /// That says anything.
    public Part(Call call, Set<String> outcomes) {
      this(call, outcomes, "");
    }

    private boolean explains(Flight.Ending ending) {
      String bucket = ending.bucket();
      // On a machine with much to do a short timeout may be over before there is a connection.
      boolean busy =
          LATE.stream().anyMatch(outcomes::contains)
              && ending.outcome().equals(Outcome.CONNECT_TIMEOUT);
      boolean said = String.valueOf(ending.detail()).contains(says);
      return busy || (outcomes.contains(bucket) && said && ending.isOrdered());
    }
  }

  /// Copies them.
  public Medley {
    counts = Map.copyOf(counts);
    mistaken = List.copyOf(mistaken);
  }

  /// Plays each of them once.
  public static Medley once(Rig rig, List<Part> parts, long seed) {
    List<Part> each = new ArrayList<>(new LinkedHashSet<>(parts));
    Collections.shuffle(each, new Random(seed));
    Iterator<Part> left = each.iterator();
    return play(rig, () -> left.hasNext() ? left.next() : null, left::hasNext);
  }

  /// Plays for so long, and until the last one has ended.
  ///
  /// @param parts some of them several times, if they are to come more often
  public static Medley play(Rig rig, List<Part> parts, long millis, long seed) {
    Random random = new Random(seed);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    BooleanSupplier goesOn = () -> System.nanoTime() - end < 0;
    return play(
        rig, () -> goesOn.getAsBoolean() ? parts.get(random.nextInt(parts.size())) : null, goesOn);
  }

  /// The same, and what is there after the first half of it has to do for the second one: nothing
  /// grows in a requester that goes on.
  ///
  /// @throws AssertionError if more memory is held after the second half
  public static Medley playWithoutGrowth(Rig rig, List<Part> parts, long millis, long seed) {
    Medley first = play(rig, parts, millis / 2, seed);
    Footprint before = Footprint.now();
    Medley second = play(rig, parts, millis / 2, seed + 1);
    before.awaitMemory();
    Map<String, Integer> counts = new TreeMap<>(first.counts);
    second.counts.forEach((bucket, count) -> counts.merge(bucket, count, Integer::sum));
    List<String> mistaken = new ArrayList<>(first.mistaken);
    mistaken.addAll(second.mistaken);
    return new Medley(counts, mistaken);
  }

  private static Medley play(Rig rig, Supplier<@Nullable Part> next, BooleanSupplier goesOn) {
    Map<String, Integer> counts = new TreeMap<>();
    List<String> mistaken = new ArrayList<>();
    List<Flight> flights = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      Flight flight = rig.flight();
      Part[] under = new Part[1];
      Runnable goOn =
          () -> {
            Part part = next.get();
            if (part != null) {
              under[0] = part;
              flight.send(part.call);
            }
          };
      flight.afterwards(() -> {
        Flight.Ending ending = flight.endings().getLast();
        counts.merge(ending.bucket(), 1, Integer::sum);
        if (!under[0].explains(ending) && mistaken.size() < MOST_MISTAKEN) {
          mistaken.add(under[0].call.name() + ": " + ending);
        }
        goOn.run();
      });
      flights.add(flight);
      goOn.run();
    }
    while (goesOn.getAsBoolean()) {
      rig.turn();
    }
    rig.await(() -> flights.stream().noneMatch(Flight::underWay));
    flights.forEach(rig::forget);
    return new Medley(counts, mistaken);
  }

  /// How many were begun.
  public long begun() {
    return counts.values().stream().mapToLong(count -> count).sum();
  }
}
