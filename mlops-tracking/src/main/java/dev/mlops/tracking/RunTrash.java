package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.error.Exactly;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes what was deleted long enough ago. Each run is one transaction, and so is each experiment
 * that has no run left; so one that is interrupted has removed some of them whole, and goes on when
 * asked again.
 */
final class RunTrash {

  private static final List<String> BY_METRIC =
      List.of("mlops_metric_writes", "mlops_metric_segments");

  /** A block may still name the run, so that it has left it stays written down. */
  private static final List<String> BY_RUN =
      List.of(
          "mlops_run_metrics",
          "mlops_run_params",
          "mlops_run_tags",
          "mlops_run_inputs",
          "mlops_run_seals",
          "mlops_run_writers");

  private final Workspace workspace;
  private final RunRecords records;

  RunTrash(Workspace workspace, RunRecords records) {
    this.workspace = workspace;
    this.records = records;
  }

  /** A deleted run. */
  private record Deleted(long id, String uid) {}

  /** A deleted experiment. */
  private record Emptied(long id, String name) {}

  TrashReport empty(Duration olderThan, boolean preview) {
    if (olderThan.isNegative()) {
      throw new IllegalArgumentException(
          "olderThan must not be negative: " + Exactly.duration(olderThan));
    }
    Instant before = workspace.clock().instant().minus(olderThan);
    List<String> runs = new ArrayList<>();
    long artifacts = 0;
    for (Deleted run : runs(before)) {
      List<Artifact> files = records.artifacts(run.uid());
      if (preview || remove(run, files, before)) {
        runs.add(run.uid());
        artifacts += files.size();
      }
    }
    List<String> experiments = new ArrayList<>();
    for (Emptied experiment : experiments(before)) {
      if (preview || remove(experiment)) {
        experiments.add(experiment.name());
      }
    }
    return new TrashReport(runs, experiments, artifacts, preview);
  }

  private List<Deleted> runs(Instant before) {
    return workspace
        .database()
        .read(
            session ->
                session.list(
                    "SELECT r.id, r.uid FROM mlops_runs r JOIN mlops_experiments e ON e.id = r.experiment"
                        + " WHERE e.project = ? AND COALESCE(r.deleted_at, e.deleted_at) <= ?"
                        + " ORDER BY COALESCE(r.deleted_at, e.deleted_at), r.id",
                    row -> new Deleted(row.number("id"), row.text("uid")),
                    workspace.project(),
                    before));
  }

  /** Returns false if the run was restored meanwhile, or is gone. */
  private boolean remove(Deleted run, List<Artifact> files, Instant before) {
    return workspace
        .database()
        .transaction(
            session -> {
              RunPacker.unpack(session, run.id());
              if (!isDeleted(session, run, before)) {
                return false;
              }
              for (Artifact file : files) {
                workspace.artifacts().unlink(session, file.owner(), file.path());
              }
              for (String table : BY_METRIC) {
                session.update(
                    "DELETE FROM "
                        + table
                        + " WHERE metric IN (SELECT id FROM mlops_run_metrics WHERE run = ?)",
                    run.id());
              }
              for (String table : BY_RUN) {
                session.update("DELETE FROM " + table + " WHERE run = ?", run.id());
              }
              session.update("DELETE FROM mlops_runs WHERE id = ?", run.id());
              workspace.journal().append(session, entry("run.removed", "run", run.uid()));
              return true;
            });
  }

  private static boolean isDeleted(Session session, Deleted run, Instant before) {
    return session
        .first(
            "SELECT r.id FROM mlops_runs r JOIN mlops_experiments e ON e.id = r.experiment"
                + " WHERE r.id = ? AND COALESCE(r.deleted_at, e.deleted_at) <= ?",
            row -> true,
            run.id(),
            before)
        .isPresent();
  }

  private List<Emptied> experiments(Instant before) {
    return workspace
        .database()
        .read(
            session ->
                session.list(
                    "SELECT id, name FROM mlops_experiments WHERE project = ? AND deleted_at <= ? ORDER BY deleted_at, id",
                    row -> new Emptied(row.number("id"), row.text("name")),
                    workspace.project(),
                    before));
  }

  /** Returns false if the experiment was restored meanwhile, or has runs. */
  private boolean remove(Emptied experiment) {
    return workspace
        .database()
        .transaction(
            session -> {
              session.lock(
                  "SELECT id FROM mlops_experiments WHERE id = ?", row -> true, experiment.id());
              boolean isEmpty =
                  session
                      .first(
                          "SELECT e.id FROM mlops_experiments e WHERE e.id = ? AND e.deleted_at IS NOT NULL"
                              + " AND NOT EXISTS (SELECT r.id FROM mlops_runs r WHERE r.experiment = e.id)",
                          row -> true,
                          experiment.id())
                      .isPresent();
              if (isEmpty) {
                remove(session, experiment);
              }
              return isEmpty;
            });
  }

  private void remove(Session session, Emptied experiment) {
    for (String table : List.of("mlops_run_left", "mlops_run_columns")) {
      session.update(
          "DELETE FROM "
              + table
              + " WHERE block IN (SELECT id FROM mlops_run_blocks WHERE experiment = ?)",
          experiment.id());
    }
    for (String table : List.of("mlops_run_blocks", "mlops_experiment_tags")) {
      session.update("DELETE FROM " + table + " WHERE experiment = ?", experiment.id());
    }
    session.update("DELETE FROM mlops_experiments WHERE id = ?", experiment.id());
    workspace
        .journal()
        .append(session, entry("experiment.removed", "experiment", experiment.name()));
  }

  private Entry entry(String kind, String subject, String name) {
    return Entry.of(kind).about(subject, name).actor(workspace.actor());
  }
}
