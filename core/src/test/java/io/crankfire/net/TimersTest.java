package io.crankfire.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimersTest {

  /// Against the plainest model there is: a list, sorted when asked.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void runsWhatASortedListWouldRun(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Timers timers = new Timers();
    List<Timer> ran = new ArrayList<>();
    List<Timer> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Timer[] self = new Timer[1];
      self[0] = new Timer(() -> ran.add(self[0]));
      all.add(self[0]);
    }
    List<Timer> model = new ArrayList<>();
    long now = 0;
    for (int step = 0; step < 20_000; step++) {
      Timer timer = all.get(random.nextInt(all.size()));
      switch (random.nextInt(10)) {
        case 0, 1 -> {
          timers.disarm(timer);
          model.remove(timer);
        }
        case 2 -> {
          now += random.nextInt(50);
          long until = now;
          ran.clear();
          timers.run(now);
          List<Timer> due = model.stream().filter(t -> t.at <= until).toList();
          assertThat(ran).containsExactlyInAnyOrderElementsOf(due);
          assertThat(ran).isSortedAccordingTo(Comparator.comparingLong(t -> t.at));
          model.removeAll(due);
        }
        default -> {
          timers.arm(timer, now + random.nextInt(200));
          model.remove(timer);
          model.add(timer);
        }
      }
      long next = model.stream().mapToLong(t -> t.at).min().orElse(Long.MAX_VALUE);
      assertThat(timers.next()).as("seed %d, step %d", seed, step).isEqualTo(next);
      assertThat(timer.armed()).isEqualTo(model.contains(timer));
    }
  }

  @Test
  void aTaskThatArmsItselfForNowRunsOnceInATurn() {
    Timers timers = new Timers();
    int[] runs = {0};
    Timer[] self = new Timer[1];
    self[0] =
        new Timer(() -> {
          runs[0]++;
          timers.arm(self[0], 5);
        });
    timers.arm(self[0], 5);
    timers.run(10);
    assertThat(runs[0]).isEqualTo(1);
    timers.run(10);
    assertThat(runs[0]).isEqualTo(2);
  }
}
