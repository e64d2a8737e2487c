package io.crankfire.bench;

import java.util.List;

/// Measures Crankfire beside the load generators of this machine. See docs/performance.md.
///
/// Exit codes: 0 done; 1 a goal that was measured is not met; 2 the command line makes no sense; 3
/// could not measure.
public final class Bench {

  private Bench() {}

  public static void main(String[] arguments) throws Exception {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (Options.UsageException e) {
      System.err.println(e.getMessage() + "\n\n" + Options.USAGE);
      System.exit(2);
      return;
    }
    if (options.command().equals("check")) {
      List<String> faults = SelfCheck.run();
      faults.forEach(System.err::println);
      System.exit(faults.isEmpty() ? 0 : 1);
    }
    Machine.settle(options.cores());
    Machine machine = Machine.look(options);
    System.out.println(machine.table().markdown());
    if (options.command().equals("facts")) {
      return;
    }
    if (!Peer.WRK.available()) {
      System.err.println(
          "wrk is not on the PATH; every ratio is to wrk (Debian: apt-get install wrk)");
      System.exit(3);
    }
    if (!Crankfire.judged(options).available()) {
      Log.say("no launcher at %s: only the peers are measured", options.crankfire());
    }
    Results results = new Results();
    run(options, results);
    List<Goals.Verdict> verdicts = Goals.judge(results, options);
    List<Goals.Verdict> shown =
        options.command().equals("all")
            ? verdicts
            : verdicts.stream().filter(v -> !v.mustMet().equals("not measured")).toList();
    if (!shown.isEmpty()) {
      results.add(Goals.table(shown));
    }
    results.write(
        options.out(),
        options.command().equals("all") ? "results" : options.command(),
        machine,
        shown);
    System.exit(shown.stream().anyMatch(Goals.Verdict::failed) ? 1 : 0);
  }

  private static void run(Options options, Results results) throws Exception {
    boolean all = options.command().equals("all");
    if (all || options.command().equals("closed")) {
      new ClosedBench(options, results).run();
    }
    if (all || options.command().equals("tls")) {
      new ClosedBench(options, results).runTls();
    }
    if (all || options.command().equals("h2")) {
      new MultiplexBench(options, results).run();
    }
    if (all || options.command().equals("open")) {
      new OpenBench(options, results).run();
    }
    if (all || options.command().equals("freeze")) {
      new FreezeBench(options, results).run();
    }
    if (all || options.command().equals("start")) {
      new StartBench(options, results).run();
    }
    if (all || options.command().equals("memory")) {
      new MemoryBench(options, results).run();
    }
    if (all || options.command().equals("streams")) {
      new StreamsBench(options, results).run();
    }
  }
}
