package io.crankfire.bench;

import io.crankfire.bench.MultiplexTool.Shape;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The goals that this harness can judge, each with what must be and what is aimed at.
final class Goals {

  /// One goal: a figure and its limits.
  ///
  /// @param atMost whether small is good
  /// @param aim not a number when there is none
  private record Goal(
      String text, Stat figure, boolean atMost, double must, double aim, int decimals) {

    boolean met(double limit) {
      return atMost ? figure.median() <= limit : figure.median() >= limit;
    }

    Verdict judge() {
      String sign = atMost ? "≤ " : "≥ ";
      return new Verdict(
          text,
          figure.range(decimals),
          sign + number(must),
          Double.isNaN(aim) ? "" : sign + number(aim),
          figure.n() == 0 ? "not measured" : met(must) ? "met" : "NOT MET",
          figure.n() == 0 || Double.isNaN(aim) ? "" : met(aim) ? "met" : "not met");
    }

    private static String number(double value) {
      return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
  }

  /// A goal held against its figure.
  record Verdict(
      String goal, String figure, String must, String aim, String mustMet, String aimMet) {

    boolean failed() {
      return mustMet.equals("NOT MET");
    }

    Map<String, Object> json() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("goal", goal);
      fields.put("figure", figure);
      fields.put("must", must);
      fields.put("must_met", mustMet);
      fields.put("aim", aim);
      fields.put("aim_met", aimMet);
      return fields;
    }
  }

  private static final double NONE = Double.NaN;

  private final Results results;
  private final String ours;
  private final List<Goal> goals = new ArrayList<>();

  private Goals(Results results, String ours) {
    this.results = results;
    this.ours = ours;
  }

  static List<Verdict> judge(Results results, Options options) {
    Goals goals = new Goals(results, Crankfire.judged(options).label());
    goals.closed();
    goals.starting();
    goals.open();
    goals.truth();
    goals.streams();
    goals.multiplex();
    return goals.goals.stream().map(Goal::judge).toList();
  }

  static Table table(List<Verdict> verdicts) {
    Table table = new Table("Goals", "goal", "figure", "must", "", "aim", "");
    verdicts.forEach(
        v -> table.row(v.goal(), v.figure(), v.must(), v.mustMet(), v.aim(), v.aimMet()));
    table.note(
        "Bytes allocated per request and per message are a test. Templates are not measured by this"
            + " command.");
    return table;
  }

  private void closed() {
    atMost("CPU per request ÷ wrk, 64 connections", closed(64, "cpu_ratio"), 0.95, 0.75, 2);
    atLeast("req/s ÷ wrk, 1 connection", closed(1, "rate_ratio"), 0.95, 1.05, 2);
    atLeast("req/s ÷ wrk, 64 connections", closed(64, "rate_ratio"), 1.0, 1.25, 2);
    atLeast("req/s ÷ wrk, 512 connections", closed(512, "rate_ratio"), 0.95, 1.25, 2);
    atLeast("req/s ÷ hey, 64 connections", over("hey"), 3, NONE, 1);
    atLeast("req/s ÷ autocannon, 64 connections", over("autocannon"), 2, NONE, 1);
    atLeast("req/s ÷ Gatling, 64 connections", over("gatling"), 4, NONE, 1);
    atLeast("req/s ÷ k6, 64 connections", over("k6"), 8, NONE, 1);
    atLeast("req/s ÷ Hyperfoil, 64 connections", over("hyperfoil"), 1.1, NONE, 2);
    atMost("user CPU per request, µs", closed(64, "user_us"), 1.2, 0.6, 2);
    atMost("peak RSS, 64 connections, MB", closed(64, "rss_mb"), 90, 60, 0);
    atMost("peak RSS, 512 connections, MB", closed(512, "rss_mb"), 110, 70, 0);
    atMost("10,000 connections, MB", results.get("memory.10000." + ours + ".rss_mb"), 300, NONE, 0);
    atMost(
        "idle connection, bytes",
        results.get("memory." + ours + ".bytes_per_connection"),
        20_000,
        2000,
        0);
    atLeast("HTTPS req/s ÷ wrk", results.get("tls.64." + ours + ".rate_ratio"), 0.95, 1.05, 2);
  }

  private void starting() {
    atMost("start to first request, ms", results.get("start." + ours + ".first_ms"), 250, 150, 0);
    atMost(
        "one request, CPU s from Enter to exit",
        results.get("start." + ours + ".cpu_s"),
        0.45,
        0.25,
        2);
    atLeast("first second ÷ steady, HTTP/1.1", closed(64, "first_second"), 0.6, 0.9, 2);
    atLeast(
        "first second ÷ steady, TLS", results.get("tls.64." + ours + ".first_second"), 0.3, 0.8, 2);
  }

