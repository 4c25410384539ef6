package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.error.Ages;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes what was deleted long enough ago. Each run is one transaction, and so is each experiment
 * that has no run left; so one that is interrupted has removed some of them whole, and goes on when
 * asked again.
 */
final class RunTrash {

  private static final List<String> BY_METRIC =
      List.of("mlops_metric_writes", "mlops_metric_segments");

  private static final List<String> BY_RUN =
      List.of(
          "mlops_run_metrics",
          "mlops_run_params",
          "mlops_run_tags",
          "mlops_run_inputs",
          "mlops_run_seals");

  private static final String SELECT =
      "SELECT r.id, r.uid, r.deleted_at, e.deleted_at AS experiment_deleted_at FROM mlops_runs r"
          + " JOIN mlops_experiments e ON e.id = r.experiment";

  private final Workspace workspace;
  private final RunRecords records;

  RunTrash(Workspace workspace, RunRecords records) {
    this.workspace = workspace;
    this.records = records;
  }

  /** A deleted run, and the marks of its deletion: one that was restored meanwhile has others. */
  private record Deleted(
      long id, String uid, @Nullable Long itself, @Nullable Long withExperiment) {}

  /** A deleted experiment. */
  private record Emptied(long id, String name) {}

  TrashReport empty(Duration olderThan, boolean preview) {
    Ages.checked(olderThan);
    Instant before = workspace.clock().instant().minus(olderThan);
    Set<String> runs = new LinkedHashSet<>();
    Map<String, String> kept = new LinkedHashMap<>();
    long artifacts = 0;
    for (Deleted run : runs(before)) {
      Optional<String> hold = hold(run, runs);
      if (hold.isPresent()) {
        kept.put(run.uid(), hold.get());
      } else {
        List<Artifact> files = records.artifacts(run.uid());
        if (preview || remove(run, files, runs)) {
          runs.add(run.uid());
          artifacts += files.size();
        }
      }
    }
    List<String> experiments = new ArrayList<>();
    for (Emptied experiment : experiments(before)) {
      if (preview ? hasNoOther(experiment, runs) : remove(experiment)) {
        experiments.add(experiment.name());
      }
    }
    return new TrashReport(List.copyOf(runs), experiments, kept, artifacts, preview);
  }

  /** Newest first, so that nested runs come before the run that they are nested in. */
  private List<Deleted> runs(Instant before) {
    return records
        .reader()
        .read(
            session ->
                session.list(
                    SELECT
                        + " WHERE e.project = ? AND COALESCE(r.deleted_at, e.deleted_at) <= ?"
                        + " ORDER BY r.id DESC",
                    RunTrash::deleted,
                    workspace.project(),
                    before));
  }

  private static Deleted deleted(ResultRow row) {
    return new Deleted(
        row.number("id"),
        row.text("uid"),
        row.numberOrNull("deleted_at"),
        row.numberOrNull("experiment_deleted_at"));
  }

  private Optional<String> hold(Deleted run, Set<String> gone) {
    return workspace.database().read(session -> hold(session, run, gone));
  }

  /** Says why a deleted run stays; empty if nothing holds it. */
  private Optional<String> hold(Session session, Deleted run, Set<String> gone) {
    if (SealedRuns.isRecorded(session, run.id())) {
      return Optional.of("a process records it");
    }
    return version(session, run).or(() -> nested(session, run, gone));
  }

  /** The registry has its tables in a database only once it was opened there. */
  private Optional<String> version(Session session, Deleted run) {
    boolean registry =
        session
            .first(
                "SELECT table_name FROM information_schema.tables"
                    + " WHERE table_schema = CURRENT_SCHEMA AND LOWER(table_name) = 'mlops_model_versions'",
                row -> true)
            .isPresent();
    return registry
        ? session.first(
            "SELECT m.name, v.version FROM mlops_model_versions v JOIN mlops_models m ON m.id = v.model"
                + " WHERE m.project = ? AND v.run = ? AND v.deleted_at IS NULL ORDER BY v.id",
            row ->
                "version %s of model '%s' was made by it; delete that version first"
                    .formatted(row.number("version"), row.text("name")),
            workspace.project(),
            run.uid())
        : Optional.empty();
  }

  private static Optional<String> nested(Session session, Deleted run, Set<String> gone) {
    return session
        .list(
            "SELECT uid FROM mlops_runs WHERE parent = ? ORDER BY id",
            row -> row.text("uid"),
            run.uid())
        .stream()
        .filter(nested -> !gone.contains(nested))
        .findFirst()
        .map(nested -> "run " + nested + " is nested in it and stays");
  }

  /**
   * Returns false if the run was restored meanwhile, is gone, or is held now. Its files were listed
   * before: nobody adds one to a deleted run that nobody records.
   */
  private boolean remove(Deleted run, List<Artifact> files, Set<String> gone) {
    return workspace
        .database()
        .transaction(
            session -> {
              RunPacker.unpack(session, run.id());
              Optional<Deleted> now =
                  session.first(SELECT + " WHERE r.id = ?", RunTrash::deleted, run.id());
              if (!now.equals(Optional.of(run)) || hold(session, run, gone).isPresent()) {
                return false;
              }
              RunPacker.dissolveLeftBy(session, run.id());
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

  private boolean hasNoOther(Emptied experiment, Set<String> gone) {
    return workspace
        .database()
        .read(
            session ->
                gone.containsAll(
                    session.list(
                        "SELECT uid FROM mlops_runs WHERE experiment = ?",
                        row -> row.text("uid"),
                        experiment.id())));
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
    RunPacker.deleteAll(session, experiment.id());
    session.update("DELETE FROM mlops_experiment_tags WHERE experiment = ?", experiment.id());
    session.update("DELETE FROM mlops_experiments WHERE id = ?", experiment.id());
    workspace
        .journal()
        .append(session, entry("experiment.removed", "experiment", experiment.name()));
  }

  private Entry entry(String kind, String subject, String name) {
    return Entry.of(kind).about(subject, name).actor(workspace.actor());
  }
}
