package dev.mlops.features.store;

import static java.util.Objects.requireNonNull;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.features.view.EventSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the rows of sources in the order of their ingestion, and deletes none: what training sets
 * are made of, and live timelines are built from.
 *
 * <p>Implementations are safe for use by many threads, and by many processes where the backend is.
 * A segment is wholly there or not at all, whatever happens, and is durable when {@link #append}
 * returns. They pass {@code SegmentLogContract} of the test kit.
 */
public interface SegmentLog extends AutoCloseable {

  /**
   * Returns the log of a workspace: Arrow files among its artifacts, and their order in its
   * database. Rows are written as a stream and read by memory map where the artifact store has
   * files; a segment may be larger than the memory.
   *
   * @param workspace the workspace, which stays the caller's to close
   * @return the log
   */
  static SegmentLog of(Workspace workspace) {
    requireNonNull(workspace, "workspace");
    return new DatabaseSegmentLog(workspace);
  }

  /**
   * Stores rows behind all that are there.
   *
   * @param source whose rows they are; they have been checked
   * @param rows the rows, of which one iteration is made; none at all is fine
   * @param batch the batch's id among those of the source, or null if the rows have none; rows
   *     under an id that is there already are not stored again
   * @param backfill whether the rows are loaded afterwards
   * @return where they are; with a sequence that is greater than any before, of any source, unless
   *     the batch was there already
   * @throws dev.mlops.error.ConflictException if the batch is there with other rows, or not with
   *     the same {@code backfill}; how rows are cut into batches makes no difference
   * @throws dev.mlops.error.StorageException if the backend fails; nothing is stored then
   */
  Appended append(EventSource source, Batches rows, @Nullable String batch, boolean backfill);

  /**
   * Lists the segments of a source; their rows are read when they are opened.
   *
   * @param source the source
   * @param after only those with a greater sequence; at least 0
   * @param upTo only those with this sequence or a smaller one
   * @return in the order of their sequence; empty if there are none; unmodifiable
   * @throws dev.mlops.error.StorageException if the backend fails
   */
  List<Segment> read(EventSource source, long after, long upTo);

  /**
   * Returns the sequence of the last segment of a source.
   *
   * @param source the source
   * @return the sequence; 0 if there is none
   * @throws dev.mlops.error.StorageException if the backend fails
   */
  long latest(EventSource source);

  /** Closes the log; calling it again does nothing. Using it afterwards is misuse. */
  @Override
  void close();
}
