package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.jspecify.annotations.Nullable;

/**
 * Runs that answer one question. The first run creates the experiment; to ask for the runs of one
 * that does not exist is an error. Safe for use by many threads.
 *
 * <pre>{@code
 * RunView gbm = tracker.experiment("flight-delay").run("gbm-7", run -> {
 *   run.param("depth", 6);
 *   run.metric("auc", 0.81);
 * });
 * }</pre>
 */
public final class Experiment {

  private final RunRecords records;
  private final String name;
  private final boolean captures;
  private volatile RunRecords.@Nullable ExperimentKey key;

  Experiment(RunRecords records, String name, boolean captures) {
    this.records = records;
    this.name = name;
    this.captures = captures;
  }

  /**
   * Returns the experiment's name.
   *
   * @return the name, unique in the workspace's project
   */
  public String name() {
    return name;
  }

  /**
   * Starts a run, and creates the experiment if there is none of its name: of several processes
   * that do so at once, all get the same one. A run that is closed without {@link Run#succeed()}
   * counts as failed.
   *
   * @param run a name for people, 1 to 250 characters; it need not be unique
   * @return the run, to be closed by the caller
   */
  public Run start(String run) {
    RunRecords.ExperimentKey known = key;
    RunRecords.ExperimentKey experiment = known == null ? records.experiment(name) : known;
    key = experiment;
    return records
        .open()
        .begin(lease -> records.start(experiment, run, null, environment(), lease));
  }

  /**
   * Does work as a run: it has succeeded when the work returns, and has failed, with the
   * exception's class, message and trace, when the work throws.
   *
   * @param <E> what the work throws
   * @param run a name for people, 1 to 250 characters; it need not be unique
   * @param work what to do
   * @return the finished run
   * @throws E what the work throws, after it was recorded
   */
  @CanIgnoreReturnValue
  public <E extends Exception> RunView run(String run, Run.Work<E> work) throws E {
    requireNonNull(work, "work");
    return start(run).perform(work);
  }

  /**
   * Asks for the runs of this experiment.
   *
   * @return a query of those that are not nested, newest first
   * @throws dev.mlops.error.NotFoundException if there is no experiment of this name
   */
  public RunQuery runs() {
    return records.query().experiments(this);
  }

  private @Nullable Long environment() {
    return captures ? records.environments().id(Environment.capture()) : null;
  }

  /** Its key, if it exists. */
  long id() {
    RunRecords.ExperimentKey known = key;
    RunRecords.ExperimentKey experiment = known == null ? records.existing(name) : known;
    key = experiment;
    return experiment.id();
  }

  @Override
  public String toString() {
    return "experiment '" + name() + "'";
  }
}
