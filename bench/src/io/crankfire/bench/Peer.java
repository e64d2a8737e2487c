package io.crankfire.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The generators of other projects, used when they are on the PATH.
enum Peer implements Tool {
  WRK("wrk") {
    @Override
    public boolean can(Load load) {
      return load.rate() == 0 && load.total() == 0;
    }

    @Override
    public List<String> command(Load load) {
      return List.of(
          "wrk",
          "-t1",
          "-c" + load.connections(),
          "-d" + load.seconds() + "s",
          "--latency",
          load.url());
    }
  },
  WRK2("wrk2") {
    @Override
    public boolean can(Load load) {
      return load.rate() > 0;
    }

    @Override
    public List<String> command(Load load) {
      return List.of(
          "wrk2",
          "-t1",
          "-c" + load.connections(),
          "-d" + load.seconds() + "s",
          "-R" + load.rate(),
          "--latency",
          load.url());
    }
  },
  HEY("hey") {
    @Override
    public List<String> command(Load load) {
      return load.total() > 0
          ? List.of("hey", "-n", "" + load.total(), "-c", "1", load.url())
          : load.rate() > 0
              ? List.of(
                  "hey",
                  "-z",
                  load.seconds() + "s",
                  "-c",
                  "" + load.connections(),
                  "-q",
                  load.ratePerConnection(),
                  load.url())
              : List.of(
                  "hey", "-z", load.seconds() + "s", "-c", "" + load.connections(), load.url());
    }
  },
  H2LOAD("h2load") {
    @Override
    public List<String> command(Load load) {
      String clients = "-c" + load.connections();
      return load.total() > 0
          ? List.of("h2load", "--h1", "-t1", "-c1", "-m1", "-n" + load.total(), load.url())
          : load.rate() > 0
              ? List.of(
                  "h2load",
                  "--h1",
                  "-t1",
                  clients,
                  "-m1",
                  "-D",
                  "" + load.seconds(),
                  "--rps=" + load.ratePerConnection(),
                  load.url())
              : List.of(
                  "h2load", "--h1", "-t1", clients, "-m1", "-D", "" + load.seconds(), load.url());
    }
  },
  AB("ab") {
    @Override
    public boolean can(Load load) {
      return load.rate() == 0;
    }

    @Override
    public List<String> command(Load load) {
      return load.total() > 0
          ? List.of("ab", "-q", "-k", "-n", "" + load.total(), "-c", "1", load.url())
          : List.of(
              "ab",
              "-q",
              "-k",
              "-t",
              "" + load.seconds(),
              "-n",
              "20000000",
              "-c",
              "" + load.connections(),
              load.url());
    }
  },
  AUTOCANNON("autocannon") {
    @Override
    public boolean can(Load load) {
      return !load.https();
    }

    @Override
    public List<String> command(Load load) {
      return load.total() > 0
          ? List.of("autocannon", "-c", "1", "-a", "" + load.total(), load.url())
          : load.rate() > 0
              ? List.of(
                  "autocannon",
                  "-c",
                  "" + load.connections(),
                  "-d",
                  "" + load.seconds(),
                  "-R",
                  "" + load.rate(),
                  load.url())
              : List.of(
                  "autocannon",
                  "-c",
                  "" + load.connections(),
                  "-d",
                  "" + load.seconds(),
                  load.url());
    }

    @Override
    public boolean warmsUp() {
      return true;
    }
  },
  K6("k6") {
    @Override
    public List<String> command(Load load) {
      return List.of(
          "k6",
          "run",
          "--quiet",
          "--no-usage-report",
          "-e",
          "URL=" + load.url(),
          "-e",
          "CONNECTIONS=" + load.connections(),
          "-e",
          "SECONDS=" + load.seconds(),
          "-e",
          "RATE=" + load.rate(),
          "-e",
          "TOTAL=" + load.total(),
          "bench/peers/k6/load.js");
    }
  },
  GATLING("gatling", "gatling-bench") {
    /* Its open model takes as many connections as it needs. */
    @Override
    public boolean can(Load load) {
      return load.rate() == 0;
    }

    @Override
    public List<String> command(Load load) {
      return ofBench("gatling-bench", load);
    }

    @Override
    public boolean warmsUp() {
      return true;
    }

    /* The goal is about the last four seconds of nine. On one core its compiler is not done by then. */
    @Override
    public int seconds() {
      return 9;
    }
  },
  HYPERFOIL("hyperfoil", "hyperfoil-bench") {
    @Override
    public List<String> command(Load load) {
      return ofBench("hyperfoil-bench", load);
    }

    @Override
    public boolean warmsUp() {
      return true;
    }

    /* On one core its compiler needs some eight seconds. */
    @Override
    public int seconds() {
      return 16;
    }
  };

