package dev.mlops.features.store;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Batches;

/**
 * The live timelines of a view as they were after an ingestion. What is in it is the business of
 * the store that made it.
 *
 * @param sequence the last segment that is in it
 * @param state what the store needs besides the rows, as text of at most 1,048,576 characters
 * @param rows the rows that are kept
 */
public record Checkpoint(long sequence, String state, Batches rows) {

  /**
   * Checks that all is there.
   *
   * @param sequence the last segment that is in it
   * @param state what the store needs besides the rows
   * @param rows the rows that are kept
   */
  public Checkpoint {
    requireNonNull(state, "state");
    requireNonNull(rows, "rows");
  }
}
