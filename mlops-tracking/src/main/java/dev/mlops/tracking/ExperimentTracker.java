package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.environment.Environment;
import dev.mlops.error.Elements;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Once;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Records experiments and finds their runs again, in a workspace. Immutable and safe for use by
 * many threads; several trackers, in several processes, may share one workspace.
 */
public final class ExperimentTracker {

  /** After how long without a renewal others take the open runs of a process for dead. */
  static final Duration ALIVE = Duration.ofSeconds(30);

  private final RunRecords records;
  private final Recording recording;

  private ExperimentTracker(RunRecords records, Recording recording) {
    this.records = records;
    this.recording = recording;
  }

  /**
   * Opens the tracker of a workspace and creates its tables if they are missing.
   *
   * @param workspace where runs are kept; the caller closes it
   * @return the tracker
   */
  public static ExperimentTracker of(Workspace workspace) {
    requireNonNull(workspace, "workspace");
    return of(workspace, Ticker::everySecond, ALIVE);
  }

  static ExperimentTracker of(Workspace workspace, Ticker ticker, Duration alive) {
    workspace.database().migrate("tracking", ExperimentTracker.class);
    return new ExperimentTracker(new RunRecords(workspace, ticker, alive), Recording.USUAL);
  }

  /**
   * Returns a tracker of the same runs that does not say by itself where a run runs; the default is
   * to say {@link Environment#capture()} of each run that is started.
   *
   * @return the other tracker
   */
  public ExperimentTracker withoutEnvironment() {
    return new ExperimentTracker(records, recording.withoutEnvironment());
  }

  /**
   * Returns a tracker of the same runs that stores each thing when it is told: a run when it
   * starts, each param, tag, input, note and metric point. Their methods return when the database
   * has it, and throw if it does not take it. That costs a transaction a call, so it is for runs
   * that say little, or whose process may be killed at any moment.
   *
   * @return the other tracker
   */
  public ExperimentTracker synchronous() {
    return new ExperimentTracker(records, recording.synchronously());
  }

  /**
   * Returns a tracker of the same runs that measures this process while it records a run: a point
   * of each of these metrics within a second of the start, and then at the interval until the run
   * ends. The step is how many seconds after its start. The default is to measure nothing.
   *
   * <table>
   * <caption>System metrics</caption>
   * <tr><td>{@code system/cpu}</td><td>the share of the processors that was used since the point
   *     before, 0 to 1</td></tr>
   * <tr><td>{@code system/gc}</td><td>the share of that time in which garbage was collected, 0 to
   *     1, or more where several collectors work at once</td></tr>
   * <tr><td>{@code system/heap}</td><td>bytes of the heap in use</td></tr>
   * <tr><td>{@code system/rss}</td><td>bytes of the machine's memory that the process takes; only
   *     on Linux</td></tr>
   * </table>
   *
   * <p>They are of the whole process, so runs that are recorded at once have the same. What the
   * system does not tell is no metric of the run.
   *
   * @param interval 1 second to 24 hours, in steps of about a second
   * @return the other tracker
   * @throws IllegalArgumentException if the interval is out of range
   * @throws IllegalStateException if it was given before
   */
  public ExperimentTracker withSystemMetrics(Duration interval) {
    requireNonNull(interval, "interval");
    Once.refuse("withSystemMetrics", recording.interval());
    return new ExperimentTracker(records, recording.measuring(SystemMetrics.checked(interval)));
  }

  /**
   * Returns a tracker of the same runs that tells how far they are: one line of at most 100
   * characters, rewritten in place once a second, and a line of its own for each run that ends. The
   * default is to write nothing, and nothing looks by itself whether there is a terminal.
   *
   * <p>It shows the greatest step, the first three metrics by name and the time, and with {@link
   * Run#totalSteps} also the total and about how long it still takes. A thread of its own writes;
   * what cannot be written is logged once, and hurts no run.
   *
   * @param out where to write, such as {@code System.err}; it is not closed
   * @return the other tracker
   * @throws IllegalStateException if it was given before
   */
  public ExperimentTracker withProgress(Appendable out) {
    requireNonNull(out, "out");
    return withProgress(out, work -> Ticker.everySecond("mlops-progress", work));
  }

