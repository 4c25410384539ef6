package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.environment.Environment;
import dev.mlops.storage.Names;
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
  private final Recording recording;

  Experiment(RunRecords records, String name, Recording recording) {
    this.records = records;
    this.name = name;
    this.recording = recording;
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
    return records.start(
        records.experiments().open(name),
        Names.checked("run", run),
        null,
        environment(),
        recording);
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

  /**
   * Creates the experiment if there is none of its name. Its first run does the same.
   *
   * @return this
   * @throws dev.mlops.error.ConflictException if it is deleted
   */
  @CanIgnoreReturnValue
  public Experiment create() {
    records.experiments().create(name);
    return this;
  }

  /**
   * Tells whether there is one of this name, deleted or not.
   *
   * @return true if it was created
   */
  public boolean exists() {
    return records.experiments().exists(name);
  }

  /**
   * Reads what is known of the experiment itself.
   *
   * @return it, also if it is deleted
   * @throws dev.mlops.error.NotFoundException if there is no experiment of this name
   */
  public ExperimentView get() {
    return records.experiments().view(name);
  }

  /**
   * Gives the experiment another name; its runs follow.
   *
   * @param newName 1 to 250 characters
   * @return the experiment of the new name; this one names nothing any more
   * @throws dev.mlops.error.NotFoundException if there is no experiment of this name
   * @throws dev.mlops.error.ConflictException if there is one of the new name, deleted or not
   */
  public Experiment rename(String newName) {
    requireNonNull(newName, "newName");
    records.experiments().rename(name, newName);
    return new Experiment(records, newName, recording);
  }

  /**
   * Sets a tag of the experiment, or changes it.
   *
   * @param tag 1 to 250 characters
   * @param text any text
   * @throws dev.mlops.error.NotFoundException if there is no experiment of this name
   */
  public void tag(String tag, String text) {
    requireNonNull(tag, "tag");
    requireNonNull(text, "text");
    records
        .experiments()
        .tag(name, Names.checked("tag", tag), Names.checkedText("tag '" + tag + "'", text));
  }

  /**
   * Removes a tag of the experiment.
   *
   * @param tag of those that it has
   * @throws dev.mlops.error.NotFoundException if there is no such experiment or tag
   */
  public void untag(String tag) {
    records.experiments().untag(name, requireNonNull(tag, "tag"));
  }

  /**
   * Writes the experiment's note; written again, the last one holds.
   *
   * @param text free text
   * @throws dev.mlops.error.NotFoundException if there is no experiment of this name
   */
  public void note(String text) {
    requireNonNull(text, "text");
    records.experiments().note(name, Names.checkedText("note", text));
  }

  /**
   * Deletes the experiment and with it its runs: queries leave them out, and no run can be started.
   * All of it stays until it is restored, and so does the name. Done again, it changes nothing.
   *
   * @throws dev.mlops.error.NotFoundException if there is no experiment of this name
   */
  public void delete() {
    records.open().settle(); // Its runs are deleted with it, also those that wait to be stored.
    records.experiments().delete(name, true);
  }

  /**
   * Takes the deletion back. Runs that were deleted one by one before stay deleted. Done again, it
   * changes nothing.
   *
   * @throws dev.mlops.error.NotFoundException if there is no experiment of this name
   */
  public void restore() {
    records.experiments().delete(name, false);
  }

  private @Nullable Environment environment() {
    return recording.captures() ? Environment.capture() : null;
  }

  /** Its key, if it exists. */
  long id() {
    return records.experiments().key(name).id();
  }

  @Override
  public String toString() {
    return "experiment '" + name() + "'";
  }
}
