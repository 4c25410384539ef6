package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.data.Micros;
import dev.mlops.environment.Environment;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.Database;
import dev.mlops.storage.Session;
import dev.mlops.tracking.RunBuffer.Kept;
import dev.mlops.tracking.RunBuffer.Waiting;
import dev.mlops.tracking.RunRecords.Begun;
import dev.mlops.tracking.RunRecords.Started;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes runs that are being recorded; every method is one transaction, and harmless when it is
 * repeated because an earlier commit was not heard of.
 */
final class RunWriter {

  private final Workspace workspace;
  private final Database database;
  private final RunLease lease;
  private final EnvironmentRecords environments;
  private final SealedRuns seals;
  private final RunPacker packer;
  private final ShortRuns shortRuns;

  RunWriter(
      Workspace workspace,
      RunLease lease,
      EnvironmentRecords environments,
      SealedRuns seals,
      RunPacker packer) {
    this.workspace = workspace;
    this.database = workspace.database();
    this.lease = lease;
    this.environments = environments;
    this.seals = seals;
    this.packer = packer;
    this.shortRuns = new ShortRuns(workspace);
  }

  long micros() {
    return Micros.floor(workspace.clock().instant());
  }

  Instant now() {
    return workspace.clock().instant().truncatedTo(ChronoUnit.MICROS);
  }

  static String owner(String uid) {
    return "run/" + uid;
  }

  /** Stores what a run was told, and the run itself if it has no place yet. */
  Kept store(Waiting waiting) {
    return waiting.isEmpty()
        ? new Kept(waiting.place(), List.of())
        : placed(waiting, (session, place) -> MetricWriter.write(session, place, waiting.points()));
  }

  /** Stores the last that nobody ends was told; if nobody else records the run, it is killed. */
  Kept leave(Waiting waiting) {
    return placed(
        waiting,
        (session, place) -> {
          MetricWriter.writeLast(session, place, waiting.points());
          forget(session, place);
          DeadRuns.killIfAlone(session, workspace, place, now());
        });
  }

  /**
   * Stores how and when a run ended, as often as it is called: an end whose commit was not heard of
   * is there already, and its points must not be appended again.
   */
  Kept finish(Waiting waiting, RunEnd.Outcome ending, Instant end) {
    Kept kept =
        waiting.place() == null && !waiting.maybeStored()
            ? shortRuns.store(ShortRun.of(waiting, ending, end, environment(waiting)))
            : finishPlaced(waiting, ending, end);
    packer.oneEnded();
    return kept;
  }

  private Kept finishPlaced(Waiting waiting, RunEnd.Outcome ending, Instant end) {
    List<Artifact> artifacts = workspace.artifacts().list(owner(waiting.run().uid()));
    return placed(
        waiting,
        session -> isStored(session, waiting, ending, end),
        (session, place) -> {
          MetricWriter.writeLast(session, place, waiting.points());
          forget(session, place);
          RunRows.end(session, place, ending, end);
          Entry finished = RunEvents.finished(session, workspace, place, ending.status());
          workspace
              .journal()
              .append(
                  session,
                  seals
                      .seal(session, place.id(), artifacts)
                      .map(seal -> finished.detail("seal", seal.toString()))
                      .orElse(finished));
        });
  }

  /** A recorder of the run that has ended it in that microsecond is known no more. */
  private static boolean isStored(
      Session session, Waiting waiting, RunEnd.Outcome ending, Instant end) {
    Started place = waiting.place();
    return RunRows.isEnded(session, waiting.run().uid(), ending, end)
        && (place == null || !RunRows.isWriter(session, place.writer()));
  }

  /** What is done to a run that has a place, behind its lock. */
  private interface Change {
    void make(Session session, Started place);
  }

  private Kept placed(Waiting waiting, Change change) {
    return placed(waiting, session -> false, change);
  }

  private Kept placed(Waiting waiting, Predicate<Session> isStored, Change change) {
    Long environment = environmentKey(waiting);
    long token = waiting.place() == null ? lease.token() : 0;
    return database.transaction(
        session -> {
          Started known = waiting.place();
          if (known != null) {
            MetricWriter.lock(session, known);
          }
          if (isStored.test(session)) {
            return new Kept(known, List.of());
          }
          Started place = known == null ? place(session, waiting, environment, token) : known;
          List<String> refused = RunRows.texts(session, place, waiting.texts());
          if (waiting.texts().environment() != null) {
            RunRows.environment(session, place, environment);
          }
          change.make(session, place);
          return new Kept(place, refused);
        });
  }

  /** A try whose commit was not heard of may have placed the run, with a writer of this lease. */
  private Started place(Session session, Waiting waiting, @Nullable Long environment, long token) {
    Optional<Started> before =
        waiting.maybeStored()
            ? RunRows.find(session, waiting.run().uid(), workspace.project())
            : Optional.empty();
    if (before.isEmpty()) {
      return insert(session, waiting.run(), environment, token);
    }
    MetricWriter.lock(session, before.get());
    return before.get().by(RunRows.writer(session, before.get().id(), token));
  }

  private Started insert(Session session, Begun run, @Nullable Long environment, long token) {
    ExperimentRecords.refuseIfDeleted(session, List.of(run));
    long id = RunRows.insert(session, run, environment);
    Started place =
        new Started(
            id, run.uid(), run.name(), run.experiment(), RunRows.insertWriter(session, id, token));
    workspace.journal().append(session, RunEvents.started(workspace, run));
    return place;
  }

  private @Nullable Long environmentKey(Waiting waiting) {
    EnvironmentRecords.Row row = environment(waiting);
    return row == null ? null : row.id();
  }

  /** The environment that is to be written; null if there is none. */
  private EnvironmentRecords.@Nullable Row environment(Waiting waiting) {
    Environment said = waiting.texts().environment();
    if (said == null && waiting.place() != null) {
      return null;
    }
    Environment environment = said == null ? waiting.run().environment() : said;
    return environment == null ? null : environments.row(environment);
  }

  /** Goes on with a run, which is running then whatever it was. */
  Started resume(String uid, RunStatus before) {
    long token = lease.token();
    return database.transaction(
        session -> {
          Started found = RunRows.find(session, uid, workspace.project()).orElseThrow();
          MetricWriter.lock(session, found);
          RunEdits.refuseIfDeleted(session, uid, found.id());
          Started started = found.by(RunRows.insertWriter(session, found.id(), token));
          run(session, started);
          resumed(session, started, before);
          return started;
        });
  }

  private void resumed(Session session, Started run, RunStatus before) {
    workspace.journal().append(session, RunEvents.resumed(workspace, run, before));
  }

  private static void run(Session session, Started run) {
    RunPacker.unpack(session, run.id());
    SealedRuns.unseal(session, run.id());
    RunRows.run(session, run);
  }

  /** Says again that a run is being recorded, which others may have taken for dead. */
  void revive(Started run, long token) {
    database.transaction(
        session -> {
          MetricWriter.lock(session, run);
          RunRows.putWriter(session, run, token);
          RunPacker.unpack(session, run.id()); // Another recorder may have ended it.
          RunStatus status = RunRows.status(session, run);
          if (status == RunStatus.KILLED) {
            run(session, run);
            resumed(session, run, status);
          }
          return true;
        });
  }

  private static void forget(Session session, Started run) {
    session.update("DELETE FROM mlops_run_writers WHERE id = ?", run.writer());
    session.update("DELETE FROM mlops_metric_writes WHERE writer = ?", run.writer());
  }
}
