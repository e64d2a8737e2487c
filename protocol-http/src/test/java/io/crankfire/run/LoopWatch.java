package io.crankfire.run;

import io.crankfire.config.ConfigNode;
import io.crankfire.http.HttpProtocol;
import io.crankfire.net.Loop;
import io.crankfire.plan.Call;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.Variables;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// The HTTP protocol, and a look at the workers that open it.
final class LoopWatch implements Protocol {

  private final Protocol http = new HttpProtocol();

  /// The workers' event loops, in no order.
  final List<Loop> loops = new CopyOnWriteArrayList<>();

  /// Their threads.
  final List<Thread> threads = new CopyOnWriteArrayList<>();

  @Override
  public String name() {
    return http.name();
  }

  @Override
  public @Nullable Call compile(ConfigNode.Mapping step, Compiling compiling) {
    return http.compile(step, compiling);
  }

  @Override
  public Collection<String> keys() {
    return http.keys();
  }

  @Override
  public String preview(Call call, Variables variables) {
    return http.preview(call, variables);
  }

  @Override
  public Requester open(WorkerContext worker) {
    loops.add(worker.loop());
    threads.add(Thread.currentThread());
    return http.open(worker);
  }
}
