package dev.mlops.features.store;

import dev.mlops.data.Batches;
import dev.mlops.data.Digest;
import java.util.function.Supplier;

/**
 * Rows that were ingested together.
 *
 * @param source the name of their source
 * @param sequence their place in the order of all ingestions of the log; 1 or more
 * @param ingested when they arrived, in epoch microseconds
 * @param backfill whether they were loaded afterwards, so that only their own times count
 * @param rowCount how many they are
 * @param digest the digest of the stored bytes
 * @param rows opens them
 */
public record Segment(
    String source,
    long sequence,
    long ingested,
    boolean backfill,
    long rowCount,
    Digest digest,
    Supplier<Batches> rows) {

  /**
   * Opens the rows, which are in memory a batch at a time at most. What is read of a batch stays
   * valid when the batches are closed.
   *
   * @return the rows in the order in which they were given, to be closed by the caller
   * @throws dev.mlops.error.StorageException if they cannot be read, or are not those that were
   *     written
   */
  public Batches open() {
    return rows.get();
  }
}
