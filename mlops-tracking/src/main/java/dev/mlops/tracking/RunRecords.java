package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.coordination.Leases;
import dev.mlops.data.Micros;
import dev.mlops.error.ConflictException;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.Database;
import dev.mlops.storage.Names;
import dev.mlops.storage.Session;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes experiments and runs; every method is one transaction. */
final class RunRecords {

  private final Workspace workspace;
  private final Database database;
  private final RunPacker packer;
  private final EnvironmentRecords environments;
  private final SealedRuns seals;
  private final ExperimentRecords experiments;
  private final RunEdits edits;
  private final RunReader reader;
  private final OpenRuns open;

  RunRecords(Workspace workspace, Ticker ticker, Duration alive) {
    Leases leases = Leases.of(workspace);
    this.workspace = workspace;
    this.open = new OpenRuns(workspace, this, ticker, new RunLease(leases, alive));
    this.database = workspace.database();
    this.environments = new EnvironmentRecords(database);
    this.seals = new SealedRuns(workspace);
    this.experiments = new ExperimentRecords(workspace);
    this.edits = new RunEdits(workspace, this);
    this.packer = new RunPacker(database, workspace.project(), RunPacker.SMALL, RunPacker.LARGE);
    this.reader =
        new RunReader(
            database,
            workspace.project(),
            new DeadRuns(workspace, leases, open::isOwn),
            packer,
            environments);
  }

  RunReader reader() {
    return reader;
  }

  OpenRuns open() {
    return open;
  }

  EnvironmentRecords environments() {
    return environments;
  }

  RunCheck verify(String uid) {
    return seals.verify(uid, reader.key(uid), artifacts(uid));
  }

  RunQuery query() {
    return RunQuery.all(reader);
  }

  long micros() {
    Instant now = workspace.clock().instant();
    return Micros.floor(now);
  }

  ExperimentRecords experiments() {
    return experiments;
  }

  RunTrash trash() {
    return new RunTrash(workspace, this);
  }

  RunEdits edits() {
    return edits;
  }

  SealedRuns seals() {
    return seals;
  }

  Started start(
      ExperimentKey experiment,
      String name,
      @Nullable String parent,
      @Nullable Long environment,
      long lease) {
    Names.checked("run", name);
    String uid = UUID.randomUUID().toString().replace("-", "");
    return database.transaction(
        session -> {
          experiments.refuseIfDeleted(session, experiment);
          long id =
              session.insert(
                  "INSERT INTO mlops_runs (uid, experiment, parent, name, status, environment, started_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                  uid,
                  experiment.id(),
                  parent,
                  name,
                  RunStatus.RUNNING,
                  environment,
                  now());
          Started started = new Started(id, uid, name, experiment, writer(session, id, lease));
          workspace.journal().append(session, event("run.started", started));
          return started;
        });
  }

  private static long writer(Session session, long run, long lease) {
    return session.insert("INSERT INTO mlops_run_writers (run, lease) VALUES (?, ?)", run, lease);
  }

  /** Goes on with a run, which is running then whatever it was. */
  Started resume(String uid, long lease) {
    RunView before = reader.get(uid);
    return database.transaction(
        session -> {
          Started found = started(session, uid);
          MetricRecords.lock(session, found);
          RunEdits.refuseIfDeleted(session, uid, found.id());
          Started started =
              new Started(
                  found.id(),
                  uid,
                  found.name(),
                  found.experiment(),
                  writer(session, found.id(), lease));
          run(session, started);
          workspace
              .journal()
              .append(session, event("run.resumed", started).detail("was", before.status().name()));
          return started;
        });
  }

  private Started started(Session session, String uid) {
    return session
        .first(
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
            workspace.project())
        .orElseThrow();
  }

  private static void run(Session session, Started run) {
    RunPacker.unpack(session, run.id());
    SealedRuns.unseal(session, run.id());
    session.update(
        "UPDATE mlops_runs SET status = ?, ended_at = NULL, failure_type = NULL, failure_message = NULL,"
            + " failure_trace = NULL WHERE id = ?",
        RunStatus.RUNNING,
        run.id());
  }

