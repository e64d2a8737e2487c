package io.crankfire.grpc.proto;

import io.crankfire.config.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The names that a file can use, its own and those of its imports, and what a name means at a
/// place in it: as in C++, the innermost scope that has the first part of the name decides.
final class Scope {

  private final List<Symbols> visible;
  private final Collection<Symbols> loaded;

  /// @param visible the file's own names first, then those of what it imports
  /// @param loaded the names of all files that were read, to say what was not imported
  Scope(List<Symbols> visible, Collection<Symbols> loaded) {
    this.visible = List.copyOf(visible);
    this.loaded = loaded;
  }

  /// A name with its package.
  @Nullable Symbol full(String name) {
    Symbol pkg = null;
    for (Symbols symbols : visible) {
      Symbol symbol = symbols.get(name);
      if (symbol != null) {
        if (symbol.kind() != Symbol.Kind.PACKAGE) {
          return symbol;
        }
        pkg = symbol;
      }
    }
    return pkg;
  }

  /// What a name means.
  ///
  /// @param within the full name of what uses it
  /// @param types whether only messages and enums can be meant
  @Nullable Symbol resolve(String name, String within, boolean types) {
    if (name.startsWith(".")) {
      return full(name.substring(1));
    }
    int dot = name.indexOf('.');
    String first = dot < 0 ? name : name.substring(0, dot);
    String scope = within;
    while (true) {
      int end = scope.lastIndexOf('.');
      if (end < 0) {
        return full(name);
      }
      scope = scope.substring(0, end);
      Symbol found = full(scope + "." + first);
      if (found != null) {
        if (dot < 0) {
          if (!types || found.isType()) {
            return found;
          }
        } else if (found.isAggregate()) {
          return full(scope + "." + name);
        }
      }
    }
  }

  /// Why a name means nothing, for a person.
  ///
  /// @param kinds what could have been meant
  String missing(String name, String within, Predicate<Symbol> kinds) {
    String plain = name.startsWith(".") ? name.substring(1) : name;
    for (Symbols symbols : loaded) {
      if (visible.contains(symbols)) {
        continue;
      }
      String scope = within;
      while (true) {
        int end = scope.lastIndexOf('.');
        Symbol symbol = symbols.get(end < 0 ? plain : scope.substring(0, end) + "." + plain);
        if (symbol != null && kinds.test(symbol)) {
          return "\"%s\" is defined in %s, which is not imported".formatted(name, symbols.file());
        }
        if (end < 0) {
          break;
        }
        scope = scope.substring(0, end);
      }
    }
    Symbol shadow = shadow(plain, within);
    if (shadow != null) {
      return "\"%s\" is not defined: \"%s\" is looked for in %s %s, as the innermost of its name"
          .formatted(name, plain, shadow.kind().shown.replaceFirst("an? ", ""), shadow.name());
    }
    return "\"%s\" is not defined%s"
        .formatted(name, Spelling.hint(plain, known(plain, within, kinds)));
  }

  /// What hides the scope in which a name of several parts would be found.
  private @Nullable Symbol shadow(String name, String within) {
    int dot = name.indexOf('.');
    if (dot < 0 || full(name) == null) {
      return null;
    }
    Symbol first = resolve(name.substring(0, dot), within, false);
    return first == null || name.startsWith(first.name() + ".") ? null : first;
  }

  /// The names that could be meant, as one would write them.
  private Set<String> known(String name, String within, Predicate<Symbol> kinds) {
    Set<String> known = new LinkedHashSet<>();
    List<String> far = new ArrayList<>();
    for (Symbols symbols : visible) {
      for (Symbol symbol : symbols.all()) {
        if (!kinds.test(symbol)) {
          continue;
        }
        String full = symbol.name();
        String shortest = full;
        for (int end = within.lastIndexOf('.'); end >= 0; end = within.lastIndexOf('.', end - 1)) {
          if (full.startsWith(within.substring(0, end + 1))) {
            shortest = full.substring(end + 1);
            break;
          }
        }
        known.add(shortest);
        if (name.indexOf('.') >= 0) {
          far.add(full);
        }
      }
    }
    known.addAll(far);
    return known;
  }
}
