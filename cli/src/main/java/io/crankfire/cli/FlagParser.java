package io.crankfire.cli;

import io.crankfire.config.Spelling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Reads a command line by a table of flags: GNU style, `--rate 5`, `--rate=5`, `-r 5`, `-r5`,
/// switches alone or with `=true` or `=false`, `--` before words that begin with a dash.
final class FlagParser {

  /*
   * The only class that knows picocli. The model is built from the table and not from annotations,
   * because reflection costs start-up time; values stay texts, because converters do too and because
   * the binding of files needs them as texts anyway.
   */

  private final Map<ArgSpec, Flag> flags = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final PositionalParamSpec words;
  private final CommandLine parser;

  private FlagParser(List<Flag> table, List<String> args) {
    CommandSpec spec = CommandSpec.create();
    for (Flag flag : table) {
      names.add(flag.name());
      if (args.stream().anyMatch(argument -> mentions(argument, flag))) {
        OptionSpec option = option(flag);
        spec.addOption(option);
        flags.put(option, flag);
      }
    }
    words =
        PositionalParamSpec.builder()
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .build();
    spec.addPositional(words);
    spec.parser().collectErrors(true);
    parser =
        new CommandLine(spec)
            .setExpandAtFiles(false)
            .setAllowOptionsAsOptionParameters(true)
            .setOverwrittenOptionsAllowed(true)
            .setUnmatchedArgumentsAllowed(true)
            .setUnmatchedOptionsArePositionalParams(false);
  }

  /// Whether an argument may be that flag. Making the options that nobody has given would be a
  /// tenth of the time from Enter to the first request.
  private static boolean mentions(String argument, Flag flag) {
    return argument.startsWith(flag.name())
        || (flag.letter() != 0 && argument.startsWith("-") && argument.indexOf(flag.letter()) > 0);
  }

  private static OptionSpec option(Flag flag) {
    OptionSpec.Builder option =
        flag.letter() == 0
            ? OptionSpec.builder(flag.name())
            : OptionSpec.builder("-" + flag.letter(), flag.name());
    if (!flag.takesValue()) {
      return option.type(Boolean.class).arity("0..1").fallbackValue("true").build();
    }
    return option.type(List.class).auxiliaryTypes(String.class).arity("1").build();
  }

  /// Reads the arguments by a table of flags.
  ///
  /// @throws UsageException if a flag is unknown or lacks its value
  static Given parse(List<Flag> table, List<String> args) throws UsageException {
    return new FlagParser(table, args).parse(args);
  }

  private Given parse(List<String> args) throws UsageException {
    ParseResult result = parser.parseArgs(args.toArray(String[]::new));
    Given given = new Given(values(result), words.originalStringValues());
    if (given.has(Flags.HELP)) {
      return given;
    }
    List<String> faults = new ArrayList<>();
    for (Exception error : result.errors()) {
      faults.add(fault(error));
    }
    for (Given.Value value : given.values()) {
      if (isFlagInstead(value)) {
        faults.add(
            value.flag().name() + ": a value is missing: " + value.text() + " is a flag itself");
      }
    }
    for (String argument : result.unmatched()) {
      faults.add(unknown(argument));
    }
    if (!faults.isEmpty()) {
      throw new UsageException(faults);
    }
    return given;
  }

  private List<Given.Value> values(ParseResult result) {
    // A flag given several times is matched several times, each time with all its values. By name:
    // the hash of a record is linked at run time, which every start would pay for.
    Map<String, OptionSpec> last = new LinkedHashMap<>();
    for (OptionSpec option : result.matchedOptions()) {
      Flag flag = flags.get(option);
      if (flag != null && !option.originalStringValues().isEmpty()) {
        last.remove(flag.name());
        last.put(flag.name(), option);
      }
    }
    List<Given.Value> values = new ArrayList<>();
    for (OptionSpec option : last.values()) {
      Flag flag = Objects.requireNonNull(flags.get(option));
      List<String> all = option.originalStringValues();
      List<String> counting =
          flag.kind() == Flag.Kind.LIST ? all : all.subList(all.size() - 1, all.size());
      for (String text : counting) {
        values.add(new Given.Value(flag, text.isEmpty() && !flag.takesValue() ? "true" : text));
      }
    }
    return values;
  }

  /// Whether the next flag was taken for this one's value. A body or a message may be anything.
  private boolean isFlagInstead(Given.Value value) {
    String name = value.flag().name();
    if (!value.flag().takesValue() || name.equals(Flags.BODY) || name.equals(Flags.WS_MESSAGES)) {
      return false;
    }
    return flags.values().stream()
        .anyMatch(flag ->
            flag.name().equals(value.text())
                || (flag.letter() != 0 && ("-" + flag.letter()).equals(value.text())));
  }

  private String unknown(String argument) {
    int equals = argument.indexOf('=');
    String name = equals < 0 ? argument : argument.substring(0, equals);
    String meant = name.startsWith("--") ? name : "-" + name;
    return "unknown flag " + name + Spelling.hint(meant, names);
  }

  private String fault(Exception error) {
    if (error instanceof MissingParameterException missing) {
      for (ArgSpec option : missing.getMissing()) {
        return name(option) + ": a value is missing";
      }
    }
    if (error instanceof ParameterException wrong && wrong.getArgSpec() != null) {
      return name(wrong.getArgSpec()) + ": \"" + wrong.getValue() + "\" is neither true nor false";
    }
    return String.valueOf(error.getMessage());
  }

  private String name(ArgSpec option) {
    Flag flag = flags.get(option);
    return flag == null ? "a flag" : flag.name();
  }
}
