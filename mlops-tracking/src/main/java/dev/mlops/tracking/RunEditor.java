package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.storage.Names;

/**
 * Changes a run from outside, by its id: also one that has ended, or that another process records.
 * Each method is one transaction, and returns the same editor.
 *
 * <pre>{@code
 * tracker.edit(run.id()).tag("reviewed", "yes").note("the best of the week");
 * }</pre>
 */
public final class RunEditor {

  private final RunEdits edits;
  private final String run;

  RunEditor(RunEdits edits, String run) {
    this.edits = edits;
    this.run = run;
  }

  /**
   * Sets a tag, or changes it.
   *
   * @param name 1 to 250 characters
   * @param text any text
   * @return this
   * @throws dev.mlops.error.ConflictException if the run is deleted
   */
  @CanIgnoreReturnValue
  public RunEditor tag(String name, String text) {
    requireNonNull(name, "name");
    requireNonNull(text, "text");
    edits.tag(run, Names.checked("tag", name), Names.checkedText("tag '" + name + "'", text));
    return this;
  }

  /**
   * Removes a tag.
   *
   * @param name of a tag that the run has
   * @return this
   * @throws dev.mlops.error.NotFoundException if the run has no such tag, with those that it has
   * @throws dev.mlops.error.ConflictException if the run is deleted
   */
  @CanIgnoreReturnValue
  public RunEditor untag(String name) {
    edits.untag(run, requireNonNull(name, "name"));
    return this;
  }

  /**
   * Writes the run's note; written again, the last one holds.
   *
   * @param text free text
   * @return this
   * @throws dev.mlops.error.ConflictException if the run is deleted
   */
  @CanIgnoreReturnValue
  public RunEditor note(String text) {
    requireNonNull(text, "text");
    edits.note(run, Names.checkedText("note", text));
    return this;
  }

  /**
   * Gives the run another name.
   *
   * @param name for people, 1 to 250 characters; it need not be unique
   * @return this
   * @throws dev.mlops.error.ConflictException if the run is deleted
   */
  @CanIgnoreReturnValue
  public RunEditor rename(String name) {
    requireNonNull(name, "name");
    edits.rename(run, Names.checked("run", name));
    return this;
  }

  /**
   * Ends a run that nobody records, such as one whose process never came back.
   *
   * @param status how it has ended, not {@link RunStatus#RUNNING}
   * @return this
   * @throws dev.mlops.error.ConflictException if it has ended already, if a process records it, or
   *     if it is deleted
   * @throws IllegalArgumentException if the status is {@link RunStatus#RUNNING}
   */
  @CanIgnoreReturnValue
  public RunEditor end(RunStatus status) {
    edits.end(run, requireNonNull(status, "status"));
    return this;
  }

  /**
   * Deletes the run: queries leave it out, and nothing can be logged to it. It can be restored.
   * Done again, it changes nothing.
   *
   * @return this
   */
  @CanIgnoreReturnValue
  public RunEditor delete() {
    edits.delete(run, true);
    return this;
  }

  /**
   * Takes the run's deletion back. Done again, it changes nothing.
   *
   * @return this
   * @throws dev.mlops.error.ConflictException if its experiment is deleted
   */
  @CanIgnoreReturnValue
  public RunEditor restore() {
    edits.delete(run, false);
    return this;
  }

  @Override
  public String toString() {
    return "editor of run " + run;
  }
}
