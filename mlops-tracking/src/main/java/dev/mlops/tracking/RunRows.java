package dev.mlops.tracking;

import dev.mlops.storage.Session;
import dev.mlops.tracking.RunRecords.Begun;
import dev.mlops.tracking.RunRecords.ExperimentKey;
import dev.mlops.tracking.RunRecords.Started;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of runs, of their writers, params, tags and inputs, inside a session. */
final class RunRows {

  static final String INSERT =
      "INSERT INTO mlops_runs (uid, experiment, parent, name, status, environment, started_at, note, ended_at,"
          + " failure_type, failure_message, failure_trace) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  static final String INSERT_PARAM =
      "INSERT INTO mlops_run_params (run, name, as_text) VALUES (?, ?, ?)";
  static final String INSERT_TAG =
      "INSERT INTO mlops_run_tags (run, name, as_text) VALUES (?, ?, ?)";
  static final String INSERT_INPUT =
      "INSERT INTO mlops_run_inputs (run, role, name, digest) VALUES (?, ?, ?, ?)";

  private RunRows() {}

  static long insert(Session session, Begun run, @Nullable Long environment) {
    return session.insert(INSERT, cells(run, environment, RunStatus.RUNNING, null, null, null));
  }

  static @Nullable Object[] cells(
      Begun run,
      @Nullable Long environment,
      RunStatus status,
      @Nullable String note,
      @Nullable Instant end,
      RunView.@Nullable Failure failure) {
    return new @Nullable Object[] {
      run.uid(),
      run.experiment().id(),
      run.parent(),
      run.name(),
      status,
      environment,
      run.start(),
      note,
      end,
      failure == null ? null : failure.exception(),
      failure == null ? null : failure.message(),
      failure == null ? null : failure.trace()
    };
  }

  /** Finds a run by its id; the number of its writer is none. */
  static Optional<Started> find(Session session, String uid, String project) {
    return session.first(
        "SELECT r.id, r.name, e.id AS experiment_id, e.name AS experiment_name FROM mlops_runs r"
            + " JOIN mlops_experiments e ON e.id = r.experiment WHERE r.uid = ? AND e.project = ?",
        row ->
            new Started(
                row.number("id"),
                uid,
                row.text("name"),
                new ExperimentKey(row.number("experiment_id"), row.text("experiment_name")),
                0),
        uid,
        project);
  }

  static RunStatus status(Session session, Started run) {
    return session
        .first(
            "SELECT status FROM mlops_runs WHERE id = ?",
            row -> row.parsed("status", RunStatus::valueOf),
            run.id())
        .orElseThrow();
  }

  static void run(Session session, Started run) {
    session.update(
        "UPDATE mlops_runs SET status = ?, ended_at = NULL, failure_type = NULL, failure_message = NULL,"
            + " failure_trace = NULL WHERE id = ?",
        RunStatus.RUNNING,
        run.id());
  }

  static void end(Session session, Started run, RunEnd.Outcome ending, Instant end) {
    RunView.Failure failure = ending.failure();
    session.update(
        "UPDATE mlops_runs SET status = ?, ended_at = ?, failure_type = ?, failure_message = ?, failure_trace = ?"
            + " WHERE id = ?",
        ending.status(),
        end,
        failure == null ? null : failure.exception(),
        failure == null ? null : failure.message(),
        failure == null ? null : failure.trace(),
        run.id());
  }

  /** Whether a run has ended so, in that microsecond. */
  static boolean isEnded(Session session, String uid, RunEnd.Outcome ending, Instant end) {
    return session
        .first(
            "SELECT id FROM mlops_runs WHERE uid = ? AND status = ? AND ended_at = ?",
            row -> true,
            uid,
            ending.status(),
            end)
        .isPresent();
  }

  static long insertWriter(Session session, long run, long lease) {
    return session.insert("INSERT INTO mlops_run_writers (run, lease) VALUES (?, ?)", run, lease);
  }

  /** Returns the first writer of a run under a lease, which is written if there is none. */
  static long writer(Session session, long run, long lease) {
    return session
        .first(
            "SELECT id FROM mlops_run_writers WHERE run = ? AND lease = ? ORDER BY id",
            row -> row.number("id"),
            run,
            lease)
        .orElseGet(() -> insertWriter(session, run, lease));
  }

  static boolean isWriter(Session session, long writer) {
    return session
        .first("SELECT id FROM mlops_run_writers WHERE id = ?", row -> true, writer)
        .isPresent();
  }

  /** Puts a writer under another lease; it is written again if it was taken for dead. */
  static void putWriter(Session session, Started run, long lease) {
    int known =
        session.update("UPDATE mlops_run_writers SET lease = ? WHERE id = ?", lease, run.writer());
    if (known == 0) {
      session.update(
          "INSERT INTO mlops_run_writers (id, run, lease) VALUES (?, ?, ?)",
          run.writer(),
          run.id(),
          lease);
    }
  }

  /** Writes texts of a run; returns what is refused, in words. The caller has the run's lock. */
  static List<String> texts(Session session, Started run, RunTexts.Waiting texts) {
    List<String> refused = params(session, run, texts.params());
    texts.tags().forEach((name, text) -> tag(session, run.id(), name, text));
    inputs(session, run, texts.inputs());
    if (texts.note() != null) {
      session.update("UPDATE mlops_runs SET note = ? WHERE id = ?", texts.note(), run.id());
    }
    return refused;
  }

  static void environment(Session session, Started run, @Nullable Long environment) {
    session.update("UPDATE mlops_runs SET environment = ? WHERE id = ?", environment, run.id());
  }

  private static List<String> params(Session session, Started run, Map<String, String> params) {
    if (params.isEmpty()) {
      return List.of();
    }
    Map<String, String> known = new HashMap<>();
    session.each(
        "SELECT name, as_text FROM mlops_run_params WHERE run = ?",
        row -> known.put(row.text("name"), row.text("as_text")),
        run.id());
    List<String> refused = new ArrayList<>();
    List<@Nullable Object[]> rows = new ArrayList<>();
    params.forEach(
        (name, text) -> {
          String before = known.get(name);
          if (before == null) {
            rows.add(new @Nullable Object[] {run.id(), name, text});
          } else if (!ParamTexts.same(before, text)) {
            refused.add(RunTexts.changed(run.name(), name, before, text));
          }
        });
    session.batch(INSERT_PARAM, rows);
    return refused;
  }

  static void tag(Session session, long run, String name, String text) {
    int changed =
        session.update(
            "UPDATE mlops_run_tags SET as_text = ? WHERE run = ? AND name = ?", text, run, name);
    if (changed == 0) {
      session.update(INSERT_TAG, run, name, text);
    }
  }

  private static void inputs(Session session, Started run, List<RunView.Input> inputs) {
    if (!inputs.isEmpty()) {
      List<RunView.Input> known = RunReader.inputs(session, run.id());
      session.batch(
          INSERT_INPUT,
          inputs.stream()
              .filter(input -> !known.contains(input))
              .map(input -> cells(run.id(), input))
              .toList());
    }
  }

  static @Nullable Object[] cells(long run, RunView.Input input) {
    return new @Nullable Object[] {run, input.role(), input.name(), input.digest()};
  }
}
