package io.crankfire.engine;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.ErrorTally;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import io.crankfire.metrics.Recorder;
import io.crankfire.metrics.ScenarioMetrics;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.protocol.Exchange;
import java.util.List;

/// What becomes of a worker's arrivals, iterations and exchanges, in numbers. Knows which phase of
/// the load it is. Confined to its worker's event loop.
final class Accounts {

  /// How an iteration ended.
  enum Ending {
    /// Every exchange was a success.
    OK,
    /// At least one exchange failed.
    FAILED,
    /// The end of the run cut it short.
    INTERRUPTED
  }

  private final Recorder recorder;
  private final List<io.crankfire.plan.Phase> phases;
  private long origin;
  private int phase;
  private long phaseEnd = Long.MAX_VALUE;

  Accounts(Recorder recorder, List<io.crankfire.plan.Phase> phases) {
    this.recorder = recorder;
    this.phases = phases;
  }

  /// The load begins.
  void begin(long start) {
    origin = start;
    phaseEnd = phases.isEmpty() ? Long.MAX_VALUE : end(0);
  }

  private long end(int index) {
    long end = phases.get(index).toNanos();
    return index == phases.size() - 1 || end == Long.MAX_VALUE ? Long.MAX_VALUE : origin + end;
  }

  private void enterNext() {
    phase++;
    phaseEnd = end(phase);
    recorder.enter(phase);
  }

  /// The phase of an arrival; they come in the order of their times.
  int phaseOf(long scheduled) {
    while (scheduled >= phaseEnd) {
      enterNext();
    }
    return phase;
  }

  /// An arrival by the schedule begins.
  ///
  /// @param waited whether it had to wait for a session
  void late(int inPhase, long nanos, boolean waited) {
    if (recorder.judges(inPhase)) {
      WorkerMetrics metrics = recorder.current();
      (waited ? metrics.waiting : metrics.lateness).record(nanos);
    }
  }

  /// An arrival never begins.
  void unsent(long scheduled) {
    int itsPhase = phaseOf(scheduled);
    WorkerMetrics metrics = recorder.current();
    if (metrics.phases.length > 0) {
      metrics.phases[itsPhase].unsent++;
    }
    if (recorder.judges(itsPhase)) {
      metrics.unsent++;
    }
  }

  /// An iteration begins.
  void started(int inPhase, int scenario) {
    WorkerMetrics metrics = recorder.current();
    if (metrics.phases.length > 0) {
      metrics.phases[inPhase].started++;
    }
    if (recorder.judges(inPhase)) {
      metrics.started++;
      metrics.scenarios[scenario].started++;
    }
  }

  /// An iteration has ended.
  ///
  /// @param nanos how long after its scheduled time
  void ended(int inPhase, int scenario, Ending how, long nanos) {
    if (!recorder.judges(inPhase)) {
      return;
    }
    ScenarioMetrics metrics = recorder.current().scenarios[scenario];
    switch (how) {
      case OK -> metrics.ok++;
      case FAILED -> metrics.failed++;
      case INTERRUPTED -> metrics.interrupted++;
    }
    if (how != Ending.INTERRUPTED) {
      metrics.duration.record(nanos);
    }
  }

  /// An exchange begins.
  void begun(int inPhase, int callIndex) {
    recorder.call(inPhase, callIndex).started++;
  }

  /// An exchange is sent once more.
  void repeated(int inPhase, int callIndex) {
    recorder.call(inPhase, callIndex).repeated++;
  }

  /// An exchange has ended.
  void ended(int inPhase, Exchange exchange) {
    CallMetrics call = recorder.call(inPhase, exchange.callIndex());
    Outcome outcome = exchange.outcome();
    call.outcomes.add(outcome);
    call.bytesIn += exchange.bytesIn;
    call.bytesOut += exchange.bytesOut;
    call.unresolved += exchange.variables().takeUnresolved();
    call.missedExtractors += exchange.missedExtractors();
    if (exchange.checked()) {
      call.checks.add(exchange.failedChecks());
    }
    long ended = exchange.ended();
    switch (outcome.kind()) {
      case OK -> {
        call.responseOk.record(ended - exchange.scheduled());
        call.serviceOk.record(ended - exchange.sent());
        if (exchange.firstByte() != 0) {
          call.phase(Phase.FIRST_BYTE).record(exchange.firstByte() - exchange.written());
          call.phase(Phase.TRANSFER).record(ended - exchange.firstByte());
        }
      }
      case FAILED -> {
        call.responseFailed.record(ended - exchange.scheduled());
        call.serviceFailed.record(ended - exchange.sent());
        String detail = exchange.detail();
        errors(inPhase).add(outcome, detail == null ? "" : detail, ended - origin);
      }
      case INTERRUPTED -> {
        // Neither good nor bad: counted, not timed.
      }
    }
  }

  private ErrorTally errors(int inPhase) {
    WorkerMetrics metrics = recorder.current();
    return recorder.judges(inPhase) ? metrics.errors : metrics.phases[inPhase].errors;
  }
}
