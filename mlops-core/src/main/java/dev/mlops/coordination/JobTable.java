package dev.mlops.coordination;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Jobs as rows. */
final class JobTable {
  private static final String SELECT = "SELECT * FROM mlops_job WHERE project = ?";

  private final Workspace workspace;

  JobTable(Workspace workspace) {
    this.workspace = workspace;
  }

  /** Returns when a job is due; one that is new is due now. */
  Instant due(String name) {
    return find(name).map(JobStatus::due).orElseGet(() -> begin(name));
  }

  private Instant begin(String name) {
    Instant now = now();
    try {
      return workspace.database().transaction(session -> begin(session, name, now));
    } catch (ConflictException anotherWasFaster) {
      return find(name).map(JobStatus::due).orElseThrow(() -> anotherWasFaster);
    }
  }

  /** Inserts a job, or finds that another has; anyone who inserts it meanwhile waits for this. */
  Instant begin(Session session, String name, Instant now) {
    Optional<Instant> begun =
        session.lock(
            Leases.BRIEF,
            SELECT + " AND name = ?",
            row -> row.instant("due"),
            workspace.project(),
            name);
    if (begun.isPresent()) {
      return begun.get();
    }
    session.update(
        "INSERT INTO mlops_job (project, name, due, runs, failures) VALUES (?, ?, ?, 0, 0)",
        workspace.project(),
        name,
        now);
    return now;
  }

  private Optional<JobStatus> find(String name) {
    return workspace
        .database()
        .read(
            session ->
                session.first(
                    SELECT + " AND name = ?", JobTable::status, workspace.project(), name));
  }

  void ran(Session session, String name, Instant next, @Nullable String failure) {
    session.update(
        "UPDATE mlops_job SET due = ?, runs = runs + 1, failures = failures + ?, last_run = ?, last_failure = ?"
            + " WHERE project = ? AND name = ?",
        next,
        failure == null ? 0 : 1,
        now(),
        failure,
        workspace.project(),
        name);
  }

  List<JobStatus> list() {
    return workspace
        .database()
        .read(
            session ->
                session.list(SELECT + " ORDER BY name", JobTable::status, workspace.project()));
  }

  Instant now() {
    return workspace.clock().instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static JobStatus status(ResultRow row) {
    return new JobStatus(
        row.text("name"),
        row.instant("due"),
        row.number("runs"),
        row.number("failures"),
        row.instantOrNull("last_run"),
        row.textOrNull("last_failure"));
  }
}
