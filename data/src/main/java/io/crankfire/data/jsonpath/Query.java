package io.crankfire.data.jsonpath;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A query of RFC 9535: segments applied one after the other, beginning with the root of the
/// document or with the current node of a filter. Immutable.
///
/// @param relative whether it begins with the current node
/// @param segments in their order
record Query(boolean relative, List<Segment> segments) {

  Query {
    segments = List.copyOf(segments);
  }

  /// A segment: selectors applied to a node, or to it and all below it.
  ///
  /// @param descendant whether to all below it, too
  /// @param selectors in their order
  record Segment(boolean descendant, List<Selector> selectors) {
    Segment {
      selectors = List.copyOf(selectors);
    }

    private void apply(Json root, Json node, List<Json> found) {
      for (Selector selector : selectors) {
        selector.select(root, node, found);
      }
      if (descendant) {
        Selector.eachChild(node, child -> apply(root, child, found));
      }
    }
  }

  /// The nodes it leads to.
  List<Json> nodes(Json root, Json current) {
    List<Json> nodes = List.of(relative ? current : root);
    for (Segment segment : segments) {
      List<Json> found = new ArrayList<>();
      for (Json node : nodes) {
        segment.apply(root, node, found);
      }
      nodes = found;
    }
    return nodes;
  }

  /// The only node, or null if there is none, or more.
  @Nullable Json only(Json root, Json current) {
    List<Json> nodes = nodes(root, current);
    return nodes.size() == 1 ? nodes.getFirst() : null;
  }

  /// Whether it leads to one node at the most, by its form (RFC 9535 §2.3.5.1).
  boolean isSingular() {
    for (Segment segment : segments) {
      if (segment.descendant || segment.selectors.size() != 1) {
        return false;
      }
      Selector selector = segment.selectors.getFirst();
      if (!(selector instanceof Selector.Name) && !(selector instanceof Selector.Index)) {
        return false;
      }
    }
    return true;
  }
}