  ExperimentTracker withProgress(Appendable out, Ticker ticker) {
    Once.refuse("withProgress", recording.progress());
    return new ExperimentTracker(records, recording.showing(new Progress(out, ticker)));
  }

  /**
   * Names an experiment. Nothing is looked up: its first run creates it, and asking for the runs of
   * one that does not exist is an error.
   *
   * @param name 1 to 250 characters
   * @return the experiment
   */
  public Experiment experiment(String name) {
    requireNonNull(name, "name");
    return new Experiment(records, Names.checked("experiment", name), recording);
  }

  /**
   * Lists the experiments of the workspace's project.
   *
   * @return them, by name
   */
  public List<Experiment> experiments() {
    return records.experiments().names(false).stream()
        .map(name -> new Experiment(records, name, recording))
        .toList();
  }

  /**
   * Asks for runs, of every experiment of the project unless {@link RunQuery#experiments} says
   * otherwise.
   *
   * @return a query of all runs that are not nested, newest first
   */
  public RunQuery runs() {
    return records.query();
  }

  /**
   * Reads a run.
   *
   * @param run its id
   * @return the run as it is now
   * @throws NotFoundException if there is none
   */
  public RunView get(String run) {
    return records.reader().get(run);
  }

  /**
   * Looks for a run.
   *
   * @param run its id
   * @return the run as it is now, or empty if there is none
   */
  public Optional<RunView> find(String run) {
    requireNonNull(run, "run");
    return records.reader().find(run);
  }

  /**
   * Goes on with a run, from whatever process: one that has ended or was killed is {@link
   * RunStatus#RUNNING} again, and to one that is being recorded this adds another recorder.
   *
   * <p>All that was recorded stays. Points are appended to those that are there, also while others
   * append to the same run. Each recorder ends it on its own; the last end holds.
   *
   * @param run its id
   * @return the run, to be closed by the caller
   * @throws NotFoundException if there is none
   */
  public Run resume(String run) {
    requireNonNull(run, "run");
    return records.resume(run, recording);
  }

  /**
   * Reads every durable point of a metric.
   *
   * @param run the run's id
   * @param metric the metric's name
   * @return the columns {@code step INT64, time INSTANT, value FLOAT64} in the order of (step,
   *     time, value)
   * @throws NotFoundException if there is no such run, or it did not log the metric
   */
  public Dataset history(String run, String metric) {
    requireNonNull(run, "run");
    requireNonNull(metric, "metric");
    return records.reader().history(run, metric).table();
  }

  /**
   * Reads a metric's durable points to draw them: all if they are few, else a sample of them. The
   * points are cut into stretches of equally many, and each keeps its first, last, least and
   * greatest point and its first NaN, so that no peak and no divergence is lost.
   *
   * @param run the run's id
   * @param metric the metric's name
   * @param points at most how many to return, at least 5
   * @return the columns {@code step INT64, time INSTANT, value FLOAT64} in the order of (step,
   *     time, value)
   * @throws NotFoundException if there is no such run, or it did not log the metric
   */
  public Dataset history(String run, String metric, int points) {
    requireNonNull(run, "run");
    requireNonNull(metric, "metric");
    int limit = PointSample.checkedLimit(points);
    return PointSample.of(records.reader().history(run, metric), limit).table();
  }

  /**
   * Lists the files of a run. {@code workspace.artifacts().open(artifact)} reads one.
   *
   * @param run the run's id
   * @return its files, by path
   * @throws NotFoundException if there is no such run
   */
  public List<Artifact> artifacts(String run) {
    return records.artifacts(get(run).id());
  }

