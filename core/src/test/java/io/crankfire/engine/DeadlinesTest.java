package io.crankfire.engine;

import static io.crankfire.engine.WorkerRig.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {

  /// Against a list of all that wait.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theEarliestDeadlineOfAllTimeoutsIsNext(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    WorkerRig rig = new WorkerRig(WorkerRig.Setting.closed(1), n -> 0);
    Deadlines deadlines = new Deadlines();
    long[] timeouts = {10 * MILLI, 25 * MILLI, 100 * MILLI};
    assertThat(deadlines.queue(timeouts[0])).isSameAs(deadlines.queue(timeouts[0]));
    List<Session> waiting = new ArrayList<>();
    long now = 0;
    for (int step = 0; step < 5_000; step++) {
      now += random.nextInt(1_000_000);
      if (random.nextInt(3) > 0 || waiting.isEmpty()) {
        Session session = rig.session();
        deadlines.queue(timeouts[random.nextInt(3)]).add(session, now);
        waiting.add(session);
      } else {
        Session ended = waiting.remove(random.nextInt(waiting.size()));
        Deadlines.Queue queue = ended.deadlineQueue;
        assertThat(queue).isNotNull();
        if (queue != null) {
          queue.remove(ended);
        }
        assertThat(ended.deadlineQueue).isNull();
      }
      long next = waiting.stream().mapToLong(s -> s.deadline).min().orElse(Long.MAX_VALUE);
      assertThat(deadlines.next()).as("seed %d, step %d", seed, step).isEqualTo(next);
    }
    waiting.forEach(session -> {
      Deadlines.Queue queue = session.deadlineQueue;
      if (queue != null) {
        queue.remove(session);
      }
    });
    assertThat(deadlines.next()).isEqualTo(Long.MAX_VALUE);
  }
}
