package io.crankfire.cli;

import io.crankfire.plan.LoadPlan;
import io.crankfire.protocol.Protocol;
import io.crankfire.result.RunResult;
import io.crankfire.run.LoadRun;
import io.crankfire.run.Progress;
import io.crankfire.run.RunFailedException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;

/// What the commands are wired to.
interface Parts {

  /// What the program is shipped with.
  Parts SHIPPED = new Parts() {};

  /// A run under way, see [LoadRun].
  interface Running {
    /// Runs until the end of the load.
    RunResult execute() throws RunFailedException, InterruptedException;

    /// Issues nothing more.
    void stop();

    /// Ends what is under way.
    void cancel();
  }

  /// The standard input.
  default InputStream in() {
    return new FileInputStream(FileDescriptor.in);
  }

  /// All protocols on the class path, by their names.
  default Map<String, Protocol> protocols() {
    Map<String, Protocol> protocols = new LinkedHashMap<>();
    for (Protocol protocol : ServiceLoader.load(Protocol.class)) {
      protocols.putIfAbsent(protocol.name(), protocol);
    }
    return protocols;
  }

  /// A run of the plan that has not begun.
  default Running prepare(
      LoadPlan plan, Map<String, Protocol> protocols, RunResult.RunInfo info, Progress progress) {
    LoadRun run = new LoadRun(plan, protocols, info, progress);
    return new Running() {
      @Override
      public RunResult execute() throws RunFailedException, InterruptedException {
        return run.execute();
      }

      @Override
      public void stop() {
        run.stop();
      }

      @Override
      public void cancel() {
        run.cancel();
      }
    };
  }
}
