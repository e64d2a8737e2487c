package io.crankfire.imports;

import io.crankfire.config.ConfigNode;
import io.crankfire.imports.ImportedConfig.Commented;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.comments.CommentLine;
import org.snakeyaml.engine.v2.comments.CommentType;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.NonPrintableStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Writes a configuration as a commented YAML file: the same text for the same configuration, and
/// what reads it gets the same texts back.
public final class YamlText {

  /// Keys whose values are numbers or truth values, and are written without quotes.
  private static final Set<String> PLAIN =
      Set.of(
          "weight",
          "rate",
          "total",
          "concurrency",
          "max_redirects",
          "insecure",
          "cookies",
          "retries");

  private static final int COMMENT_WIDTH = 110;

  private static final DumpSettings SETTINGS =
      DumpSettings.builder()
          .setDefaultFlowStyle(FlowStyle.BLOCK)
          .setDumpComments(true)
          .setIndent(2)
          .setIndicatorIndent(2)
          .setIndentWithIndicator(true)
          .setSplitLines(false)
          .setWidth(Integer.MAX_VALUE)
          .setMaxSimpleKeyLength(1024)
          .setNonPrintableStyle(NonPrintableStyle.ESCAPE)
          .build();

  private YamlText() {}

  /// The file's text.
  public static String of(ImportedConfig config) {
    List<NodeTuple> tuples = new ArrayList<>();
    config
        .settings()
        .forEach((key, setting) ->
            tuples.add(
                new NodeTuple(commented(key(key), setting.comments()), node(key, setting.node()))));
    list("endpoints", config.endpoints(), tuples);
    list("scenarios", config.scenarios(), tuples);
    StringBuilder text = new StringBuilder();
    for (String comment : config.comments()) {
      for (String line : lines(comment)) {
        text.append("# ").append(line).append('\n');
      }
    }
    text.append('\n');
    StringBuilder nodes = new StringBuilder();
    new Dump(SETTINGS)
        .dumpNode(
            new MappingNode(Tag.MAP, tuples, FlowStyle.BLOCK),
            new StreamDataWriter() {
              @Override
              public void write(String piece) {
                nodes.append(piece);
              }

              @Override
              public void write(String piece, int from, int length) {
                nodes.append(piece, from, from + length);
              }
            });
    return text.append(commentsBeforeItems(nodes.toString())).toString();
  }

  /// Puts the comments of an item before its dash, where people expect them; the library writes
  /// them after it. Nothing else of two blanks' indent begins so.
  private static String commentsBeforeItems(String yaml) {
    StringBuilder out = new StringBuilder(yaml.length());
    boolean dashIsOwed = false;
    for (String line : yaml.split("\n", -1)) {
      if (line.startsWith("  - #") || (dashIsOwed && line.startsWith("    #"))) {
        out.append("  ").append(line, 4, line.length());
        dashIsOwed = true;
      } else if (dashIsOwed) {
        out.append("  - ").append(line, 4, line.length());
        dashIsOwed = false;
      } else {
        out.append(line);
      }
      out.append('\n');
    }
    return out.substring(0, out.length() - 1);
  }

  private static void list(String key, List<Commented> items, List<NodeTuple> tuples) {
    if (items.isEmpty()) {
      return;
    }
    List<Node> nodes = new ArrayList<>();
    for (Commented item : items) {
      nodes.add(commented(node(key, item.node()), item.comments()));
    }
    tuples.add(new NodeTuple(key(key), new SequenceNode(Tag.SEQ, nodes, FlowStyle.BLOCK)));
  }

  private static Node node(String key, ConfigNode node) {
    return switch (node) {
      case ConfigNode.Scalar scalar -> scalar(key, scalar.text());
      case ConfigNode.Sequence list -> {
        List<Node> items = list.items().stream().map(item -> node(key, item)).toList();
        yield new SequenceNode(Tag.SEQ, items, FlowStyle.BLOCK);
      }
      case ConfigNode.Mapping mapping -> {
        List<NodeTuple> tuples = new ArrayList<>();
        for (Map.Entry<String, ConfigNode> entry : mapping.entries().entrySet()) {
          tuples.add(new NodeTuple(key(entry.getKey()), node(entry.getKey(), entry.getValue())));
        }
        yield new MappingNode(Tag.MAP, tuples, FlowStyle.BLOCK);
      }
    };
  }

  private static Node key(String name) {
    return new ScalarNode(Tag.STR, name, ScalarStyle.PLAIN);
  }

  /// Texts of several lines are written as blocks, as far as YAML can hold them so.
  private static Node scalar(String key, String text) {
    if (PLAIN.contains(key) && !text.isEmpty()) {
      Tag tag =
          text.equals("true") || text.equals("false")
              ? Tag.BOOL
              : text.indexOf('.') >= 0 ? Tag.FLOAT : Tag.INT;
      return new ScalarNode(tag, text, ScalarStyle.PLAIN);
    }
    // Breaks of lines that only some readers see as such are escaped.
    if (text.chars().anyMatch(c -> c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0xFEFF)) {
      return new ScalarNode(Tag.STR, text, ScalarStyle.DOUBLE_QUOTED);
    }
    boolean block =
        text.indexOf('\n') >= 0
            && text.chars()
                .allMatch(c -> c == '\n' || c == '\t' || (c >= ' ' && c < 127) || c > 160);
    return new ScalarNode(Tag.STR, text, block ? ScalarStyle.LITERAL : ScalarStyle.PLAIN);
  }

  private static Node commented(Node node, List<String> comments) {
    List<CommentLine> lines = new ArrayList<>();
    for (String comment : comments) {
      for (String line : lines(comment)) {
        lines.add(
            new CommentLine(Optional.empty(), Optional.empty(), " " + line, CommentType.BLOCK));
      }
    }
    if (!lines.isEmpty()) {
      node.setBlockComments(lines);
    }
    return node;
  }

  /// A comment in lines that are not too long, without characters that YAML does not hold.
  private static List<String> lines(String comment) {
    List<String> lines = new ArrayList<>();
    for (String part : comment.split("\\R", -1)) {
      StringBuilder clean = new StringBuilder(part.length());
      part.codePoints()
          .forEach(c -> {
            boolean odd = c < ' ' || (c >= 127 && c < 160) || !Character.isDefined(c);
            clean.appendCodePoint(odd || (c >= 0xD800 && c <= 0xDFFF) || c == 0xFEFF ? ' ' : c);
          });
      String rest = clean.toString().stripTrailing();
      while (rest.length() > COMMENT_WIDTH) {
        int blank = rest.lastIndexOf(' ', COMMENT_WIDTH);
        int end = blank > COMMENT_WIDTH / 2 ? blank : COMMENT_WIDTH;
        end = Character.isHighSurrogate(rest.charAt(end - 1)) ? end - 1 : end;
        lines.add(rest.substring(0, end));
        rest = rest.substring(end).strip();
      }
      lines.add(rest);
    }
    return lines;
  }
}
