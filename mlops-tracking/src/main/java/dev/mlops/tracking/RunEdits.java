package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Changes runs from outside, under the run's lock and with the run taken out of its block. */
final class RunEdits {

  private final Workspace workspace;
  private final RunRecords records;

  RunEdits(Workspace workspace, RunRecords records) {
    this.workspace = workspace;
    this.records = records;
  }

  /** What is done to a run inside a transaction. */
  private interface Change {
    void make(Session session, long run);
  }

  /** A run as it is before the change. */
  private record Before(
      RunStatus status, @Nullable Long deleted, @Nullable Long experimentDeleted) {}

  void tag(String uid, String name, String text) {
    changed(uid, null, (session, run) -> RunRows.tag(session, run, name, text));
  }

  void untag(String uid, String name) {
    changed(
        uid,
        null,
        (session, run) -> {
          int removed =
              session.update("DELETE FROM mlops_run_tags WHERE run = ? AND name = ?", run, name);
          if (removed == 0) {
            throw NotFoundException.among(
                "no tag '" + name + "' of run " + uid,
                session.list(
                    "SELECT name FROM mlops_run_tags WHERE run = ? ORDER BY name",
                    row -> row.text("name"),
                    run));
          }
        });
  }

  void note(String uid, String text) {
    changed(
        uid,
        null,
        (session, run) -> session.update("UPDATE mlops_runs SET note = ? WHERE id = ?", text, run));
  }

  void rename(String uid, String name) {
    changed(
        uid,
        entry("run.renamed", uid).detail("name", name),
        (session, run) -> session.update("UPDATE mlops_runs SET name = ? WHERE id = ?", name, run));
  }

  void end(String uid, RunStatus status) {
    if (status == RunStatus.RUNNING) {
      throw new IllegalArgumentException(
          "a run cannot end as RUNNING; resume('" + uid + "') goes on with one");
    }
    List<Artifact> artifacts = records.artifacts(uid);
    changed(
        uid,
        null,
        (session, run) -> {
          RunStatus now = before(session, run).status();
          if (now != RunStatus.RUNNING) {
            throw new ConflictException("run " + uid + " has ended as " + now);
          }
          if (SealedRuns.isRecorded(session, run)) {
            throw new ConflictException(
                "run " + uid + " is being recorded by a process, which ends it, or is found dead");
          }
          session.update(
              "UPDATE mlops_runs SET status = ?, ended_at = ? WHERE id = ?", status, now(), run);
          Entry ended = entry("run.finished", uid).outcome(RunEvents.outcome(status));
          Optional<Digest> seal = records.seals().seal(session, run, artifacts);
          workspace
              .journal()
              .append(
                  session,
                  seal.map(digest -> ended.detail("seal", digest.toString())).orElse(ended));
        });
  }

  void delete(String uid, boolean deleted) {
    edited(
        uid,
        (session, run) -> {
          Before before = before(session, run);
          if (before.experimentDeleted() != null && !deleted) {
            throw new ConflictException(
                "run " + uid + " is of a deleted experiment; restore() that first");
          }
          if ((before.deleted() != null) != deleted) {
            session.update(
                "UPDATE mlops_runs SET deleted_at = ? WHERE id = ?", deleted ? now() : null, run);
            workspace
                .journal()
                .append(session, entry(deleted ? "run.deleted" : "run.restored", uid));
          }
        });
  }

  private void changed(String uid, @Nullable Entry entry, Change change) {
    edited(
        uid,
        (session, run) -> {
          refuseIfDeleted(session, uid, run);
          change.make(session, run);
          if (entry != null) {
            workspace.journal().append(session, entry);
          }
        });
  }

  private void edited(String uid, Change change) {
    long run = records.reader().key(uid);
    workspace
        .database()
        .transaction(
            session -> {
              RunPacker.unpack(session, run);
              change.make(session, run);
              return true;
            });
  }

  static void refuseIfDeleted(Session session, String uid, long run) {
    Before before = before(session, run);
    if (before.deleted() != null || before.experimentDeleted() != null) {
      throw new ConflictException(
          "run "
              + uid
              + " is deleted"
              + (before.experimentDeleted() == null ? "" : " with its experiment")
              + "; restore() it first");
    }
  }

  private static Before before(Session session, long run) {
    return session
        .first(
            "SELECT r.status, r.deleted_at, e.deleted_at AS experiment_deleted_at FROM mlops_runs r"
                + " JOIN mlops_experiments e ON e.id = r.experiment WHERE r.id = ?",
            row ->
                new Before(
                    row.parsed("status", RunStatus::valueOf),
                    row.numberOrNull("deleted_at"),
                    row.numberOrNull("experiment_deleted_at")),
            run)
        .orElseThrow();
  }

  private Entry entry(String kind, String uid) {
    return Entry.of(kind).about("run", uid).actor(workspace.actor()).detail("run", uid);
  }

  private Instant now() {
    return workspace.clock().instant().truncatedTo(ChronoUnit.MICROS);
  }
}
