package io.crankfire.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which behaviour answers which path. Thread-safe; a change is seen by the next request of every
/// connection.
public final class Routes<B> {
  private final Map<String, B> exact = new ConcurrentHashMap<>();
  private final Map<String, B> prefixes = new ConcurrentHashMap<>();
  private volatile B otherwise;
  private volatile int version;

  /// @param otherwise what answers while nothing else is said
  public Routes(B otherwise) {
    this.otherwise = otherwise;
  }

  /// Answers this path so from now on; one that ends with `/*` stands for all that begin so.
  public synchronized void on(String path, B behavior) {
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

  /// Answers all other paths so from now on.
  public synchronized void otherwise(B behavior) {
    otherwise = behavior;
    version = version + 1;
  }

  /// Changes with every change of the routes.
  int version() {
    return version;
  }

  /// What answers a path: an exact one goes before, and a longer prefix before a shorter.
  public B of(String path) {
    B found = exact.get(path);
    if (found != null) {
      return found;
    }
    String longest = "";
    for (String prefix : prefixes.keySet()) {
      if (path.startsWith(prefix) && prefix.length() > longest.length()) {
        longest = prefix;
      }
    }
    B byPrefix = prefixes.get(longest);
    return byPrefix == null ? otherwise : byPrefix;
  }
}
