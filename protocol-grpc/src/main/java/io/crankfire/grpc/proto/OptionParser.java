package io.crankfire.grpc.proto;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Reads options: their names and values, messages in the text format among these.
class OptionParser extends Words {

  /// No option nests deeper.
  private static final int MOST_DEPTH = 100;

  OptionParser(Source source) {
    super(source);
  }

  /// `option name = value;`
  final Ast.Option statement() throws Broken {
    take("option");
    Ast.Option option = assignment();
    take(";");
    return option;
  }

  /// `[name = value, …]`, if there is one.
  final List<Ast.Option> brackets() throws Broken {
    List<Ast.Option> options = new ArrayList<>();
    if (tryTake("[")) {
      do {
        options.add(assignment());
      } while (tryTake(","));
      takeBracket();
    }
    return options;
  }

  final void takeBracket() throws Broken {
    if (!tryTake("]")) {
      throw broken("\",\" or \"]\"");
    }
  }

  /// `name = value`.
  final Ast.Option assignment() throws Broken {
    int at = lexer.from;
    List<Ast.Part> name = new ArrayList<>();
    do {
      int partAt = lexer.from;
      if (tryTake("(")) {
        name.add(new Ast.Part(dottedName("an extension's name"), true, partAt));
        take(")");
      } else {
        name.add(new Ast.Part(name("an option's name"), false, partAt));
      }
    } while (tryTake("."));
    take("=");
    return new Ast.Option(name, value(false, 0), at);
  }

  private Ast.Value value(boolean literal, int depth) throws Broken {
    int at = lexer.from;
    if (depth > MOST_DEPTH) {
      source.fault(at, "an option nests more than %d deep".formatted(MOST_DEPTH));
      throw new Broken();
    }
    boolean negative = tryTake("-");
    return switch (lexer.kind) {
      case NAME -> word(at, negative, literal);
      case WHOLE -> whole(at, negative);
      case REAL -> real(at, negative, literal);
      case TEXT -> {
        if (negative) {
          throw broken("a number after \"-\"");
        }
        yield new Ast.Text(text("a value"), at);
      }
      case SYMBOL, END -> {
        if (!negative && (at("{") || (literal && at("<")))) {
          yield literal(depth);
        }
        if (!negative && literal && at("[")) {
          yield values(depth);
        }
        throw broken(literal ? "a value" : "a value: a name, a number, a text or \"{\"");
      }
    };
  }

  private Ast.Value word(int at, boolean negative, boolean literal) throws Broken {
    String word = lexer.word();
    if (negative && !isNumberWord(word, literal)) {
      throw broken("a number, inf or nan after \"-\"");
    }
    lexer.advance();
    return new Ast.Word(word, negative, at);
  }

  private Ast.Value whole(int at, boolean negative) {
    String word = lexer.word();
    BigInteger number = Literals.whole(word);
    lexer.advance();
    if (number == null) {
      return new Ast.Whole(BigInteger.ZERO, at);
    }
    BigInteger signed = negative ? number.negate() : number;
    BigInteger most = negative ? BigInteger.ONE.shiftLeft(63) : Literals.MOST;
    if (number.compareTo(most) <= 0) {
      return new Ast.Whole(signed, at);
    }
    if (word.startsWith("0")) {
      source.fault(at, "the number is too large");
    }
    return new Ast.Real(signed.doubleValue(), at);
  }

  private Ast.Value real(int at, boolean negative, boolean literal) {
    String word = lexer.word();
    if (!literal && (word.endsWith("f") || word.endsWith("F"))) {
      source.fault(lexer.from, "a number has no \"f\" at its end here");
    }
    double number = Literals.real(word);
    lexer.advance();
    return new Ast.Real(negative ? -number : number, at);
  }

  private static boolean isNumberWord(String word, boolean literal) {
    String lower = literal ? Literals.lower(word) : word;
    return lower.equals("inf")
        || lower.equals("nan")
        || (literal && (lower.equals("infinity") || lower.equals("inff")));
  }

  private Ast.Values values(int depth) throws Broken {
    int at = lexer.from;
    take("[");
    List<Ast.Value> items = new ArrayList<>();
    if (!tryTake("]")) {
      do {
        items.add(value(true, depth + 1));
      } while (tryTake(","));
      takeBracket();
    }
    return new Ast.Values(items, at);
  }

  private Ast.Literal literal(int depth) throws Broken {
    int at = lexer.from;
    String end = at("<") ? ">" : "}";
    lexer.advance();
    List<Ast.Entry> entries = new ArrayList<>();
    while (!at(end)) {
      entries.add(entry(depth));
      if (!tryTake(",")) {
        tryTake(";");
      }
    }
    int to = lexer.to;
    lexer.advance();
    return new Ast.Literal(entries, at, to);
  }

  private Ast.Entry entry(int depth) throws Broken {
    int at = lexer.from;
    String name;
    boolean extension = tryTake("[");
    if (extension) {
      StringBuilder full = new StringBuilder(dottedName("an extension's name or a type's URL"));
      while (at("/") || at("-") || at("%")) {
        full.append(lexer.word());
        lexer.advance();
        full.append(dottedName("the rest of a type's URL"));
      }
      name = full.toString();
      takeBracket();
    } else {
      name = name("a field's name or the end of the message");
    }
    boolean colon = tryTake(":");
    if (!colon && !at("{") && !at("<")) {
      throw broken("\":\" and a value");
    }
    return new Ast.Entry(name, extension, at, value(true, depth + 1));
  }
}
