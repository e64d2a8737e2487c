package io.crankfire.imports;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// What the tests read and compare.
final class Texts {
  private Texts() {}

  static byte[] fixture(String name) {
    try (var in = Objects.requireNonNull(Texts.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String name) {
    return new String(fixture(name), StandardCharsets.UTF_8);
  }

  /// Imports a text that has to be free of faults.
  static ImportedConfig imported(Imports.Kind kind, String text, HarOptions options) {
    Problems problems = new Problems();
    ImportedConfig config =
        Imports.read(kind, text.getBytes(StandardCharsets.UTF_8), "in", options, problems);
    if (config == null) {
      throw new AssertionError(problems.all().toString());
    }
    return config;
  }

  static ImportedConfig imported(Imports.Kind kind, String text) {
    return imported(kind, text, HarOptions.DEFAULT);
  }

  /// A node as maps, lists and texts, without positions.
  static Object plain(ConfigNode node) {
    return switch (node) {
      case ConfigNode.Scalar scalar -> scalar.text();
      case ConfigNode.Sequence list -> list.items().stream().map(Texts::plain).toList();
      case ConfigNode.Mapping mapping -> {
        Map<String, Object> entries = new LinkedHashMap<>();
        mapping.entries().forEach((key, value) -> entries.put(key, plain(value)));
        yield entries;
      }
    };
  }

  /// A YAML text in the same shape, read by the library itself.
  static Object plain(String yaml) {
    LoadSettings settings = LoadSettings.builder().build();
    return plain(new Compose(settings).composeString(yaml).orElseThrow());
  }

  private static Object plain(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    if (node instanceof SequenceNode list) {
      return list.getValue().stream().map(Texts::plain).toList();
    }
    Map<String, Object> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : ((MappingNode) node).getValue()) {
      entries.put(((ScalarNode) tuple.getKeyNode()).getValue(), plain(tuple.getValueNode()));
    }
    return entries;
  }
}
