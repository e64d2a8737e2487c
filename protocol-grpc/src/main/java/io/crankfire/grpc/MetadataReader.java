package io.crankfire.grpc;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.protocol.Compiling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads the metadata of calls (gRPC over HTTP/2, "Custom-Metadata"). Confined to one thread.
final class MetadataReader {

  /// What the protocol sends itself, and what says it.
  private static final List<String> OWN =
      List.of("te", "content-type", "content-length", "connection", "transfer-encoding", "host");

  /// Of the names that are gRPC's own, those that applications may send.
  private static final List<String> TAGS = List.of("grpc-trace-bin", "grpc-tags-bin");

  private final Compiling compiling;
  private final Problems problems;

  MetadataReader(Compiling compiling) {
    this.compiling = compiling;
    problems = compiling.problems();
  }

  /// The fields of a block's `metadata`, in their order.
  List<CallHead.Field> read(Fields block) {
    List<CallHead.Field> fields = new ArrayList<>();
    ConfigNode given = block.node("metadata");
    if (given instanceof ConfigNode.Mapping mapping) {
      mapping
          .entries()
          .forEach((key, value) -> {
            String name = key.strip().toLowerCase(Locale.ROOT);
            if (isName(name, mapping, key)) {
              values(name, value, fields);
            }
          });
    } else if (given != null) {
      problems.add(given.position(), "metadata are names, each with a value");
    }
    return fields;
  }

  private boolean isName(String name, ConfigNode.Mapping mapping, String key) {
    String fault = null;
    if (!name.matches("[0-9a-z_.-]+")) {
      fault =
          "\"%s\" is no name of metadata: letters, digits, _ - and . are allowed".formatted(key);
    } else if (name.equals("grpc-timeout")) {
      fault = "grpc-timeout follows from timeout; leave it out";
    } else if (name.equals("grpc-encoding") || name.equals("grpc-accept-encoding")) {
      fault = name + " follows from compression; leave it out";
    } else if (OWN.contains(name) || (name.startsWith("grpc-") && !TAGS.contains(name))) {
      fault = name + " follows from the protocol; leave it out";
    }
    if (fault != null) {
      problems.add(mapping.keyPosition(key), fault);
    }
    return fault == null;
  }

  private void values(String name, ConfigNode node, List<CallHead.Field> fields) {
    List<ConfigNode> all =
        node instanceof ConfigNode.Sequence several ? several.items() : List.of(node);
    for (ConfigNode one : all) {
      if (one instanceof ConfigNode.Scalar value) {
        value(name, value, fields);
      } else {
        problems.add(one.position(), "the metadata " + name + " has one value, or a list of them");
      }
    }
  }

  private void value(String name, ConfigNode.Scalar value, List<CallHead.Field> fields) {
    String text = value.text().strip();
    if (text.contains("{{")) {
      fields.add(new CallHead.Field(name, text, compiling.template(text, value.position())));
      return;
    }
    String sent = name.endsWith("-bin") ? CallHead.binary(text) : text;
    if (sent == null) {
      problems.add(
          value.position(), "the value of " + name + " is bytes as base64, which this is not");
    } else if (!CallHead.isValue(sent)) {
      problems.add(
          value.position(),
          "the value of "
              + name
              + " has a character that no metadata may have: send it as base64, as "
              + name
              + "-bin");
    } else {
      fields.add(new CallHead.Field(name, sent, null));
    }
  }
}
