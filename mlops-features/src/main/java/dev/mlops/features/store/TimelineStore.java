package dev.mlops.features.store;

import static java.util.Objects.requireNonNull;

import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.view.View;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the live timelines of views: what a request is answered from.
 *
 * <p>Implementations are safe for use by many threads. Of an entity's rows a reader sees all of a
 * segment or none. They may drop rows that are older than what they state to keep, and say so in
 * the timeline ({@link EntityTimeline#dropped}), so that a read that would need them is answered by
 * OUT_OF_RANGE and never by a wrong number. They pass {@code TimelineStoreContract} of the test
 * kit.
 */
public interface TimelineStore extends AutoCloseable {

  /**
   * Returns a store in memory that answers for the last day.
   *
   * @return the store, empty; {@link #inMemory(Duration)} with a day
   */
  static TimelineStore inMemory() {
    return inMemory(Duration.ofDays(1));
  }

  /**
   * Returns a store in memory that keeps what a read needs whose time is at most {@code lateness}
   * before the latest row: rows of the widest window or the time to live, and of the lateness
   * before that. Earlier reads are answered as long as nothing was dropped that they need, and by
   * OUT_OF_RANGE then. The latest row is the one with the latest event time, or the last arrival if
   * that is earlier, so that one row from the far future drops nothing.
   *
   * <p>A row costs a constant number of steps, and the memory is that of the rows that are kept; of
   * an entity whose rows are all dropped a few bytes stay, since it is known.
   *
   * @param lateness zero or longer, at most 100,000 days
   * @return the store, empty
   */
  static TimelineStore inMemory(Duration lateness) {
    requireNonNull(lateness, "lateness");
    return new InMemoryTimelines(lateness);
  }

  /**
   * Adds a segment to a view's timelines; one that is not behind the view's position is there
   * already, and nothing is done. Segments of a view's source come in the order of their sequence.
   *
   * @param view the view
   * @param segment rows of its source
   * @throws dev.mlops.error.StorageException if the rows cannot be read or the backend fails; the
   *     position is unchanged then
   */
  void apply(View view, Segment segment);

  /**
   * Finds the rows of an entity.
   *
   * @param view the view
   * @param key the entity's key: the value, or the list of the parts of a composite key
   * @return its timeline, or null if the view never had a row of it
   * @throws dev.mlops.error.StorageException if the backend fails
   */
  @Nullable EntityTimeline find(View view, Object key);

  /**
   * Returns the sequence of the last segment that was added to a view.
   *
   * @param view the view
   * @return the sequence; 0 if there is none
   */
  long position(View view);

  /**
   * Makes a checkpoint of a view, from which {@link #restore} goes on in another process. A store
   * that keeps its timelines by itself needs none.
   *
   * @param view the view
   * @return the checkpoint, whose rows stay as they are whatever is added meanwhile; empty, unless
   *     a store says otherwise, or if nothing was added
   * @throws dev.mlops.error.StorageException if the backend fails
   */
  default Optional<Checkpoint> checkpoint(View view) {
    requireNonNull(view, "view");
    return Optional.empty();
  }

  /**
   * Takes a checkpoint up, in place of the segments that are in it.
   *
   * @param view a view to which nothing was added
   * @param checkpoint what a store of the same kind made
   * @return whether it was of use; it is of none to a store that answers for another time
   * @throws dev.mlops.error.InvalidInputException if it is damaged, or of another definition of the
   *     view; nothing is changed then
   * @throws dev.mlops.error.NewerFormException if a newer release wrote it; nothing is changed then
   * @throws dev.mlops.error.StorageException if its rows cannot be read; nothing is changed then
   */
  default boolean restore(View view, Checkpoint checkpoint) {
    requireNonNull(view, "view");
    requireNonNull(checkpoint, "checkpoint");
    return false;
  }

  /** Closes the store; calling it again does nothing. Using it afterwards is misuse. */
  @Override
  void close();
}
