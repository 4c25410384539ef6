package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.coordination.Leases;
import dev.mlops.environment.Environment;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.Database;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What experiments and runs are kept by: those who write, read, change and remove them. */
final class RunRecords {

  private final Workspace workspace;
  private final SealedRuns seals;
  private final ExperimentRecords experiments;
  private final RunEdits edits;
  private final RunReader reader;
  private final RunWriter writer;
  private final OpenRuns open;
  private final AddedRuns added;

  RunRecords(Workspace workspace, Ticker ticker, Duration alive) {
    Database database = workspace.database();
    Leases leases = Leases.of(workspace);
    RunLease lease = new RunLease(leases, alive);
    EnvironmentRecords environments = new EnvironmentRecords(database);
    RunPacker packer =
        new RunPacker(database, workspace.project(), RunPacker.SMALL, RunPacker.LARGE);
    this.workspace = workspace;
    this.seals = new SealedRuns(workspace);
    this.experiments = new ExperimentRecords(workspace);
    this.edits = new RunEdits(workspace, this);
    this.writer = new RunWriter(workspace, lease, environments, seals, packer);
    this.open = new OpenRuns(workspace, writer, packer, ticker, lease);
    this.reader =
        new RunReader(
            database,
            workspace.project(),
            new DeadRuns(workspace, leases, open::isOwn),
            open::settle,
            packer,
            environments);
    this.added = new AddedRuns(workspace, this, environments, packer);
  }

  /** Begins a run, which is not in the database yet. */
  Run start(
      ExperimentKey experiment,
      String name,
      @Nullable String parent,
      @Nullable Environment environment,
      Recording recording) {
    Instant now = writer.now();
    Begun begun =
        new Begun(RunIds.next(now.toEpochMilli()), name, experiment, parent, environment, now);
    return open.begin(() -> new Run(this, begun, null, Map.of(), recording));
  }

  /** Goes on with a run, which is running then whatever it was. */
  Run resume(String uid, Recording recording) {
    RunView before = reader.get(uid);
    return open.begin(
        () -> {
          Started started = writer.resume(uid, before.status());
          Begun begun =
              new Begun(
                  uid,
                  started.name(),
                  started.experiment(),
                  before.parent(),
                  before.environment(),
                  before.start());
          return new Run(this, begun, started, before.params(), recording);
        });
  }

  RunReader reader() {
    return reader;
  }

  OpenRuns open() {
    return open;
  }

  RunWriter writer() {
    return writer;
  }

  RunCheck verify(String uid) {
    return seals.verify(uid, reader.key(uid), artifacts(uid));
  }

  RunQuery query() {
    return RunQuery.all(reader);
  }

  ExperimentRecords experiments() {
    return experiments;
  }

  RunTrash trash() {
    return new RunTrash(workspace, this);
  }

  AddedRuns added() {
    return added;
  }

  RunEdits edits() {
    return edits;
  }

  SealedRuns seals() {
    return seals;
  }

  Artifact artifact(Started run, ArtifactPath path, InputStream bytes) {
    return workspace.artifacts().write(RunWriter.owner(run.uid()), path, bytes);
  }

  List<Artifact> artifacts(String uid) {
    return workspace.artifacts().list(RunWriter.owner(uid));
  }

  /** An experiment's key in the database, and its name. */
  record ExperimentKey(long id, String name) {}

  /**
   * A run that was begun, whether the database has it yet or not.
   *
   * @param parent the id of the run that it is nested in; null if it is in none
   * @param start to the microsecond
   */
  record Begun(
      String uid,
      String name,
      ExperimentKey experiment,
      @Nullable String parent,
      @Nullable Environment environment,
      Instant start) {}

  /**
   * A run that the database has and that is being recorded: its key, its public id, its name, its
   * experiment, and the number that the database has given to this recorder of it.
   */
  record Started(long id, String uid, String name, ExperimentKey experiment, long writer) {

    Started by(long recorder) {
      return new Started(id, uid, name, experiment, recorder);
    }
  }

  @Override
  public String toString() {
    return workspace.toString();
  }
}
