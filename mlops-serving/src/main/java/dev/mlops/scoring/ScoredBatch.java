package dev.mlops.scoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Dataset;
import dev.mlops.error.Plural;

/**
 * A batch of a run, as its listener sees it: recorded, and logged if the run logs.
 *
 * @param number of the batch, from 0
 * @param firstRow number of its first row in the input, from 0
 * @param features what the model was given
 * @param answers the columns of the results: the id, what is kept, the outputs
 * @param scoredEarlier whether an earlier call of the same run scored it
 * @param progress how far the run has come with it
 */
public record ScoredBatch(
    long number,
    long firstRow,
    Dataset features,
    Dataset answers,
    boolean scoredEarlier,
    ScoringProgress progress) {

  /**
   * Checks that nothing is missing.
   *
   * @param number of the batch, from 0
   * @param firstRow number of its first row in the input, from 0
   * @param features what the model was given
   * @param answers the columns of the results: the id, what is kept, the outputs
   * @param scoredEarlier whether an earlier call of the same run scored it
   * @param progress how far the run has come with it
   */
  public ScoredBatch {
    requireNonNull(features, "features");
    requireNonNull(answers, "answers");
    requireNonNull(progress, "progress");
  }

  /** Returns which batch it is in one line. */
  @Override
  public String toString() {
    return place(number, firstRow, features.rowCount());
  }

  static String place(long number, long firstRow, long rows) {
    return "batch %s%s"
        .formatted(
            Plural.grouped(number),
            rows == 0
                ? " without rows"
                : " (rows %s to %s)"
                    .formatted(Plural.grouped(firstRow), Plural.grouped(firstRow + rows - 1)));
  }
}
