package dev.mlops.tracking;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of one run. It is decided once; storing it may fail and be tried again, and then what was
 * decided first is stored.
 */
final class RunEnd {

  private final RunRecords records;
  private final RunRecords.Started run;
  private final MetricBuffer metrics;
  private final Runnable afterwards;
  private volatile @Nullable Outcome outcome;
  private @Nullable Instant at;
  private boolean stored;

  RunEnd(RunRecords records, RunRecords.Started run, MetricBuffer metrics, Runnable afterwards) {
    this.records = records;
    this.run = run;
    this.metrics = metrics;
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
    Instant end = at == null ? records.now() : at;
    at = end;
    if (!stored) {
      metrics.end(pending -> store(decided, end, pending));
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

  private void store(Outcome decided, Instant end, List<MetricSeries.Pending> pending) {
    records.finish(run, decided, end, pending);
    stored = true;
    afterwards.run();
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
                ? "the workspace of run '" + run.name() + "' is closed"
                : "run '" + run.name() + "' has ended as " + how.status()));
  }

  /** How a run ended. */
  record Outcome(RunStatus status, RunView.@Nullable Failure failure) {}
}
