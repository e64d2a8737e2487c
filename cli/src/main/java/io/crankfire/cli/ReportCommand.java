package io.crankfire.cli;

import io.crankfire.report.ReportException;
import io.crankfire.report.SavedRun;
import io.crankfire.result.RunResult;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `crankfire report`: reports a saved run again.
final class ReportCommand {

  private final Console console;

  ReportCommand(Console console) {
    this.console = console;
  }

  int execute(Given given) throws UsageException {
    List<String> faults = new ArrayList<>();
    Reporting reporting = Reporting.of(console, given, faults);
    String name = given.words().getFirst();
    RunResult result = null;
    try {
      result = SavedRun.read(Path.of(name));
    } catch (ReportException e) {
      faults.add(String.valueOf(e.getMessage()));
    } catch (InvalidPathException _) {
      faults.add("\"" + name + "\" is not a path");
    }
    if (result == null || !faults.isEmpty()) {
      throw new UsageException(faults);
    }
    return reporting.canBeWritten() && reporting.write(result) ? ExitCode.OK : ExitCode.COULD_NOT;
  }
}
