package io.crankfire.report;

import java.util.List;

/// A page of text in the making: 80 columns, values from column 20 on, colours if wanted.
final class TextPage {

  /// The colours there are.
  enum Colour {
    NONE(""),
    BOLD("1"),
    DIM("2"),
    RED("1;31"),
    GREEN("1;32"),
    YELLOW("1;33");

    private final String code;

    Colour(String code) {
      this.code = code;
    }
  }

  static final int WIDTH = 80;
  private static final int LABEL = 19;
  private static final int COLUMN = 10;

  private final StringBuilder page = new StringBuilder(4_096);
  private final boolean colours;

  TextPage(boolean colours) {
    this.colours = colours;
  }

  /// An empty line, unless the page is empty.
  void gap() {
    if (!page.isEmpty()) {
      page.append('\n');
    }
  }

  /// A line as it is.
  void line(Colour colour, String text) {
    page.append(painted(colour, text)).append('\n');
  }

  /// A heading after an empty line.
  void heading(String text) {
    gap();
    line(Colour.BOLD, text);
  }

  /// A label and its value; a long value goes on in the next line under its beginning.
  void field(String label, Colour colour, String value) {
    List<String> lines = wrapped(value, WIDTH - LABEL);
    for (int i = 0; i < lines.size(); i++) {
      String start = i == 0 ? padded(label, LABEL) : " ".repeat(LABEL);
      page.append(start).append(painted(colour, lines.get(i))).append('\n');
    }
  }

  /// A label and its value without colour.
  void field(String label, String value) {
    field(label, Colour.NONE, value);
  }

  /// A label and right-aligned columns of ten.
  void row(String label, Colour colour, List<String> cells) {
    StringBuilder row = new StringBuilder(padded(label, LABEL));
    for (String cell : cells) {
      row.append(right(cell, COLUMN));
    }
    line(colour, row.toString());
  }

  /// A name and right-aligned columns of ten. A name that is longer than its column stands in the
  /// line before, without its middle if it is longer than that.
  void labelledRow(String name, Colour colour, List<String> cells) {
    String label = "  " + name;
    if (label.length() >= LABEL) {
      line(colour, shortened(label));
      label = "";
    }
    row(label, colour, cells);
  }

  /// A name and a text from the column of values on. A name that is longer than its column stands
  /// in the line before.
  void labelledField(String name, String value) {
    String label = "  " + name;
    if (label.length() >= LABEL) {
      line(Colour.NONE, shortened(label));
      label = "";
    }
    field(label, value);
  }

  private static String shortened(String text) {
    if (text.length() <= WIDTH) {
      return text;
    }
    int head = WIDTH * 2 / 3;
    int tail = text.length() - (WIDTH - head - 1);
    head -= Character.isHighSurrogate(text.charAt(head - 1)) ? 1 : 0;
    tail += Character.isLowSurrogate(text.charAt(tail)) ? 1 : 0;
    return text.substring(0, head) + "…" + text.substring(tail);
  }

  /// Narrow right-aligned columns, and a text that goes on under its own beginning.
  void entry(Colour colour, List<String> cells, String text) {
    StringBuilder row = new StringBuilder();
    for (String cell : cells) {
      row.append(right(cell, COLUMN));
    }
    row.append("  ");
    String indent = " ".repeat(row.length());
    List<String> lines = wrapped(text, WIDTH - indent.length());
    for (int i = 0; i < lines.size(); i++) {
      line(colour, (i == 0 ? row : indent) + lines.get(i));
    }
  }

  /// A text after a margin; a long one goes on two columns further in.
  void item(Colour colour, String margin, String text) {
    List<String> lines = wrapped(text, WIDTH - margin.length() - 2);
    for (int i = 0; i < lines.size(); i++) {
      line(colour, margin + (i == 0 ? "" : "  ") + lines.get(i));
    }
  }

  @Override
  public String toString() {
    return page.toString();
  }

  private String painted(Colour colour, String text) {
    return colours && colour != Colour.NONE
        ? "\u001b[" + colour.code + "m" + text + "\u001b[0m"
        : text;
  }

  private static String padded(String text, int width) {
    return text.length() < width ? text + " ".repeat(width - text.length()) : text + " ";
  }

  private static String right(String text, int width) {
    return text.length() < width ? " ".repeat(width - text.length()) + text : " " + text;
  }

  private static List<String> wrapped(String text, int width) {
    List<String> lines = new java.util.ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int space = rest.lastIndexOf(' ', width);
      int end = space > 0 ? space : width;
      if (space <= 0 && Character.isHighSurrogate(rest.charAt(end - 1))) {
        end--;
      }
      lines.add(rest.substring(0, end));
      rest = rest.substring(space > 0 ? end + 1 : end);
    }
    lines.add(rest);
    return lines;
  }
}
