package dev.mlops.quality;

import dev.mlops.data.Dataset;
import java.time.Instant;
import java.util.Optional;

/**
 * Looks at the batches of some data one after the other, and knows at the end what a rule would
 * have seen of all rows at once. Used by one thread.
 */
interface Tally {

  /**
   * Looks at the next batch.
   *
   * @param before how many rows came before it
   * @return the batch as the expectation sees it, if it looks at rows one by one
   */
  Optional<Inspection> add(Expectation expectation, Dataset batch, Instant asOf, long before);

  /** Judges all that was seen. */
  ExpectationResult result(Expectation expectation, Instant asOf);
}
