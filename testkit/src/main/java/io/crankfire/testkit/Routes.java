package io.crankfire.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which behaviour answers which path. Thread-safe; a change is seen by the next request of every
/// connection.
final class Routes {
  private final Map<String, Behavior> exact = new ConcurrentHashMap<>();
  private final Map<String, Behavior> prefixes = new ConcurrentHashMap<>();
  private volatile Behavior otherwise = Response.text("ok");
  private volatile int version;

  synchronized void on(String path, Behavior behavior) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path `" + path + "` does not begin with /");
    }
    if (path.endsWith("/*")) {
      prefixes.put(path.substring(0, path.length() - 1), behavior);
    } else {
      exact.put(path, behavior);
    }
    version = version + 1;
  }

  synchronized void otherwise(Behavior behavior) {
    otherwise = behavior;
    version = version + 1;
  }

  /// Changes with every change of the routes.
  int version() {
    return version;
  }

  Behavior of(String path) {
    Behavior found = exact.get(path);
    if (found != null) {
      return found;
    }
    String longest = "";
    for (String prefix : prefixes.keySet()) {
      if (path.startsWith(prefix) && prefix.length() > longest.length()) {
        longest = prefix;
      }
    }
    Behavior byPrefix = prefixes.get(longest);
    return byPrefix == null ? otherwise : byPrefix;
  }
}
