package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.coordination.LeaseStatus;
import dev.mlops.coordination.Leases;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Finds runs that nobody records any more. Each process holds one lease for all its open runs; a
 * process that reads runs and sees such a lease expired ends it, and with it the runs that no other
 * process records.
 */
final class DeadRuns {
  /** With which the names of the leases begin. */
  static final String LEASE = "runs/";

  private final Workspace workspace;
  private final Leases leases;
  private final LongPredicate isOwn;

  /**
   * Looks for dead runs.
   *
   * @param isOwn whether a token is that of this process's own lease, which it renews by itself
   */
  DeadRuns(Workspace workspace, Leases leases, LongPredicate isOwn) {
    this.workspace = workspace;
    this.leases = leases;
    this.isOwn = isOwn;
  }

  /** Marks as killed what nobody records any more. */
  void find() {
    for (LeaseStatus lease : leases.list(LEASE)) {
      if (lease.expired() && !isOwn.test(lease.token())) {
        workspace.database().transaction(session -> end(session, lease));
      }
    }
  }

  private boolean end(Session session, LeaseStatus lease) {
    boolean ended = leases.end(session, lease);
    if (ended) {
      List<RunRecords.Started> runs = runs(session, lease);
      session.update("DELETE FROM mlops_run_writers WHERE lease = ?", lease.token());
      runs.forEach(run -> killIfAlone(session, workspace, run, lease.seen()));
    }
    return ended;
  }

  private static List<RunRecords.Started> runs(Session session, LeaseStatus lease) {
    return session.list(
        "SELECT w.id AS writer, r.id, r.uid, r.name, e.id AS experiment_id, e.name AS experiment_name"
            + " FROM mlops_run_writers w JOIN mlops_runs r ON r.id = w.run"
            + " JOIN mlops_experiments e ON e.id = r.experiment WHERE w.lease = ? ORDER BY r.id",
        row ->
            new RunRecords.Started(
                row.number("id"),
                row.text("uid"),
                row.text("name"),
                new RunRecords.ExperimentKey(
                    row.number("experiment_id"), row.text("experiment_name")),
                row.number("writer")),
        lease.token());
  }

  /** Marks a running run as killed, unless somebody records it. */
  static void killIfAlone(
      Session session, Workspace workspace, RunRecords.Started run, Instant lastSeen) {
    int killed =
        session.update(
            "UPDATE mlops_runs SET status = ?, ended_at = CASE WHEN started_at > ? THEN started_at ELSE ? END"
                + " WHERE id = ? AND status = ? AND NOT EXISTS (SELECT * FROM mlops_run_writers WHERE run = ?)",
            RunStatus.KILLED,
            lastSeen,
            lastSeen,
            run.id(),
            RunStatus.RUNNING,
            run.id());
    if (killed > 0) {
      workspace
          .journal()
          .append(session, RunEvents.finished(session, workspace, run, RunStatus.KILLED));
    }
  }
}
