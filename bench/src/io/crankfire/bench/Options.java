package io.crankfire.bench;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// What the command line asked for.
///
/// @param command one of [#COMMANDS]
/// @param pairs how many accepted pairs (or repetitions) each figure needs
/// @param quick shorter runs, for trying the harness; its figures are no result
/// @param foreign the share of the generator's core that others may take before a run is repeated,
///   and at last dropped
/// @param crankfire the launcher under test
/// @param transports the values of `--transport` to try; the first is the one judged
/// @param extra further arguments for every Crankfire run
/// @param tools names of the peers to run, empty for all that are present
/// @param connections the connection counts of `closed`, empty for 1, 64 and 512, and of `h2`,
///   empty for 64 and 8
/// @param rates the rates of `open`, empty for 1,000 to 50,000
/// @param cores the cores to pin to
/// @param out where results and scratch files go
record Options(
    String command,
    int pairs,
    boolean quick,
    double foreign,
    Path crankfire,
    List<String> transports,
    List<String> extra,
    List<String> tools,
    List<Integer> connections,
    List<Integer> rates,
    Cores cores,
    Path out) {

  static final List<String> COMMANDS =
      List.of(
          "all", "closed", "tls", "h2", "open", "freeze", "start", "memory", "streams", "facts",
          "check");

  static final String USAGE =
      """
      usage: bench/run COMMAND [options]

        closed    as fast as possible over 1, 64 and 512 connections, in turn with wrk
        tls       the same over HTTPS, against nginx
        h2        requests and gRPC calls over HTTP/2, in turn with h2load
        open      fixed rates: exactness, evenness and cost of pacing
        freeze    a server that stands still: what each tool reports of it
        start     one request: CPU and time from Enter to exit
        memory    peak resident memory at 64, 512 and 10,000 connections
        streams   WebSocket messages beside requests; 10,000 WebSockets and event streams
        all       everything, with a verdict for each goal
        facts     the machine and the versions of the tools
        check     the harness checks its own arithmetic

        --pairs N            accepted pairs for each figure (5)
        --quick              short runs and two pairs: to try the harness
        --foreign SHARE      tolerated share of others on the generator's core (0.12)
        --crankfire PATH     launcher under test (./crankfire)
        --transports A,B     transports to try, the first is judged (auto,nio,epoll)
        --crankfire-args S   further arguments for Crankfire, separated by blanks
        --tools A,B          only these peers (wrk is always there)
        --connections A,B    connection counts of `closed` and `h2`
        --rates A,B          rates of `open`
        --cores S,G          cores of server and generator (0,1)
        --out DIR            results and scratch files (bench/out)
      """;

  /// Thrown for a command line that makes no sense; the message is for the user.
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  static Options parse(String[] arguments) throws UsageException {
    Deque<String> left = new ArrayDeque<>(List.of(arguments));
    String command = null;
    Integer pairs = null;
    boolean quick = false;
    double foreign = 0.12;
    Path crankfire = Path.of("crankfire");
    List<String> transports = List.of("auto", "nio", "epoll");
    List<String> extra = List.of();
    List<String> tools = List.of();
    List<Integer> connections = List.of();
    List<Integer> rates = List.of();
    Cores cores = new Cores(0, 1);
    Path out = Path.of("bench", "out");
    while (!left.isEmpty()) {
      String word = left.pop();
      switch (word) {
        case "--quick" -> quick = true;
        case "--pairs" -> pairs = positive(word, value(word, left));
        case "--foreign" -> foreign = number(word, value(word, left));
        case "--crankfire" -> crankfire = Path.of(value(word, left));
        case "--transports" -> transports = list(value(word, left));
        case "--crankfire-args" -> extra = Arrays.asList(value(word, left).trim().split("\\s+"));
        case "--tools" -> tools = list(value(word, left));
        case "--connections" -> connections = integers(word, value(word, left));
        case "--rates" -> rates = integers(word, value(word, left));
        case "--cores" -> {
          List<String> two = list(value(word, left));
          if (two.size() != 2 || !two.stream().allMatch(c -> c.matches("\\d{1,4}"))) {
            throw new UsageException("--cores wants two numbers, such as 0,1");
          }
          cores = new Cores(Integer.parseInt(two.get(0)), Integer.parseInt(two.get(1)));
        }
        case "--out" -> out = Path.of(value(word, left));
        default -> {
          if (command != null || !COMMANDS.contains(word)) {
            throw new UsageException("unknown: " + word);
          }
          command = word;
        }
      }
    }
    if (command == null) {
      throw new UsageException("which command?");
    }
    return new Options(
        command,
        pairs != null ? pairs : quick ? 2 : 5,
        quick,
        foreign,
        crankfire.toAbsolutePath().normalize(),
        transports,
        extra,
        tools,
        connections,
        rates,
        cores,
        out.toAbsolutePath().normalize());
  }

  private static String value(String option, Deque<String> left) throws UsageException {
    if (left.isEmpty()) {
      throw new UsageException(option + " wants a value");
    }
    return left.pop();
  }

  private static double number(String option, String text) throws UsageException {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new UsageException(option + " wants a number, not " + text);
    }
  }

  private static int positive(String option, String text) throws UsageException {
    double n = number(option, text);
    if (n < 1 || n != Math.rint(n)) {
      throw new UsageException(option + " wants a whole number above 0, not " + text);
    }
    return (int) n;
  }

  private static List<Integer> integers(String option, String text) throws UsageException {
    List<Integer> numbers = new ArrayList<>();
    for (String one : list(text)) {
      numbers.add(positive(option, one));
    }
    return numbers;
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",")).map(String::trim).filter(s -> !s.isEmpty()).toList();
  }
}