  /* wrk: "     99%    1.21ms"; hey: "  99% in 0.0121 secs"; ab: "  99%      2" (whole milliseconds). */
  private static final Pattern WRK_LINE =
      Pattern.compile("(?m)^ +([0-9.]+)% +([0-9.]+)(us|ms|s|m)$");
  private static final Pattern HEY_LINE = Pattern.compile("(?m)^ +(\\d+)% in ([0-9.]+) secs");
  private static final Pattern AB_LINE =
      Pattern.compile("(?m)^ +(\\d+)% +(\\d+)(?: \\(longest request\\))?$");

  /* k6: "     http_req_duration..............: p(50)=0.12ms p(97.5)=0.5ms p(99)=1.21ms" */
  private static final Pattern K6_LINE = Pattern.compile("(?m)^ *http_req_duration\\.*: (.*)$");
  private static final Pattern K6_PERCENTILE = Pattern.compile("p\\(([0-9.]+)\\)=([0-9.]+)ms");

  private final String label;
  private final String program;

  Peer(String program) {
    this(program, program);
  }

  Peer(String label, String program) {
    this.label = label;
    this.program = program;
  }

  /// A program of `bench/peers` on the Java of the harness; it takes a load as it is.
  private static List<String> ofBench(String program, Load load) {
    return List.of(
        "env",
        "JAVA_HOME=" + System.getProperty("java.home"),
        program,
        load.url(),
        "" + load.connections(),
        "" + load.seconds(),
        "" + load.rate(),
        "" + load.total());
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public boolean available() {
    return Commands.has(program);
  }

  @Override
  public boolean can(Load load) {
    return true;
  }

  @Override
  public boolean warmsUp() {
    return false;
  }

  @Override
  public Map<String, Double> reported(String output) {
    Map<String, Double> percentiles = new TreeMap<>();
    Matcher wrk = WRK_LINE.matcher(output);
    while (wrk.find()) {
      double unit =
          switch (wrk.group(3)) {
            case "us" -> 0.001;
            case "ms" -> 1;
            case "s" -> 1000;
            default -> 60_000;
          };
      percentiles.put(percentile(wrk.group(1)), Double.parseDouble(wrk.group(2)) * unit);
    }
    Matcher hey = HEY_LINE.matcher(output);
    while (hey.find()) {
      percentiles.put("p" + hey.group(1), Double.parseDouble(hey.group(2)) * 1000);
    }
    Matcher ab = AB_LINE.matcher(output);
    while (ab.find()) {
      percentiles.put("p" + ab.group(1), Double.parseDouble(ab.group(2)));
    }
    Matcher k6 = K6_LINE.matcher(output);
    if (k6.find()) {
      Matcher one = K6_PERCENTILE.matcher(k6.group(1));
      while (one.find()) {
        percentiles.put("p" + one.group(1), Double.parseDouble(one.group(2)));
      }
    }
    return percentiles;
  }

  /// `p99` for `99.000` as for `99`.
  private static String percentile(String text) {
    return "p" + new BigDecimal(text).stripTrailingZeros().toPlainString();
  }

  /// What it says about its version, shortened to one line.
  String version() {
    try {
      List<String> ask =
          switch (this) {
            case WRK, WRK2 -> List.of(program, "-v");
            case HEY -> List.of("dpkg-query", "-W", "-f", "${Version}", "hey");
            case H2LOAD, AUTOCANNON, GATLING, HYPERFOIL -> List.of(program, "--version");
            case K6 -> List.of(program, "version");
            case AB -> List.of(program, "-V");
          };
      return Commands.tryRun(ask)
          .output()
          .lines()
          .filter(l -> !l.isBlank())
          .findFirst()
          .orElse("?")
          .strip();
    } catch (IOException e) {
      return "?";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "?";
    }
  }
}