  /**
   * Lists the deleted experiments.
   *
   * @return them by name; unmodifiable, empty if there are none
   */
  public List<Experiment> deletedExperiments() {
    return records.experiments().names(true).stream()
        .map(name -> new Experiment(records, name, recording))
        .toList();
  }

  /**
   * Changes a run from outside: tags, note, name, end, deletion.
   *
   * @param run the run's id
   * @return an editor, which looks the run up when it changes something
   */
  public RunEditor edit(String run) {
    return new RunEditor(records.edits(), requireNonNull(run, "run"));
  }

  /**
   * Removes without a way back the runs that were deleted some time ago, by themselves or with
   * their experiment, with their points, params, tags and files; and the deleted experiments that
   * have no run left, whose names are free again then. The journal keeps that they were. Bytes that
   * no other artifact names are freed by {@code workspace.artifacts().collectGarbage(...)}.
   *
   * <p>Each run is removed whole or not at all. If it is interrupted, call it again. A run that is
   * restored meanwhile stays. So does one that made a version of a model that is not deleted, that
   * a process records, or that a run is nested in that stays: {@link TrashReport#kept} says why.
   *
   * @param olderThan how long ago they were deleted at least
   * @return what was removed
   * @throws IllegalArgumentException if the duration is negative or above 36,500 days
   */
  @CanIgnoreReturnValue
  public TrashReport emptyTrash(Duration olderThan) {
    return records.trash().empty(requireNonNull(olderThan, "olderThan"), false);
  }

  /**
   * Tells what {@link #emptyTrash} would remove and why other deleted runs would stay, and removes
   * nothing.
   *
   * @param olderThan how long ago they were deleted at least
   * @return what would be removed
   * @throws IllegalArgumentException if the duration is negative or above 36,500 days
   */
  public TrashReport previewTrash(Duration olderThan) {
    return records.trash().empty(requireNonNull(olderThan, "olderThan"), true);
  }

  /**
   * Adds an experiment that another tracker has, as it is: with its times, tags and deletion.
   *
   * @param experiment what is known of it
   * @return false if the project has an experiment of that name; nothing is changed then
   * @throws IllegalArgumentException if the name, the note or a tag is none that is kept
   */
  public boolean add(ExperimentView experiment) {
    requireNonNull(experiment, "experiment");
    Names.checked("experiment", experiment.name());
    AddedRuns.requireNote(experiment.note());
    AddedRuns.requireTags(experiment.tags());
    return records.experiments().add(experiment);
  }

  /**
   * Adds a run that another tracker recorded, as it was and with its id, whole or not at all: run,
   * points and files appear in one transaction, and the run is sealed. It may be one of a deleted
   * experiment.
   *
   * @param run what is known of it; it has ended. Its metrics are not looked at, as they follow
   *     from the points
   * @param points the points of each metric, by its name; at least one each
   * @param files by its path below the run where each file is; plain files
   * @return false if the project has a run of that id; nothing is changed then
   * @throws IllegalArgumentException if the run has not ended, or a name or text is none that is
   *     kept
   * @throws NotFoundException if there is no such experiment, or no such file
   * @throws dev.mlops.error.ConflictException if another project of the database has a run of that
   *     id
   */
  public boolean add(RunView run, Map<String, List<MetricPoint>> points, Map<String, Path> files) {
    requireNonNull(run, "run");
    return records.added().add(run, Elements.copy(points, "points"), Elements.copy(files, "files"));
  }

  /**
   * Looks whether a run is what it was when it ended: its outcome, environment, inputs, params,
   * metrics with every point, and artifacts with every byte. Tags and the note may change later,
   * and are not looked at.
   *
   * @param run the run's id
   * @return what was found; a run that goes on or was killed was never sealed
   * @throws dev.mlops.error.NotFoundException if there is no such run
   */
  public RunCheck verify(String run) {
    requireNonNull(run, "run");
    return records.verify(run);
  }

  @Override
  public String toString() {
    return "experiments of " + records;
  }
}
