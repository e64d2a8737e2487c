package io.crankfire.imports;

import io.crankfire.config.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Splits a text into commands and their words as a POSIX shell does: blanks, `'…'`, `"…"`, `\`,
/// `$'…'` with its escapes, comments, and lines continued by a backslash. Nothing is run or
/// expanded: `$NAME` stays as it is. The caret of the Windows command line continues a line, too.
/// Confined to one thread.
final class ShellWords {

  /// A word and where it begins.
  ///
  /// @param quoted whether any of it was in quotes
  record Word(String text, Position position, boolean quoted) {}

  private final String text;
  private final String source;
  private final List<List<Word>> commands = new ArrayList<>();
  private List<Word> command = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private boolean quoted;
  private int wordAt;
  private int at;
  private int counted;
  private int line = 1;
  private int lineAt;

  private static final Set<String> SEPARATORS = Set.of("&&", "||", ";", "|", "&");

  private ShellWords(String text, String source) {
    this.text = text;
    this.source = source;
  }

  /// The commands of a text, none of them empty.
  ///
  /// @throws UnreadableException if a quotation has no end
  static List<List<Word>> commands(String text, String source) throws UnreadableException {
    ShellWords words = new ShellWords(text.replace("\r\n", "\n"), source);
    words.split();
    return words.commands;
  }

  private void split() throws UnreadableException {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        endCommand();
        at++;
      } else if (c == ' ' || c == '\t') {
        endWord();
        at++;
      } else if (c == '#' && !inWord) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (";&|".indexOf(c) >= 0) {
        separator();
      } else {
        begin();
        piece(c);
      }
    }
    endCommand();
  }

  private void begin() {
    if (!inWord) {
      inWord = true;
      wordAt = at;
    }
  }

  private void separator() {
    int length = at + 1 < text.length() && SEPARATORS.contains(text.substring(at, at + 2)) ? 2 : 1;
    endCommand();
    at += length;
  }

  private void piece(char c) throws UnreadableException {
    boolean last = at + 1 >= text.length();
    if ((c == '\\' || c == '^') && !last && text.charAt(at + 1) == '\n') {
      inWord = !word.isEmpty() || quoted;
      at += 2;
    } else if (c == '\\') {
      at++;
      if (!last) {
        word.append(text.charAt(at++));
      }
    } else if (c == '\'') {
      int end = text.indexOf('\'', at + 1);
      require(end);
      word.append(text, at + 1, end);
      quoted = true;
      at = end + 1;
    } else if (c == '"') {
      doubleQuoted();
    } else if (c == '$' && !last && text.charAt(at + 1) == '\'') {
      dollarQuoted();
    } else {
      word.append(c);
      at++;
    }
  }

  private void require(int end) throws UnreadableException {
    if (end < 0 || end >= text.length()) {
      throw new UnreadableException(position(at), "this quotation has no end");
    }
  }

  private void doubleQuoted() throws UnreadableException {
    int open = at++;
    quoted = true;
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length() && "\\\"$`\n".indexOf(text.charAt(at)) >= 0) {
        char escaped = text.charAt(at++);
        if (escaped != '\n') {
          word.append(escaped);
        }
      } else {
        word.append(c);
      }
    }
    int end = at;
    at = open;
    require(end);
    at = end + 1;
  }

  /// As bash does: the escapes of C, hexadecimal, octal and Unicode ones.
  private void dollarQuoted() throws UnreadableException {
    int open = at;
    at += 2;
    quoted = true;
    while (at < text.length() && text.charAt(at) != '\'') {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length()) {
        escape(text.charAt(at++));
      } else {
        word.append(c);
      }
    }
    int end = at;
    at = open;
    require(end);
    at = end + 1;
  }

  private void escape(char c) {
    switch (c) {
      case 'n' -> word.append('\n');
      case 't' -> word.append('\t');
      case 'r' -> word.append('\r');
      case 'a' -> word.append('\u0007');
      case 'b' -> word.append('\b');
      case 'f' -> word.append('\f');
      case 'v' -> word.append('\u000b');
      case 'e', 'E' -> word.append('\u001b');
      case 'x' -> number(16, 2, c);
      case 'u' -> number(16, 4, c);
      case 'U' -> number(16, 8, c);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        at--;
        number(8, 3, c);
      }
      case '\\', '\'', '"', '?' -> word.append(c);
      default -> word.append('\\').append(c);
    }
  }

  private void number(int radix, int most, char letter) {
    long value = 0;
    int digits = 0;
    while (digits < most && at < text.length() && Character.digit(text.charAt(at), radix) >= 0) {
      value = value * radix + Character.digit(text.charAt(at++), radix);
      digits++;
    }
    if (digits == 0) {
      word.append('\\').append(letter);
    } else {
      word.appendCodePoint(Character.isValidCodePoint((int) value) ? (int) value : 0xFFFD);
    }
  }

  private void endWord() {
    if (inWord) {
      command.add(new Word(word.toString(), position(wordAt), quoted));
      word.setLength(0);
      inWord = false;
      quoted = false;
    }
  }

  private void endCommand() {
    endWord();
    if (!command.isEmpty()) {
      commands.add(command);
      command = new ArrayList<>();
    }
  }

  /// Positions are asked for in their order, so the lines before are counted once.
  private Position position(int index) {
    while (counted < index) {
      if (text.charAt(counted++) == '\n') {
        line++;
        lineAt = counted;
      }
    }
    return new Position(source, line, index - lineAt + 1, null);
  }
}
