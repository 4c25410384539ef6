package dev.mlops.tracking;

import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of one run. It is decided once; storing it may fail and be tried again, and then what was
 * decided first is stored.
 */
final class RunEnd {

  private final RunWriter writer;
  private final RunBuffer buffer;
  private final Consumer<RunStatus> afterwards;
  private volatile @Nullable Outcome outcome;
  private @Nullable Instant at;
  private boolean stored;

  RunEnd(RunWriter writer, RunBuffer buffer, Consumer<RunStatus> afterwards) {
    this.writer = writer;
    this.buffer = buffer;
    this.afterwards = afterwards;
  }

  /** Ends the run, unless it has ended: then it throws. */
  synchronized void decide(Outcome wanted) {
    refuseIfCome("end");
    settle(wanted);
  }

  /** Ends the run, unless it has ended: then it stores what is not stored yet. */
  synchronized void settle(Outcome wanted) {
    Outcome before = outcome;
    Outcome decided = before == null ? wanted : before;
    outcome = decided;
    Instant end = at == null ? writer.now() : at;
    at = end;
    if (!stored) {
      buffer.end(waiting -> store(decided, end, waiting));
    }
  }

  /** Stores what was decided and could not be stored; tells whether there was such a thing. */
  boolean storeIfDecided() {
    Outcome decided = outcome;
    if (decided != null) {
      settle(decided);
    }
    return decided != null;
  }

  private RunBuffer.Kept store(Outcome decided, Instant end, RunBuffer.Waiting waiting) {
    RunBuffer.Kept kept = writer.finish(waiting, decided, end);
    stored = true;
    afterwards.accept(decided.status());
    return kept;
  }

  void refuseIfCome(String what) {
    if (outcome != null) {
      throw already(what);
    }
  }

  IllegalStateException already(String what) {
    Outcome how = outcome;
    return new IllegalStateException(
        "cannot "
            + what
            + ": "
            + (how == null
                ? "the workspace of run '" + buffer.run().name() + "' is closed"
                : "run '" + buffer.run().name() + "' has ended as " + how.status()));
  }

  /** How a run ended. */
  record Outcome(RunStatus status, RunView.@Nullable Failure failure) {}
}
