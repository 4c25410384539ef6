package dev.mlops.study;

import dev.mlops.Workspace;
import dev.mlops.coordination.Lease;
import dev.mlops.coordination.LeaseStatus;
import dev.mlops.coordination.Leases;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunStatus;
import dev.mlops.tracking.RunView;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The lease that tells other processes that the trials of this one are being worked on, and the
 * look for those of dead processes.
 */
final class StudyLease implements AutoCloseable {
  /** After how long without a renewal others take a process for dead. */
  static final Duration ALIVE = Duration.ofSeconds(30);

  private final Workspace workspace;
  private final ExperimentTracker tracker;
  private final StudyRecords records;
  private final StudyRecords.Stored study;
  private final TrialReader reader;
  private final Leases leases;
  private final Duration alive;
  private @Nullable Lease lease;

  StudyLease(
      Workspace workspace,
      ExperimentTracker tracker,
      StudyRecords records,
      StudyRecords.Stored study,
      TrialReader reader,
      Duration alive) {
    this.workspace = workspace;
    this.tracker = tracker;
    this.records = records;
    this.study = study;
    this.reader = reader;
    this.leases = Leases.of(workspace);
    this.alive = alive;
  }

  private String prefix() {
    return "study/" + study.id() + "/";
  }

  /** The token under which to take a trial now; a lease that was lost is followed by another. */
  synchronized long token() {
    Lease held = lease;
    if (held == null || (!held.isHeld() && !held.renew())) {
      held = leases.take(prefix() + UUID.randomUUID(), alive).orElseThrow();
      lease = held;
    }
    return held.token();
  }

  private synchronized boolean isOwn(LeaseStatus status) {
    return lease != null && lease.token() == status.token();
  }

  /**
   * Ends the attempts of dead processes. One whose run has finished is finished: its process died
   * just before it could say so.
   */
  void endTheDead() {
    for (LeaseStatus status : leases.list(prefix())) {
      if (status.expired() && !isOwn(status)) {
        Map<Long, StudyRecords.Ending> endings = endings(status.token());
        workspace
            .database()
            .transaction(
                session -> {
                  boolean ended = leases.end(session, status);
                  if (ended) {
                    endings.forEach((id, ending) -> StudyRecords.end(session, id, ending));
                  }
                  return ended;
                });
      }
    }
  }

  /**
   * Looked up before the transaction, since nobody but the dead process takes trials by its lease.
   */
  private Map<Long, StudyRecords.Ending> endings(long token) {
    Map<Long, StudyRecords.Ending> endings = new HashMap<>();
    List<StudyRecords.Open> open = records.open(study);
    for (StudyRecords.Open trial : open) {
      if (trial.lease() == token) {
        endings.put(trial.id(), ending(trial.run()));
      }
    }
    return endings;
  }

  private StudyRecords.Ending ending(@Nullable String id) {
    RunView run = id == null ? null : tracker.find(id).orElse(null);
    return run != null && run.status() == RunStatus.FINISHED
        ? reader.finished(run)
        : new StudyRecords.Ending(TrialState.LOST, Map.of());
  }

  @Override
  public synchronized void close() {
    if (lease != null) {
      lease.close();
      lease = null;
    }
  }
}
