package io.crankfire.grpc.proto;

import com.google.protobuf.ByteString;
import io.crankfire.config.Spelling;
import java.math.BigInteger;
import java.util.List;

/// Reads a file word by word, each as what it has to be.
class Words {

  /// A statement is at fault, and what follows in it cannot be read. The fault has been noted.
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    Broken() {
      super(null, null, false, false);
    }
  }

  static final BigInteger MOST_INT = BigInteger.valueOf(Integer.MAX_VALUE);

  final Source source;
  final Lexer lexer;

  Words(Source source) {
    this.source = source;
    lexer = new Lexer(source);
  }

  final boolean at(String word) {
    return lexer.at(word);
  }

  final boolean at(Lexer.Kind kind) {
    return lexer.kind == kind;
  }

  final boolean atEnd() {
    return lexer.kind == Lexer.Kind.END || source.hopeless();
  }

  final boolean tryTake(String word) {
    if (lexer.at(word)) {
      lexer.advance();
      return true;
    }
    return false;
  }

  final void take(String word) throws Broken {
    if (!tryTake(word)) {
      throw broken("\"" + word + "\"");
    }
  }

  /// A name.
  ///
  /// @param what whose name it is
  final String name(String what) throws Broken {
    if (lexer.kind != Lexer.Kind.NAME) {
      throw broken(what);
    }
    String word = lexer.word();
    lexer.advance();
    return word;
  }

  /// Names with dots between them.
  final String dottedName(String what) throws Broken {
    StringBuilder name = new StringBuilder();
    if (tryTake(".")) {
      name.append('.');
    }
    name.append(name(what));
    while (tryTake(".")) {
      name.append('.').append(name("the rest of the name after its dot"));
    }
    return name.toString();
  }

  /// A text, of one or several words in quotes.
  final ByteString text(String what) throws Broken {
    if (lexer.kind != Lexer.Kind.TEXT) {
      throw broken(what + ", in quotes");
    }
    ByteString text = ByteString.EMPTY;
    while (lexer.kind == Lexer.Kind.TEXT) {
      text = text.concat(Literals.text(source, lexer.from, lexer.word()));
      lexer.advance();
    }
    return text;
  }

  /// A text that is no bytes.
  final String string(String what) throws Broken {
    int at = lexer.from;
    ByteString text = text(what);
    if (!text.isValidUtf8()) {
      source.fault(at, "the escapes give no text: it is not UTF-8");
    }
    return text.toStringUtf8();
  }

  /// A whole number up to a limit.
  ///
  /// @return 0 if it is beyond the limit, which has been noted then
  final BigInteger whole(String what, BigInteger most) throws Broken {
    if (lexer.kind != Lexer.Kind.WHOLE) {
      throw broken(what);
    }
    BigInteger number = Literals.whole(lexer.word());
    if (number == null || number.compareTo(most) > 0) {
      if (number != null) {
        source.fault(lexer.from, "must be at most %s, not %s".formatted(most, lexer.word()));
      }
      number = BigInteger.ZERO;
    }
    lexer.advance();
    return number;
  }

  /// A whole number that may be negative.
  final int signedInt(String what) throws Broken {
    boolean negative = tryTake("-");
    BigInteger number = whole(what, negative ? MOST_INT.add(BigInteger.ONE) : MOST_INT);
    return (negative ? number.negate() : number).intValue();
  }

  /// Notes that something else was expected here. What ends a statement is missed where the
  /// statement is, not on the next line.
  final Broken broken(String expected) {
    boolean missed =
        expected.length() == 3
            && lexer.previousTo > 0
            && source.line(lexer.from) != source.line(lexer.previousTo);
    if (missed) {
      source.fault(lexer.previousTo, "expected " + expected + " here");
    } else {
      source.fault(lexer.from, "expected " + expected + ", not " + found());
    }
    return new Broken();
  }

  /// Notes that the word here is none of those that may stand here.
  final Broken none(String expected, List<String> words) {
    source.fault(
        lexer.from,
        "expected " + expected + ", not " + found() + Spelling.hint(lexer.word(), words));
    return new Broken();
  }

  final String found() {
    if (lexer.kind == Lexer.Kind.END) {
      return "the end of the file";
    }
    String word = lexer.word();
    if (word.length() > 60) {
      word = word.substring(0, 57) + "…";
    }
    return lexer.kind == Lexer.Kind.TEXT ? word : "\"" + word + "\"";
  }

  /// Goes to the end of the statement, or of the block in which it is.
  final void skipStatement() {
    while (!atEnd()) {
      if (tryTake(";")) {
        return;
      }
      if (at("}")) {
        return;
      }
      if (tryTake("{")) {
        skipBlock();
        return;
      }
      lexer.advance();
    }
  }

  private void skipBlock() {
    int open = 1;
    while (!atEnd()) {
      if (at("{")) {
        open++;
      } else if (at("}")) {
        open--;
        if (open == 0) {
          lexer.advance();
          return;
        }
      }
      lexer.advance();
    }
  }
}
