package io.crankfire.cli;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.config.Secrets;
import io.crankfire.config.Spelling;
import io.crankfire.grpc.GrpcSchemas;
import io.crankfire.grpc.schema.SchemaBrowser;
import io.crankfire.grpc.schema.SchemaException;
import io.crankfire.grpc.schema.UnknownNameException;
import io.crankfire.plan.Connections;
import io.crankfire.run.PlanBinder;
import io.crankfire.template.Credential;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `crankfire grpc list` and `crankfire grpc describe`: what a server, or files, offer to call.
final class GrpcCommand {

  /// What it can do.
  static final List<String> VERBS = List.of("list", "describe");

  private final Console console;

  GrpcCommand(Console console) {
    this.console = console;
  }

  /// Lists or describes.
  ///
  /// @return the exit code
  /// @throws UsageException if the command line or the files are wrong, or a name is unknown
  int execute(List<String> args) throws UsageException {
    Given given = FlagParser.parse(Flags.GRPC, args);
    if (given.has(Flags.HELP)) {
      return print(Help.grpc());
    }
    List<String> words = new ArrayList<>(given.words());
    String verb = words.isEmpty() ? "" : words.removeFirst();
    if (!VERBS.contains(verb)) {
      throw new UsageException(
          verb.isEmpty()
              ? "list or describe is needed: crankfire grpc list TARGET"
              : "\"%s\" is none of list, describe%s".formatted(verb, Spelling.hint(verb, VERBS)));
    }
    Problems problems = new Problems();
    ConfigNode.Mapping config = Settings.of(given, console, problems).config();
    boolean files = namesFiles(config);
    if (!files && !words.isEmpty() && !words.getFirst().isBlank()) {
      config = withTarget(config, words.removeFirst());
    }
    if (words.size() > 1) {
      throw new UsageException(
          "unexpected word \"%s\": one %s is shown at a time"
              .formatted(words.get(1), verb.equals("list") ? "service" : "name"));
    }
    Secrets secrets = new Secrets();
    secrets.addAll(config);
    try {
      return show(verb, words.isEmpty() ? null : words.getFirst(), config, secrets, problems);
    } catch (UnknownNameException e) {
      throw new UsageException(secrets.mask(String.valueOf(e.getMessage())));
    } catch (SchemaException e) {
      console.complain(secrets.mask(String.valueOf(e.getMessage())));
      return ExitCode.COULD_NOT;
    }
  }

  private int show(
      String verb,
      @Nullable String name,
      ConfigNode.Mapping config,
      Secrets secrets,
      Problems problems)
      throws SchemaException, UsageException {
    Connections connections = PlanBinder.connections(config, problems);
    Authentication authentication = new Authentication(console.environment(), secrets);
    try (Credential credential =
            authentication.bind(new Fields(config, problems), null, connections, problems);
        SchemaBrowser browser =
            problems.isEmpty()
                ? GrpcSchemas.open(config, connections, credential, problems)
                : null) {
      if (browser == null || !problems.isEmpty()) {
        throw new UsageException(Unsecret.of(Faults.lines(problems), secrets));
      }
      return print(verb.equals("list") ? browser.list(name) : browser.describe(name));
    }
  }

  private static boolean namesFiles(ConfigNode.Mapping config) {
    Fields block = new Fields(config, new Problems()).fields("grpc");
    return block.has("proto_file") || block.has("descriptor_set");
  }

  private static ConfigNode.Mapping withTarget(ConfigNode.Mapping config, String target) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>(config.entries());
    entries.keySet().removeIf(key -> Fields.sameKey(key, "url") || Fields.sameKey(key, "target"));
    entries.put("target", new ConfigNode.Scalar(target, FlagConfig.COMMAND_LINE));
    return new ConfigNode.Mapping(entries, config.position(), config.keys());
  }

  private int print(String text) {
    console.out().print(text);
    if (console.out().checkError()) {
      console.complain("the standard output cannot be written");
      return ExitCode.COULD_NOT;
    }
    return ExitCode.OK;
  }
}
