package io.crankfire.data.jsonpath;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Chooses children of a node (RFC 9535 §2.3). Immutable.
sealed interface Selector {

  /// Adds the children it chooses.
  void select(Json root, Json node, List<Json> found);

  /// Does something with each child, in order.
  static void eachChild(Json node, Consumer<Json> action) {
    if (node instanceof Json.Array array) {
      array.items().forEach(action);
    } else if (node instanceof Json.Members members) {
      members.byName().values().forEach(action);
    }
  }

  /// The member of an object with that name.
  record Name(String name) implements Selector {
    @Override
    public void select(Json root, Json node, List<Json> found) {
      if (node instanceof Json.Members members) {
        Json value = members.byName().get(name);
        if (value != null) {
          found.add(value);
        }
      }
    }
  }

  /// All children.
  record Wildcard() implements Selector {
    @Override
    public void select(Json root, Json node, List<Json> found) {
      eachChild(node, found::add);
    }
  }

  /// An element of an array, from the end if negative.
  record Index(long index) implements Selector {
    @Override
    public void select(Json root, Json node, List<Json> found) {
      if (node instanceof Json.Array(List<Json> items)) {
        long at = index < 0 ? index + items.size() : index;
        if (at >= 0 && at < items.size()) {
          found.add(items.get((int) at));
        }
      }
    }
  }

  /// Elements of an array (RFC 9535 §2.3.4.2).
  record Slice(@Nullable Long start, @Nullable Long end, long step) implements Selector {
    @Override
    public void select(Json root, Json node, List<Json> found) {
      if (!(node instanceof Json.Array(List<Json> items)) || step == 0) {
        return;
      }
      long size = items.size();
      if (step > 0) {
        long lower = Math.clamp(normal(start, 0, size), 0, size);
        long upper = Math.clamp(normal(end, size, size), 0, size);
        for (long i = lower; i < upper; i += step) {
          found.add(items.get((int) i));
        }
      } else {
        long upper = Math.clamp(normal(start, size - 1, size), -1, size - 1);
        long lower = Math.clamp(normal(end, -size - 1, size), -1, size - 1);
        for (long i = upper; i > lower; i += step) {
          found.add(items.get((int) i));
        }
      }
    }

    private static long normal(@Nullable Long bound, long otherwise, long size) {
      long value = bound == null ? otherwise : bound;
      return value < 0 ? value + size : value;
    }
  }

  /// The children for which an expression holds.
  record Filter(Expression.Logical condition) implements Selector {
    @Override
    public void select(Json root, Json node, List<Json> found) {
      eachChild(
          node,
          child -> {
            if (condition.holds(root, child)) {
              found.add(child);
            }
          });
    }
  }
}
