package io.crankfire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Streams are found by their ids, whatever was taken out before.
class StreamTableTest {

  private static final class Silent extends Http2Stream {
    @Override
    protected void begin() {}

    @Override
    protected void head(FieldSection head) {}

    @Override
    protected void data(byte[] bytes, int from, int to) {}

    @Override
    protected void trailers(FieldSection fields) {}

    @Override
    protected void ended() {}

    @Override
    protected void failed(Outcome outcome, String detail) {}
  }

  @Test
  void itHoldsWhatAMapWouldHold() {
    Random random = new Random(540);
    StreamTable table = new StreamTable();
    TreeMap<Integer, Http2Stream> map = new TreeMap<>();
    int next = 1;
    for (int i = 0; i < 20_000; i++) {
      boolean grows = map.size() < 200 && random.nextInt(100) < (i / 2_000 % 2 == 0 ? 55 : 45);
      if (grows || map.isEmpty()) {
        Http2Stream stream = new Silent();
        table.put(next, stream);
        map.put(next, stream);
        next += 2;
      } else {
        List<Integer> ids = new ArrayList<>(map.keySet());
        int id = ids.get(random.nextInt(ids.size()));
        table.remove(id);
        table.remove(id);
        map.remove(id);
        assertThat(table.get(id)).isNull();
      }
      assertThat(table.size()).isEqualTo(map.size());
      if (i % 50 == 0) {
        map.forEach((id, stream) -> assertThat(table.get(id)).isSameAs(stream));
        int above = random.nextInt(next);
        assertThat(table.above(above))
            .containsExactlyElementsOf(map.tailMap(above, false).values());
      }
    }
  }
}