  /** Says again that a run is being recorded, which others may have taken for dead. */
  void revive(Started run, long lease) {
    inTransaction(
        session -> {
          MetricRecords.lock(session, run);
          int known =
              session.update(
                  "UPDATE mlops_run_writers SET lease = ? WHERE id = ?", lease, run.writer());
          if (known == 0) {
            session.update(
                "INSERT INTO mlops_run_writers (id, run, lease) VALUES (?, ?, ?)",
                run.writer(),
                run.id(),
                lease);
          }
          RunStatus status = status(session, run);
          if (status == RunStatus.KILLED) {
            run(session, run);
            workspace
                .journal()
                .append(session, event("run.resumed", run).detail("was", status.name()));
          }
        });
  }

  private static RunStatus status(Session session, Started run) {
    return session
        .first(
            "SELECT status FROM mlops_runs WHERE id = ?",
            row -> row.parsed("status", RunStatus::valueOf),
            run.id())
        .orElseThrow();
  }

  /** Stores the last points of a run that nobody ends; if nobody else records it, it is killed. */
  void leave(Started run, List<MetricSeries.Pending> points) {
    inTransaction(
        session -> {
          MetricRecords.lock(session, run);
          MetricRecords.writeLast(session, run, points);
          forget(session, run);
          DeadRuns.killIfAlone(session, workspace, run, now());
        });
  }

  private static void forget(Session session, Started run) {
    session.update("DELETE FROM mlops_run_writers WHERE id = ?", run.writer());
    session.update("DELETE FROM mlops_metric_writes WHERE writer = ?", run.writer());
  }

  /**
   * Stores how and when a run ended, as often as it is called: an end whose commit was not heard of
   * is there already, and its points must not be appended again.
   */
  void finish(Started run, RunEnd.Outcome ending, Instant end, List<MetricSeries.Pending> points) {
    RunView.Failure failure = ending.failure();
    List<Artifact> artifacts = artifacts(run.uid());
    database.transaction(
        session -> {
          MetricRecords.lock(session, run);
          if (isStored(session, run, ending, end)) {
            return true;
          }
          MetricRecords.writeLast(session, run, points);
          forget(session, run);
          session.update(
              "UPDATE mlops_runs SET status = ?, ended_at = ?, failure_type = ?, failure_message = ?, failure_trace = ?"
                  + " WHERE id = ?",
              ending.status(),
              end,
              failure == null ? null : failure.exception(),
              failure == null ? null : failure.message(),
              failure == null ? null : failure.trace(),
              run.id());
          Entry finished = finished(session, workspace, run, ending.status());
          workspace
              .journal()
              .append(
                  session,
                  seals
                      .seal(session, run.id(), artifacts)
                      .map(seal -> finished.subject("seal", seal))
                      .orElse(finished));
          return true;
        });
    packer.oneEnded();
  }

  /** A recorder of the run that has ended it in that microsecond is known no more. */
  private static boolean isStored(
      Session session, Started run, RunEnd.Outcome ending, Instant end) {
    return session
        .first(
            "SELECT r.id FROM mlops_runs r WHERE r.id = ? AND r.status = ? AND r.ended_at = ?"
                + " AND NOT EXISTS (SELECT w.id FROM mlops_run_writers w WHERE w.id = ?)",
            row -> true,
            run.id(),
            ending.status(),
            end,
            run.writer())
        .isPresent();
  }

  static String outcome(RunStatus status) {
    return switch (status) {
      case FINISHED -> "ok";
      case KILLED -> "killed";
      default -> "failed";
    };
  }

  /** Inputs are told apart by role, name and digest, as one role may read several data sets. */
  static Entry finished(Session session, Workspace workspace, Started run, RunStatus status) {
    Entry entry = event(workspace, "run.finished", run).outcome(outcome(status));
    for (RunView.Input input : RunReader.inputs(session, run.id())) {
      entry =
          entry.subject(
              input.role() + "/" + input.name() + "@" + input.digest().brief(), input.digest());
    }
    return entry;
  }

  private Entry event(String kind, Started run) {
    return event(workspace, kind, run);
  }

  private static Entry event(Workspace workspace, String kind, Started run) {
    return Entry.of(kind)
        .about("run", run.uid())
        .actor(workspace.actor())
        .detail("run", run.uid())
        .detail("name", run.name())
        .detail("experiment", run.experiment().name());
  }

