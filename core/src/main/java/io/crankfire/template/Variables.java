package io.crankfire.template;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What one session knows: the variables that extractors have set, which stay from one iteration to
/// the next, and the records that feeders gave to the iteration. Confined to its worker's event
/// loop.
public final class Variables {

  private final List<Feeder> feeders;
  private final int[] rows;
  private final byte[] @Nullable [] values;
  private final long seed;
  private final LongSupplier epochMillis;
  private long session;
  private long iteration;
  private long random;
  private long unresolved;

  /// Nothing set yet.
  ///
  /// @param names the plan's names, complete
  /// @param seed of the run
  /// @param epochMillis tells the time of day
  public Variables(Names names, long seed, LongSupplier epochMillis) {
    feeders = List.copyOf(names.feeders());
    rows = new int[feeders.size()];
    values = new byte[names.variables().size()][];
    this.seed = seed;
    this.epochMillis = epochMillis;
  }

  /// An iteration begins: chooses the feeders' records, and begins its random numbers, which depend
  /// on the seed and the iteration's number alone.
  ///
  /// @param sessionNumber of the session, from 0, different for all sessions of the run
  /// @param iterationNumber from 0, different for all iterations of the run
  public void begin(long sessionNumber, long iterationNumber) {
    session = sessionNumber;
    iteration = iterationNumber;
    random = mix(seed ^ mix(iterationNumber + 0x632be59bd9b4e019L));
    for (int i = 0; i < rows.length; i++) {
      Feeder feeder = feeders.get(i);
      int size = feeder.rows().size();
      rows[i] =
          (int)
              switch (feeder.policy()) {
                case LOOP, STOP -> iterationNumber % size;
                case UNIQUE -> sessionNumber % size;
                case RANDOM ->
                    Long.remainderUnsigned(mix(seed + 31L * i ^ mix(iterationNumber)), size);
              };
    }
  }

  /// The session's number, from 0.
  public long session() {
    return session;
  }

  /// The iteration's number, from 0.
  public long iteration() {
    return iteration;
  }

  /// Milliseconds since 1970.
  public long epochMillis() {
    return epochMillis.getAsLong();
  }

  /// The next random number of this iteration, any of 2^64 with equal chance (splitmix64).
  public long nextLong() {
    random += 0x9e3779b97f4a7c15L;
    return mix(random);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }

  /// A variable's value, not to be changed; null if it is not set.
  public byte @Nullable [] get(int slot) {
    return values[slot];
  }

  /// Sets a variable.
  public void set(int slot, byte[] value) {
    values[slot] = value;
  }

  /// A column of the iteration's record, not to be changed; null if the record has no value there.
  public byte @Nullable [] column(int feeder, int column) {
    return feeders.get(feeder).rows().get(rows[feeder])[column];
  }

  /// Forgets all variables, as a new user would begin.
  public void clear() {
    Arrays.fill(values, null);
  }

  /// A placeholder stayed as it is, since nothing had a value for it.
  void countUnresolved() {
    unresolved++;
  }

  /// How many placeholders stayed as they are since this was asked last.
  public long takeUnresolved() {
    long count = unresolved;
    unresolved = 0;
    return count;
  }
}
