package io.crankfire.cli;

import java.util.List;

/// The help's texts, made from the tables of flags. Each fits a screen of 50 lines of 100 columns.
final class Help {
  private Help() {}

  private static final int COLUMN = 35;

  static String run() {
    return """
    Usage: crankfire [run] --target URL [FLAG]…
    Others: crankfire init | import KIND FILE | validate FILE | plan FILE | report FILE | demo | help …
    """
        + groups(Flags.RUN.stream().filter(flag -> flag.group() != Flag.Group.HAR).toList())
        + """
        Examples
          crankfire --target http://localhost:8080/ -r 500 -d 30s
          crankfire --target https://host/api --method POST --body-file order.json -c 50 -t 10000
        """;
  }

  static String validate() {
    return """
    Usage: crankfire validate FILE… [FLAG]…
    Says what is wrong with configuration files, or what they would run. Sends nothing.
    """
        + groups(Flags.VALIDATE)
        + """
        Examples
          crankfire validate load.yaml
          crankfire validate load.yaml --profile staging
        """;
  }

  static String init() {
    return """
    Usage: crankfire init [FILE] [FLAG]…
    Writes a configuration file to begin with, crankfire.yaml unless a name is given.
    """
        + groups(Flags.INIT)
        + """
        Examples
          crankfire init load.yaml
          crankfire --config load.yaml
        """;
  }

  static String plan() {
    return """
    Usage: crankfire plan [FILE] [--requests N] [FLAG]…
    Sends nothing. Prints what a run with the same flags would do: the schedule, the scenarios, the
    endpoints, and the first requests in full (3, or as many as --requests says; secrets masked).
    Examples
      crankfire plan load.yaml --profile staging
      crankfire plan --target http://localhost:8080/ -r 500 -d 30s
      crankfire plan --requests 10 --target http://localhost:8080/ -t 100 --seed 7
    """;
  }

  static String report() {
    return """
    Usage: crankfire report FILE [FLAG]…
    Reports a run again that was saved by --out run=FILE.
    """
        + groups(Flags.REPORT)
        + """
        Examples
          crankfire --target http://localhost:8080/ -r 500 -d 30s --out run=monday.run
          crankfire report monday.run --out json=monday.json
        """;
  }

  static String imports() {
    return """
    Usage: crankfire import curl|openapi|postman|har FILE|- [FLAG]…
    Makes a configuration file of what another tool has written; - is the standard input.
    Credentials become references to the environment, ${NAME}.
    """
        + groups(Flags.IMPORT)
        + """
        Examples
          crankfire import curl commands.sh -o load.yaml
          crankfire import openapi petstore.yaml -o load.yaml
          crankfire import har session.har --har-filter 'host:api.example.com' --har-replay
        """;
  }

  static String grpc() {
    return """
    Usage: crankfire grpc list TARGET [SERVICE] [FLAG]…
           crankfire grpc describe TARGET [NAME] [FLAG]…
    Asks a server by reflection what can be called: its services, the methods of one; a service,
    method, message or enum as in a .proto file, with the JSON of a request. With --grpc-proto-file
    or --grpc-descriptor-set the files are asked, and no TARGET is given.
    """
        + groups(Flags.GRPC)
        + """
        Examples
          crankfire grpc list localhost:50051
          crankfire grpc describe localhost:50051 Greeter/SayHello
          crankfire grpc describe --grpc-proto-file greeter.proto
        """;
  }

  static String demo() {
    return """
    Usage: crankfire demo
    Starts a server on this machine, tests it for ten seconds, and prints the report.
    """;
  }

  static String completion() {
    return """
    Usage: crankfire completion [bash|zsh]
    Prints a script that completes commands and flags.
    Examples
      source <(crankfire completion bash)
      crankfire completion zsh > ~/.zfunc/_crankfire    # in a folder of $fpath
    """;
  }

  private static String groups(List<Flag> flags) {
    StringBuilder text = new StringBuilder();
    for (Flag.Group group : Flag.Group.values()) {
      List<Flag> members = flags.stream().filter(flag -> flag.group() == group).toList();
      if (group == Flag.Group.HIDDEN || members.isEmpty()) {
        continue;
      }
      text.append(group.title()).append('\n');
      for (Flag flag : members) {
        text.append("  ").append(flag.synopsis());
        int blanks = Math.max(1, COLUMN - 2 - flag.synopsis().length());
        text.repeat(' ', blanks).append(flag.help()).append('\n');
      }
    }
    return text.toString();
  }
}
