package io.crankfire.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.HistogramIterationValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HdrHistogram's own library is the oracle.
class HistogramCodecTest {

  private record Bucket(long lowest, long highest, long count) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theLibraryReadsOurEncodingBucketForBucket(long seed) {
    Histogram ours = HistogramSamples.random(seed, 5_000);
    assertThat(buckets(decoded(HistogramCodec.encode(ours)))).isEqualTo(buckets(ours));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void weReadTheLibrarysEncodingBucketForBucket(long seed) {
    org.HdrHistogram.Histogram theirs = HistogramSamples.library();
    HistogramSamples.values(seed, 5_000).forEach(theirs::recordValue);
    Histogram ours = new Histogram();
    HistogramCodec.merge(encoded(theirs), ours);
    assertThat(buckets(ours)).isEqualTo(buckets(theirs));
    assertThat(ours.count()).isEqualTo(theirs.getTotalCount());
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void partsMergedInAnyOrderAreTheHistogramOfAllValues(long seed) {
    Random random = new Random(seed);
    Histogram all = new Histogram();
    List<Histogram> parts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      parts.add(new Histogram());
    }
    for (long value : HistogramSamples.values(seed, 4_000)) {
      all.record(value);
      parts.get(random.nextInt(parts.size())).record(value);
    }
    java.util.Collections.shuffle(parts, random);
    Histogram merged = new Histogram();
    for (Histogram part : parts) {
      HistogramCodec.merge(
          HistogramCodec.encode(part), merged, part.min(), part.max(), part.sum(), part.clamped());
    }
    assertThat(buckets(merged)).isEqualTo(buckets(all));
    assertThat(merged.count()).isEqualTo(all.count());
    assertThat(merged.clamped()).isEqualTo(all.clamped());
    assertThat(merged.min()).isEqualTo(all.min());
    assertThat(merged.max()).isEqualTo(all.max());
    assertThat(merged.mean()).isCloseTo(all.mean(), within(1e-9));
    for (double percent : new double[] {0, 1, 50, 90, 99, 99.9, 100}) {
      assertThat(merged.percentile(percent)).isEqualTo(all.percentile(percent));
    }
  }

  @Test
  void anEmptyHistogramIsAHeadAndNothingMore() {
    ByteBuffer empty = HistogramCodec.encode(new Histogram());
    assertThat(empty.remaining()).isEqualTo(40);
    Histogram target = new Histogram();
    HistogramCodec.merge(empty, target);
    assertThat(target.count()).isZero();
    assertThat(target.min()).isZero();
    assertThat(target.max()).isZero();
  }

  @Test
  void countsOfEverySizeSurvive() {
    for (int bits = 0; bits < 63; bits++) {
      Histogram one = new Histogram();
      one.add(1_000_000, 1L << bits);
      Histogram back = new Histogram();
      HistogramCodec.merge(HistogramCodec.encode(one), back);
      assertThat(buckets(back)).as("a count of 2^%d", bits).isEqualTo(buckets(one));
    }
  }

  @Test
  void withoutTheMomentsTheyComeFromTheBuckets() {
    Histogram one = new Histogram();
    one.add(5_000_000, 10);
    Histogram back = new Histogram();
    HistogramCodec.merge(HistogramCodec.encode(one), back);
    assertThat(back.min()).isBetween(4_995_000L, 5_000_000L);
    assertThat(back.max()).isBetween(5_000_000L, 5_005_000L);
    assertThat(back.mean()).isCloseTo(5_000_000, within(0.05));
  }

  @Test
  void everyCutIsRefusedAndChangesNothing() {
    ByteBuffer whole = HistogramCodec.encode(HistogramSamples.random(21, 300));
    for (int length = 0; length < whole.remaining(); length++) {
      Histogram target = new Histogram();
      ByteBuffer cut = whole.slice(0, length);
      assertThatIllegalArgumentException()
          .as("cut after %d bytes", length)
          .isThrownBy(() -> HistogramCodec.merge(cut, target));
      assertThat(buckets(target)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33})
  void flippedBitsAreReadOrRefusedButNothingElse(long seed) {
    Random random = new Random(seed);
    byte[] whole = bytes(HistogramCodec.encode(HistogramSamples.random(seed, 200)));
    for (int round = 0; round < 20_000; round++) {
      byte[] broken = whole.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
      }
      readOrRefused(broken, "seed " + seed + ", round " + round);
    }
  }

  @Test
  void randomCountsBehindAGoodHeadAreReadOrRefused() {
    Random random = new Random(41);
    byte[] head = bytes(HistogramCodec.encode(new Histogram()));
    for (int round = 0; round < 20_000; round++) {
      byte[] body = new byte[random.nextInt(60)];
      random.nextBytes(body);
      ByteBuffer all = ByteBuffer.allocate(head.length + body.length).put(head).put(body);
      all.putInt(4, body.length);
      readOrRefused(all.array(), "seed 41, round " + round);
    }
  }

  private static void readOrRefused(byte[] bytes, String what) {
    Histogram target = new Histogram();
    try {
      HistogramCodec.merge(ByteBuffer.wrap(bytes), target);
    } catch (IllegalArgumentException refused) {
      assertThat(buckets(target)).as(what).isEmpty();
      return;
    }
    long sum = 0;
    for (Bucket bucket : buckets(target)) {
      assertThat(bucket.count).as(what).isPositive();
      sum += bucket.count;
    }
    assertThat(target.count()).as(what).isEqualTo(sum).isNotNegative();
  }

  @Test
  void aHistogramWithOtherDigitsIsRefused() {
    org.HdrHistogram.Histogram coarse = new org.HdrHistogram.Histogram(1, Histogram.MAX, 2);
    coarse.recordValue(1_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistogramCodec.merge(encoded(coarse), new Histogram()))
        .withMessageContaining("other buckets");
  }

  private static org.assertj.core.data.Percentage within(double percent) {
    return org.assertj.core.data.Percentage.withPercentage(percent);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static org.HdrHistogram.Histogram decoded(ByteBuffer buffer) {
    return org.HdrHistogram.Histogram.decodeFromByteBuffer(buffer, 0);
  }

  private static ByteBuffer encoded(org.HdrHistogram.Histogram theirs) {
    ByteBuffer buffer = ByteBuffer.allocate(theirs.getNeededByteBufferCapacity());
    theirs.encodeIntoByteBuffer(buffer);
    return buffer.flip();
  }

  private static List<Bucket> buckets(Histogram ours) {
    List<Bucket> buckets = new ArrayList<>();
    ours.forEachBucket((lowest, highest, count) -> buckets.add(new Bucket(lowest, highest, count)));
    return buckets;
  }

  private static List<Bucket> buckets(org.HdrHistogram.Histogram theirs) {
    List<Bucket> buckets = new ArrayList<>();
    for (HistogramIterationValue value : theirs.recordedValues()) {
      long at = value.getValueIteratedTo();
      buckets.add(
          new Bucket(
              theirs.lowestEquivalentValue(at),
              theirs.highestEquivalentValue(at),
              value.getCountAtValueIteratedTo()));
    }
    return buckets;
  }
}
