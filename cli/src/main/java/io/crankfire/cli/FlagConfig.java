package io.crankfire.cli;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns flags into the tree that a configuration file becomes, too.
final class FlagConfig {
  private FlagConfig() {}

  /// A comma before another `NAME=`: metadata may stand in one text, as it always might.
  private static final String NEXT_PAIR = ",(?=[0-9A-Za-z_.-]+=)";

  /// The place of what stands nowhere on the command line.
  static final Position COMMAND_LINE = Position.flag("");

  static ConfigNode.Mapping toConfig(Given given, Problems problems) {
    Map<String, ConfigNode> run = new LinkedHashMap<>();
    Map<String, Map<String, ConfigNode>> blocks = new LinkedHashMap<>();
    Map<String, List<ConfigNode>> lists = new LinkedHashMap<>();
    for (Given.Value value : given.values()) {
      String key = value.flag().key();
      String flag = value.flag().name();
      if (key == null || flag.equals(Flags.HEADER) || flag.equals(Flags.GRPC_METADATA)) {
        continue;
      }
      ConfigNode.Scalar scalar = scalar(value);
      if (value.flag().kind() == Flag.Kind.LIST) {
        lists.computeIfAbsent(key, _ -> new ArrayList<>()).add(scalar);
        continue;
      }
      put(run, blocks, key, scalar);
    }
    lists.forEach((key, items) ->
        put(run, blocks, key, new ConfigNode.Sequence(items, items.getFirst().position())));
    Map<String, ConfigNode> headers = named(Flags.HEADER, given.all(Flags.HEADER), problems);
    if (!headers.isEmpty()) {
      run.put("headers", new ConfigNode.Mapping(headers, Position.flag(Flags.HEADER)));
    }
    List<String> pairs = new ArrayList<>();
    for (String text : given.all(Flags.GRPC_METADATA)) {
      pairs.addAll(List.of(text.split(NEXT_PAIR, -1)));
    }
    Map<String, ConfigNode> metadata = named(Flags.GRPC_METADATA, pairs, problems);
    if (!metadata.isEmpty()) {
      Position at = Position.flag(Flags.GRPC_METADATA);
      put(run, blocks, "grpc.metadata", new ConfigNode.Mapping(metadata, at));
    }
    blocks.forEach((key, inner) -> run.put(key, new ConfigNode.Mapping(inner, COMMAND_LINE)));
    return new ConfigNode.Mapping(run, COMMAND_LINE);
  }

  /// Puts a value where its key says: after a dot, into a block.
  private static void put(
      Map<String, ConfigNode> run,
      Map<String, Map<String, ConfigNode>> blocks,
      String key,
      ConfigNode value) {
    int dot = key.indexOf('.');
    if (dot < 0) {
      run.put(key, value);
    } else {
      blocks
          .computeIfAbsent(key.substring(0, dot), _ -> new LinkedHashMap<>())
          .put(key.substring(dot + 1), value);
    }
  }

  private static ConfigNode.Scalar scalar(Given.Value value) {
    String text = value.text();
    if (value.flag().kind() == Flag.Kind.NEGATED) {
      text = text.equals("true") ? "false" : "true";
    }
    String name = value.flag().name();
    boolean verbatim =
        name.equals(Flags.BODY)
            || name.equals(Flags.WS_MESSAGES)
            || name.equals(Flags.GRPC_MESSAGE)
            || name.equals(Flags.GRPC_MESSAGES);
    return new ConfigNode.Scalar(
        verbatim ? text : text.strip(), Position.flag(value.flag().name()));
  }

  /// `Name=Value` or `Name: Value`: whichever sign comes first, since neither can be in a name. Of
  /// equal names the last one counts.
  private static Map<String, ConfigNode> named(String flag, List<String> texts, Problems problems) {
    Position position = Position.flag(flag);
    Map<String, ConfigNode> headers = new LinkedHashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      int sign = 0;
      while (sign < text.length() && text.charAt(sign) != '=' && text.charAt(sign) != ':') {
        sign++;
      }
      String name = text.substring(0, sign).strip();
      if (sign == text.length() || name.isEmpty()) {
        // The text is not repeated: it may be a password.
        problems.add(
            position,
            "number "
                + (i + 1)
                + (sign == text.length()
                    ? " is neither 'Name: Value' nor Name=Value"
                    : " has no name"));
        continue;
      }
      headers.keySet().removeIf(name::equalsIgnoreCase);
      headers.put(name, new ConfigNode.Scalar(text.substring(sign + 1).strip(), position));
    }
    return headers;
  }
}
