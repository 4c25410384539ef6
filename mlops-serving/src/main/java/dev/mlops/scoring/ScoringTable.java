package dev.mlops.scoring;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.data.Schema;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The runs of a project and their batches, in the database. */
final class ScoringTable {

  private final Workspace workspace;

  ScoringTable(Workspace workspace) {
    this.workspace = workspace;
  }

  static void create(Workspace workspace) {
    workspace.database().migrate("scoring", BatchScoring.class);
  }

  /**
   * A run.
   *
   * @param ended when it was complete; null as long as it is not
   */
  record StoredRun(long id, ScoringTerms terms, @Nullable Instant ended) {

    String owner() {
      return "scoring/" + id;
    }
  }

  /**
   * A batch whose answers are kept.
   *
   * @param input the digest of what was read
   * @param recorded the time of its predictions in the log
   * @param logged how many rows the log has; null if that is not known yet
   */
  record StoredBatch(
      long number,
      long rows,
      Digest input,
      long invalid,
      Instant recorded,
      @Nullable Long logged,
      long repeated,
      long refused) {

    ArtifactPath path() {
      return ArtifactPath.of("batch-%010d.arrow".formatted(number));
    }

    StoredBatch logged(BatchLog.Logged now) {
      return new StoredBatch(
          number, rows, input, invalid, recorded, now.rows(), now.repeated(), now.refused());
    }
  }

  Optional<StoredRun> find(RunName name) {
    return workspace
        .database()
        .read(
            session ->
                session.first(
                    "SELECT * FROM mlops_scoring_run WHERE project = ? AND job = ? AND name = ?",
                    ScoringTable::run,
                    workspace.project(),
                    name.job(),
                    name.run()));
  }

  List<String> names(String job) {
    return workspace
        .database()
        .read(
            session ->
                session.list(
                    "SELECT name FROM mlops_scoring_run WHERE project = ? AND job = ? ORDER BY id",
                    row -> row.text("name"),
                    workspace.project(),
                    job));
  }

  List<StoredBatch> batches(StoredRun run) {
    return workspace
        .database()
        .read(
            session ->
                session.list(
                    "SELECT * FROM mlops_scoring_batch WHERE run = ? ORDER BY number",
                    ScoringTable::batch,
                    run.id()));
  }

  StoredRun insert(Session session, RunName name, ScoringTerms terms) {
    long id =
        session.insert(
            "INSERT INTO mlops_scoring_run (project, job, name, model, version, digest, input,"
                + " asked, result, logging, begun) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            workspace.project(),
            name.job(),
            name.run(),
            terms.model(),
            terms.version(),
            terms.digest(),
            terms.input().toJson(),
            terms.asked(),
            terms.result().toJson(),
            terms.isLogging(),
            workspace.clock().instant());
    return new StoredRun(id, terms, null);
  }

  static void insert(Session session, StoredRun run, StoredBatch batch) {
    session.update(
        "INSERT INTO mlops_scoring_batch (run, number, row_count, input, invalid, recorded, logged,"
            + " repeated, refused) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        run.id(),
        batch.number(),
        batch.rows(),
        batch.input(),
        batch.invalid(),
        batch.recorded(),
        batch.logged(),
        batch.repeated(),
        batch.refused());
  }

  static void update(Session session, StoredRun run, StoredBatch batch) {
    session.update(
        "UPDATE mlops_scoring_batch SET logged = ?, repeated = ?, refused = ?"
            + " WHERE run = ? AND number = ?",
        batch.logged(),
        batch.repeated(),
        batch.refused(),
        run.id(),
        batch.number());
  }

  static void end(Session session, StoredRun run, Instant time) {
    session.update("UPDATE mlops_scoring_run SET ended = ? WHERE id = ?", time, run.id());
  }

  static void delete(Session session, StoredRun run) {
    session.update("DELETE FROM mlops_scoring_batch WHERE run = ?", run.id());
    session.update("DELETE FROM mlops_scoring_run WHERE id = ?", run.id());
  }

  private static StoredRun run(ResultRow row) {
    ScoringTerms terms =
        new ScoringTerms(
            row.text("model"),
            row.text("version"),
            row.digestOrNull("digest"),
            row.parsed("input", Schema::fromJson),
            row.text("asked"),
            row.parsed("result", Schema::fromJson),
            row.flag("logging"));
    return new StoredRun(row.number("id"), terms, row.instantOrNull("ended"));
  }

  private static StoredBatch batch(ResultRow row) {
    return new StoredBatch(
        row.number("number"),
        row.number("row_count"),
        row.digest("input"),
        row.number("invalid"),
        row.instant("recorded"),
        row.numberOrNull("logged"),
        row.number("repeated"),
        row.number("refused"));
  }
}
