package io.crankfire.cli;

import io.crankfire.report.ReportException;
import io.crankfire.report.Reports;
import io.crankfire.report.TextReport;
import io.crankfire.result.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Where a run's reports go: one to the standard output, any number into files.
final class Reporting {

  private final Console console;
  private final Given given;
  private final List<Reports.Output> files;

  private Reporting(Console console, Given given, List<Reports.Output> files) {
    this.console = console;
    this.given = given;
    this.files = List.copyOf(files);
  }

  /// Reads what was asked for.
  ///
  /// @param faults takes a line for each value of `--out` that is wrong
  static Reporting of(Console console, Given given, List<String> faults) {
    List<Reports.Output> files = new ArrayList<>();
    for (String text : given.all(Flags.OUT)) {
      try {
        files.add(Reports.Output.parse(text));
      } catch (IllegalArgumentException e) {
        faults.add(Flags.OUT + ": " + e.getMessage());
      }
    }
    return new Reporting(console, given, files);
  }

  /// Whether all files can probably be written; says a line for each that cannot. Writes nothing.
  boolean canBeWritten() {
    boolean all = true;
    for (Reports.Output file : files) {
      try {
        Reports.check(file);
      } catch (ReportException e) {
        console.complain(Flags.OUT + ": " + e.getMessage());
        all = false;
      }
    }
    return all;
  }

  /// Writes everything; says a line for each that could not be written, and goes on.
  ///
  /// @return whether all were written
  boolean write(RunResult result) {
    boolean all = true;
    for (Reports.Output file : files) {
      try {
        Reports.write(result, file);
      } catch (ReportException e) {
        console.complain(Flags.OUT + ": " + e.getMessage());
        all = false;
      }
    }
    return print(result) && all;
  }

  private boolean print(RunResult result) {
    if (given.has(Flags.JSON_OUTPUT)) {
      try {
        Reports.write(result, Reports.Format.JSON, console.out());
      } catch (IOException e) {
        console.complain("the standard output cannot be written: " + e.getMessage());
        return false;
      }
    } else {
      console.out().print(TextReport.render(result, console.colours(given)));
    }
    if (console.out().checkError()) {
      console.complain("the standard output cannot be written");
      return false;
    }
    return true;
  }
}
