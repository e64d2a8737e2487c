package io.crankfire.testkit;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/// A distribution of delays, to sample from and to compare with: what a server is told to take,
/// known analytically.
///
/// All are values; only the random source given to [#sample] has state.
public sealed interface Delay {

  /// One delay in nanoseconds, never negative.
  long sample(RandomGenerator random);

  /// The probability of a delay of at most so many nanoseconds.
  double cdf(double nanos);

  /// The smallest delay in nanoseconds that a share `p` of all delays does not exceed.
  ///
  /// @param p in 0 < p < 1
  double quantile(double p);

  /// The mean delay in nanoseconds.
  double mean();

  /// Always the same.
  static Delay constant(Duration value) {
    return new Constant(value.toNanos());
  }

  /// Everything between two delays equally likely.
  static Delay uniform(Duration from, Duration to) {
    return new Uniform(from.toNanos(), to.toNanos());
  }

  /// Exponential with that mean: memoryless service.
  static Delay exponential(Duration mean) {
    return new Exponential(mean.toNanos());
  }

  /// Log-normal with that median; `sigma` is the standard deviation of the logarithm (0.3 narrow, 1
  /// wide).
  static Delay logNormal(Duration median, double sigma) {
    return new LogNormal(median.toNanos(), sigma);
  }

  /// Mostly one distribution, and with probability `rareShare` another: a cache and its misses.
  static Delay bimodal(Delay common, Delay rare, double rareShare) {
    return new Mixture(List.of(common, rare), List.of(1 - rareShare, rareShare));
  }

  /// One of the measured values, each equally likely.
  static Delay empirical(List<Duration> values) {
    return new Empirical(values.stream().map(Duration::toNanos).sorted().toList());
  }

  /// This delay with a fixed part added.
  default Delay plus(Duration fixed) {
    return new Shifted(fixed.toNanos(), this);
  }

  /// See [Delay#constant].
  record Constant(long nanos) implements Delay {
    public Constant {
      require(nanos >= 0, "delay is negative");
    }

    @Override
    public long sample(RandomGenerator random) {
      return nanos;
    }

    @Override
    public double cdf(double at) {
      return at >= nanos ? 1 : 0;
    }

    @Override
    public double quantile(double p) {
      return nanos;
    }

    @Override
    public double mean() {
      return nanos;
    }
  }

  /// See [Delay#uniform].
  record Uniform(long fromNanos, long toNanos) implements Delay {
    public Uniform {
      require(fromNanos >= 0 && toNanos > fromNanos, "uniform needs 0 <= from < to");
    }

    @Override
    public long sample(RandomGenerator random) {
      return random.nextLong(fromNanos, toNanos + 1);
    }

    @Override
    public double cdf(double at) {
      return Math.clamp((at - fromNanos) / (toNanos - fromNanos), 0.0, 1.0);
    }

    @Override
    public double quantile(double p) {
      return fromNanos + p * (toNanos - fromNanos);
    }

    @Override
    public double mean() {
      return (fromNanos + toNanos) / 2.0;
    }
  }

  /// See [Delay#exponential].
  record Exponential(double meanNanos) implements Delay {
    public Exponential {
      require(meanNanos > 0, "mean is not positive");
    }

    @Override
    public long sample(RandomGenerator random) {
      return Math.round(quantile(random.nextDouble()));
    }

    @Override
    public double cdf(double at) {
      return at <= 0 ? 0 : -Math.expm1(-at / meanNanos);
    }

    @Override
    public double quantile(double p) {
      return -meanNanos * Math.log1p(-p);
    }

    @Override
    public double mean() {
      return meanNanos;
    }
  }

  /// See [Delay#logNormal].
  record LogNormal(double medianNanos, double sigma) implements Delay {
    public LogNormal {
      require(medianNanos > 0 && sigma > 0, "median and sigma must be positive");
    }

    @Override
    public long sample(RandomGenerator random) {
      return Math.round(medianNanos * Math.exp(sigma * random.nextGaussian()));
    }

    @Override
    public double cdf(double at) {
      return at <= 0 ? 0 : Normal.cdf(Math.log(at / medianNanos) / sigma);
    }

    @Override
    public double quantile(double p) {
      return medianNanos * Math.exp(sigma * Normal.quantile(p));
    }

    @Override
    public double mean() {
      return medianNanos * Math.exp(sigma * sigma / 2);
    }
  }

  /// One of several distributions, each with its share; the shares add up to 1.
  record Mixture(List<Delay> parts, List<Double> shares) implements Delay {
    public Mixture {
      parts = List.copyOf(parts);
      shares = List.copyOf(shares);
      require(!parts.isEmpty() && parts.size() == shares.size(), "as many shares as parts");
      require(shares.stream().allMatch(share -> share >= 0), "share is negative");
      double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
      require(Math.abs(sum - 1) < 1e-9, "shares do not add up to 1");
    }

    @Override
    public long sample(RandomGenerator random) {
      double left = random.nextDouble();
      for (int i = 0; i < parts.size() - 1; i++) {
        left -= shares.get(i);
        if (left < 0) {
          return parts.get(i).sample(random);
        }
      }
      return parts.getLast().sample(random);
    }

    @Override
    public double cdf(double at) {
      double sum = 0;
      for (int i = 0; i < parts.size(); i++) {
        sum += shares.get(i) * parts.get(i).cdf(at);
      }
      return sum;
    }

    @Override
    public double quantile(double p) {
      double high = 1;
      while (cdf(high) < p) {
        high *= 2;
      }
      double low = 0;
      for (int i = 0; i < 200 && high - low > 0.5; i++) {
        double middle = (low + high) / 2;
        if (cdf(middle) < p) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return high;
    }

    @Override
    public double mean() {
      double sum = 0;
      for (int i = 0; i < parts.size(); i++) {
        sum += shares.get(i) * parts.get(i).mean();
      }
      return sum;
    }
  }

  /// See [Delay#empirical]; the values are in ascending order.
  record Empirical(List<Long> sortedNanos) implements Delay {
    public Empirical {
      sortedNanos = List.copyOf(sortedNanos);
      require(!sortedNanos.isEmpty() && sortedNanos.getFirst() >= 0, "no values, or negative ones");
      require(sortedNanos.stream().sorted().toList().equals(sortedNanos), "values are not sorted");
    }

    @Override
    public long sample(RandomGenerator random) {
      return sortedNanos.get(random.nextInt(sortedNanos.size()));
    }

    @Override
    public double cdf(double at) {
      long[] values = sortedNanos.stream().mapToLong(Long::longValue).toArray();
      return Arrays.stream(values).filter(value -> value <= at).count() / (double) values.length;
    }

    @Override
    public double quantile(double p) {
      int rank = (int) Math.ceil(p * sortedNanos.size());
      return sortedNanos.get(Math.clamp(rank - 1, 0, sortedNanos.size() - 1));
    }

    @Override
    public double mean() {
      return sortedNanos.stream().mapToLong(Long::longValue).average().orElseThrow();
    }
  }

  /// See [Delay#plus].
  record Shifted(long fixedNanos, Delay delay) implements Delay {
    public Shifted {
      require(fixedNanos >= 0, "fixed part is negative");
      Objects.requireNonNull(delay, "delay");
    }

    @Override
    public long sample(RandomGenerator random) {
      return fixedNanos + delay.sample(random);
    }

    @Override
    public double cdf(double at) {
      return delay.cdf(at - fixedNanos);
    }

    @Override
    public double quantile(double p) {
      return fixedNanos + delay.quantile(p);
    }

    @Override
    public double mean() {
      return fixedNanos + delay.mean();
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
