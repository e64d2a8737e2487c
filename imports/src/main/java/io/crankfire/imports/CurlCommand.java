package io.crankfire.imports;

import io.crankfire.config.Position;
import io.crankfire.imports.ShellWords.Word;
import java.util.ArrayList;
import java.util.List;

/// The options of one curl command, in the order of their writing, every short one by its long
/// name.
///
/// @param options with their values
/// @param urls of the command
/// @param position where the command begins
/// @param faults options that are unknown or lack their value
record CurlCommand(List<Option> options, List<Word> urls, Position position, List<Fault> faults) {

  /// An option with its value; the value is empty if it takes none.
  record Option(String name, String value, Position position) {}

  /// Something that could not be read.
  record Fault(Position position, String message) {}

  /// The requests of a command; `--next` separates them.
  ///
  /// @param words without the word `curl` itself
  static List<CurlCommand> parse(List<Word> words, Position position) {
    List<CurlCommand> commands = new ArrayList<>();
    CurlCommand command = empty(position);
    for (int i = 0; i < words.size(); i++) {
      Word word = words.get(i);
      String text = word.text();
      if (text.equals("--next") || text.equals("-:")) {
        commands.add(command);
        command = empty(word.position());
      } else if (text.startsWith("--") && text.length() > 2) {
        i += command.addLong(word, next(words, i));
      } else if (text.startsWith("-") && text.length() > 1) {
        i += command.addShort(word, next(words, i));
      } else if (!text.equals("--") && !text.isEmpty()) {
        command.urls.add(word);
      }
    }
    commands.add(command);
    return commands;
  }

  private static CurlCommand empty(Position position) {
    return new CurlCommand(new ArrayList<>(), new ArrayList<>(), position, new ArrayList<>());
  }

  private static List<Word> next(List<Word> words, int i) {
    return words.subList(Math.min(i + 1, words.size()), words.size());
  }

  /// @return how many words the value took: 0 or 1
  private int addLong(Word word, List<Word> rest) {
    String name = word.text().substring(2);
    int equals = name.indexOf('=');
    if (equals > 0 && CurlOptions.takesValue(name.substring(0, equals))) {
      add(name.substring(0, equals), name.substring(equals + 1), word);
      return 0;
    }
    if (CurlOptions.takesValue(name)) {
      return addWithValue(name, word, rest);
    }
    if (CurlOptions.takesNone(name)) {
      add(name, "", word);
    } else {
      faults.add(
          new Fault(word.position(), "the option --" + name + " is not known; it is left out"));
    }
    return 0;
  }

  private int addShort(Word word, List<Word> rest) {
    String letters = word.text();
    for (int i = 1; i < letters.length(); i++) {
      String name = CurlOptions.ofLetter(letters.charAt(i));
      if (name == null) {
        faults.add(
            new Fault(
                word.position(),
                "the option -" + letters.charAt(i) + " is not known; it is left out"));
      } else if (CurlOptions.takesNone(name)) {
        add(name, "", word);
      } else if (i + 1 < letters.length()) {
        add(name, letters.substring(i + 1), word);
        return 0;
      } else {
        return addWithValue(name, word, rest);
      }
    }
    return 0;
  }

  private int addWithValue(String name, Word word, List<Word> rest) {
    if (rest.isEmpty()) {
      faults.add(new Fault(word.position(), "the option " + word.text() + " needs a value"));
      return 0;
    }
    add(name, rest.getFirst().text(), word);
    return 1;
  }

  private void add(String name, String value, Word word) {
    if (name.equals("url")) {
      urls.add(new Word(value, word.position(), word.quoted()));
    } else {
      options.add(new Option(name, value, word.position()));
    }
  }
}
