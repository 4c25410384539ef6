package dev.mlops.tracking;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * Runs that answer one question. Immutable and safe for use by many threads.
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
  private final RunRecords.ExperimentKey key;

  Experiment(RunRecords records, RunRecords.ExperimentKey key) {
    this.records = records;
    this.key = key;
  }

  /**
   * Returns the experiment's name.
   *
   * @return the name, unique in the workspace's project
   */
  public String name() {
    return key.name();
  }

  /**
   * Starts a run. A run that is closed without {@link Run#succeed()} counts as failed.
   *
   * @param run a name for people, 1 to 250 characters; it need not be unique
   * @return the run, to be closed by the caller
   */
  public Run start(String run) {
    return records.open().begin(lease -> records.start(key, run, null, lease));
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
    return start(run).perform(work);
  }

  /**
   * Asks for the runs of this experiment.
   *
   * @return a query of those that are not nested, newest first
   */
  public RunQuery runs() {
    return records.query().experiments(this);
  }

  long id() {
    return key.id();
  }

  @Override
  public String toString() {
    return "experiment '" + name() + "'";
  }
}