  private void open() {
    for (int rate : List.of(1000, 5000, 10_000, 20_000, 50_000)) {
      atMost(
          "issued ÷ asked, off by, at " + rate + "/s",
          open(rate, "default", "issued_off"),
          0.001,
          0.0001,
          5);
    }
    for (int rate : List.of(1000, 5000, 10_000)) {
      atMost("late p50 at " + rate + "/s, µs", open(rate, "default", "late_p50_us"), 75, NONE, 0);
      atMost("late p99 at " + rate + "/s, µs", open(rate, "default", "late_p99_us"), 250, NONE, 0);
      atMost(
          "late p50 at " + rate + "/s, economical, µs",
          open(rate, "economical", "late_p50_us"),
          600,
          NONE,
          0);
      atMost(
          "late p50 at " + rate + "/s, precise, µs",
          open(rate, "precise", "late_p50_us"),
          75,
          10,
          0);
      atMost(
          "late p99 at " + rate + "/s, precise, µs",
          open(rate, "precise", "late_p99_us"),
          250,
          60,
          0);
    }
    Stat wrk2 = results.get("open.1000.wrk2.late_p99_us");
    Stat p99 = open(1000, "default", "late_p99_us");
    atMost(
        "late p99 ÷ wrk2's at 1000/s",
        wrk2.n() == 0 ? Stat.of() : p99.times(1 / wrk2.median()),
        1,
        0.1,
        2);
    atMost("CV of counts in 10 ms at 5000/s", open(5000, "default", "variation"), 0.05, 0.02, 3);
    atMost(
        "CPU at 5000/s, of a core, economical",
        open(5000, "economical", "cpu_share"),
        0.2,
        NONE,
        2);
    atMost("CPU at 5000/s, of a core", open(5000, "default", "cpu_share"), 0.5, NONE, 2);
  }

  private void truth() {
    atMost(
        "stall: reported p99 ÷ theory, off by",
        results.get("stall." + ours + " precise, quiet core.p99_off"),
        0.05,
        0.02,
        3);
    for (String p : List.of("p50", "p97.5", "p99")) {
      atMost(
          "freeze: reported " + p + " ÷ theory, off by",
          results.get("freeze." + ours + " precise, quiet core." + p + "_off"),
          0.1,
          NONE,
          3);
    }
  }

  private void streams() {
    atMost(
        "WebSocket echo: CPU per message ÷ an HTTP request",
        results.get("streams.websocket.cpu_ratio"),
        1.1,
        0.9,
        2);
    for (String what : List.of("open WebSockets", "open event streams")) {
      atMost(
          what + ", bytes each",
          results.get("streams." + ours + ", " + what + ".bytes_per_connection"),
          20_000,
          2000,
          0);
    }
  }

  private void multiplex() {
    Shape single = new Shape(64, 1);
    Shape many = new Shape(8, 32);
    for (boolean grpc : List.of(false, true)) {
      String what = grpc ? "gRPC" : "HTTP/2 GET";
      atMost(what + ": CPU ÷ h2load, 64 × 1", multiplex(grpc, single), 0.95, 0.8, 2);
      atMost(what + ": CPU ÷ h2load, 8 × 32", multiplex(grpc, many), 0.7, 0.4, 2);
    }
    atLeast(
        "gRPC: CPU of grpc-java's stub, default executor ÷ ours, 8 × 32",
        stub("grpc-java stub, default executor"),
        50,
        100,
        0);
    atLeast(
        "gRPC: CPU of grpc-java's stub, direct executor ÷ ours, 8 × 32",
        stub("grpc-java stub, direct executor"),
        15,
        30,
        0);
  }

  private Stat multiplex(boolean grpc, Shape shape) {
    return results.get(MultiplexBench.key(grpc, shape, ours, "cpu_ratio"));
  }

  private Stat stub(String tool) {
    Shape many = new Shape(8, 32);
    Stat theirs = results.get(MultiplexBench.key(true, many, tool, "cpu_ratio"));
    Stat own = multiplex(true, many);
    return theirs.n() == 0 || own.n() == 0 ? Stat.of() : theirs.times(1 / own.median());
  }

  private Stat closed(int connections, String figure) {
    return results.get("closed." + connections + "." + ours + "." + figure);
  }

  private Stat over(String peer) {
    Stat theirs = results.get("closed.64." + peer + ".rate_ratio");
    return theirs.n() == 0 ? Stat.of() : closed(64, "rate_ratio").times(1 / theirs.median());
  }

  private Stat open(int rate, String policy, String figure) {
    return results.get("open." + rate + "." + ours + " " + policy + ", quiet core." + figure);
  }

  private void atMost(String text, Stat figure, double must, double aim, int decimals) {
    goals.add(new Goal(text, figure, true, must, aim, decimals));
  }

  private void atLeast(String text, Stat figure, double must, double aim, int decimals) {
    goals.add(new Goal(text, figure, false, must, aim, decimals));
  }
}