  void points(Started run, List<MetricSeries.Pending> points) {
    if (!points.isEmpty()) {
      inTransaction(
          session -> {
            MetricRecords.lock(session, run);
            MetricRecords.write(session, run, points);
          });
    }
  }

  void params(Started run, Map<String, String> params) {
    retriedOnce(() -> inTransaction(session -> params(session, run, params)));
  }

  private static void params(Session session, Started run, Map<String, String> params) {
    Map<String, String> known = new HashMap<>();
    session.each(
        "SELECT name, as_text FROM mlops_run_params WHERE run = ?",
        row -> known.put(row.text("name"), row.text("as_text")),
        run.id());
    List<@Nullable Object[]> rows = new ArrayList<>();
    params.forEach(
        (name, text) -> {
          String before = known.get(name);
          if (before == null) {
            rows.add(new @Nullable Object[] {run.id(), name, text});
          } else if (!ParamTexts.same(before, text)) {
            throw changed(run, name, before, text);
          }
        });
    session.batch("INSERT INTO mlops_run_params (run, name, as_text) VALUES (?, ?, ?)", rows);
  }

  private static ConflictException changed(Started run, String name, String before, String text) {
    return new ConflictException(
        "param '"
            + name
            + "' of run '"
            + run.name()
            + "' is '"
            + before
            + "' and cannot become '"
            + text
            + "'; use a tag for what changes");
  }

  void tag(Started run, String name, String text) {
    retriedOnce(() -> inTransaction(session -> tag(session, run.id(), name, text)));
  }

  static void tag(Session session, long run, String name, String text) {
    int changed =
        session.update(
            "UPDATE mlops_run_tags SET as_text = ? WHERE run = ? AND name = ?", text, run, name);
    if (changed == 0) {
      session.update(
          "INSERT INTO mlops_run_tags (run, name, as_text) VALUES (?, ?, ?)", run, name, text);
    }
  }

  void input(Started run, RunView.Input input) {
    retriedOnce(
        () ->
            inTransaction(
                session -> {
                  if (!RunReader.inputs(session, run.id()).contains(input)) {
                    session.update(
                        "INSERT INTO mlops_run_inputs (run, role, name, digest) VALUES (?, ?, ?, ?)",
                        run.id(),
                        input.role(),
                        input.name(),
                        input.digest());
                  }
                }));
  }

  /** The key of a run's environment; null if it was not said. */
  @Nullable Long environment(Started run) {
    List<@Nullable Long> keys =
        database.read(
            session ->
                session.list(
                    "SELECT environment FROM mlops_runs WHERE id = ?",
                    row -> row.numberOrNull("environment"),
                    run.id()));
    return keys.get(0);
  }

  void environment(Started run, Environment environment) {
    long id = environments.id(environment);
    inTransaction(
        session ->
            session.update("UPDATE mlops_runs SET environment = ? WHERE id = ?", id, run.id()));
  }

  void note(Started run, String text) {
    inTransaction(
        session -> session.update("UPDATE mlops_runs SET note = ? WHERE id = ?", text, run.id()));
  }

  Artifact artifact(Started run, ArtifactPath path, InputStream bytes) {
    return workspace.artifacts().write(owner(run.uid()), path, bytes);
  }

  List<Artifact> artifacts(String uid) {
    return workspace.artifacts().list(owner(uid));
  }

  private static String owner(String uid) {
    return "run/" + uid;
  }

  Instant now() {
    return workspace.clock().instant().truncatedTo(ChronoUnit.MICROS);
  }

  private void inTransaction(Consumer<Session> work) {
    database.transaction(
        session -> {
          work.accept(session);
          return true;
        });
  }

  /**
   * A unique key can be taken between looking and writing; the second look then sees who took it.
   */
  private static void retriedOnce(Runnable work) {
    try {
      work.run();
    } catch (ConflictException taken) {
      work.run();
    }
  }

  /** An experiment's key in the database, and its name. */
  record ExperimentKey(long id, String name) {}

  /**
   * A run that is being recorded: its key in the database, its public id, its name, its experiment,
   * and the number that the database has given to this recorder of it.
   */
  record Started(long id, String uid, String name, ExperimentKey experiment, long writer) {}

  @Override
  public String toString() {
    return workspace.toString();
  }
}
