package io.crankfire.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The harness checks its own arithmetic, without any server.
final class SelfCheck {

  private final List<String> faults = new ArrayList<>();
  private int checks;

  /// @return the faults found, one line each
  static List<String> run() {
    SelfCheck check = new SelfCheck();
    check.schedules();
    check.stalls();
    check.reports();
    check.stats();
    Log.say("%d checks, %d faults", check.checks, check.faults.size());
    return check.faults;
  }

  private void schedules() {
    long[] even = new long[50_000];
    long[] late = new long[50_000];
    for (int i = 0; i < even.length; i++) {
      even[i] = 1_000_000_000L + i * 200_000L;
      /* in lumps: every arrival waits for the next full millisecond */
      late[i] = (even[i] + 999_999) / 1_000_000 * 1_000_000;
    }
    Arrivals exact = Arrivals.follow(even, 5000, 1_000_000_000);
    near("an even schedule has no lateness", 0, exact.errorP99Micros(), 0.01);
    near("an even schedule has no variation", 0, exact.variation(), 1e-9);
    Arrivals lumps = Arrivals.follow(late, 5000, 1_000_000_000);
    near("millisecond lumps are late by 0.4 ms in the median", 400, lumps.errorP50Micros(), 1);
    near(
        "a wrong rate is seen as lateness",
        4_000_000 / 100.0,
        Arrivals.follow(even, 5050, 0).errorP50Micros(),
        40_000);
  }

  private void stalls() {
    near(
        "200 ms at 5,000/s for 9 s",
        110,
        new Stall(5000, 9, 6000, 200, 0).responseMillis(0.99),
        0.5);
    Stall freeze = new Stall(1000, 20, 10_000, 1000, 1);
    near("1 s at 1,000/s for 20 s, p50", 1, freeze.responseMillis(0.5), 0.001);
    near("1 s at 1,000/s for 20 s, p97.5", 500, freeze.responseMillis(0.975), 3);
    near("1 s at 1,000/s for 20 s, p99", 800, freeze.responseMillis(0.99), 3);
    long[] seen = new long[20_000];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = i < 10_000 || i >= 11_000 ? i * 1_000_000L : 11_000 * 1_000_000L;
    }
    near("the same from arrivals", 800, freeze.seenMillis(seen, 0.99), 3);
  }

  private void reports() {
    near(
        "wrk",
        1.21,
        Peer.WRK
            .reported("  Latency Distribution\n     50%  626.00us\n     99%    1.21ms\n")
            .get("p99"),
        0);
    near("wrk, microseconds", 0.626, Peer.WRK.reported("     50%  626.00us\n").get("p50"), 1e-9);
    near("wrk2", 1.5, Peer.WRK2.reported("  99.000%    1.50ms\n").get("p99"), 0);
    near("hey", 12.1, Peer.HEY.reported("  99% in 0.0121 secs\n").get("p99"), 1e-9);
    near("ab", 2, Peer.AB.reported("  99%      2\n").get("p99"), 0);
    near(
        "k6",
        1.21,
        Peer.K6
            .reported(
                "  http_req_blocked...: p(50)=0ms p(99)=9ms\n"
                    + "  http_req_duration..............: p(50)=0.12ms p(97.5)=0.5ms"
                    + " p(99)=1.21ms\n")
            .get("p99"),
        0);
    near(
        "hyperfoil",
        0.25,
        Peer.HYPERFOIL.reported("  50.000% 0.100ms\n  97.500% 0.250ms\n").get("p97.5"),
        0);
    Map<String, Double> ours =
        new Crankfire(Path.of("x"), "auto", "", false, List.of())
            .reported(
                """
                {"total": 5, "p99_latency_ms": 3.5, "list": [1, "a\\n\\u0041", null],
                 "response_time": {"mean_ms": 1, "percentiles": {"p97.5": 2.25, "p99": 3.5}},
                 "service_time": {"p99": 1e-1}}\
                """);
    near("ours, a flat field", 3.5, ours.get("p99"), 0);
    near("ours, response time", 2.25, ours.get("p97.5"), 0);
    near("ours, service time", 0.1, ours.get("service p99"), 0);
  }

  private void stats() {
    near("median of an even number", 2.5, Stat.of(4, 1, 3, 2).median(), 0);
    near("what is not a number does not count", 1, (double) Stat.of(1, Double.NaN).n(), 0);
    near(
        "quantile",
        99,
        Arrivals.quantile(IntStream.rangeClosed(1, 100).asDoubleStream().toArray(), 0.99),
        0);
  }

  private void near(String what, double expected, Double actual, double tolerance) {
    checks++;
    if (actual == null || !(Math.abs(actual - expected) <= tolerance)) {
      faults.add(what + ": expected " + expected + ", got " + actual);
    }
  }
}
