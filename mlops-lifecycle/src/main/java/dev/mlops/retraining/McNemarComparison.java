package dev.mlops.retraining;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Accuracies, by McNemar's exact test: among the rows that exactly one model gets right, an equal
 * challenger gets as many as a fair coin.
 *
 * <p>Source: Q. McNemar, "Note on the sampling error of the difference between correlated
 * proportions or percentages", Psychometrika 12(2), 1947.
 */
record McNemarComparison(double threshold) implements PairedComparison {

  @Override
  public String metric() {
    return "accuracy";
  }

  @Override
  public String method() {
    return "McNemar exact";
  }

  @Override
  public Result compare(double[] champion, double[] challenger, boolean[] truth) {
    int onlyChampion = 0;
    int onlyChallenger = 0;
    int both = 0;
    for (int i = 0; i < truth.length; i++) {
      boolean championIsRight = (champion[i] >= threshold) == truth[i];
      boolean challengerIsRight = (challenger[i] >= threshold) == truth[i];
      both += championIsRight && challengerIsRight ? 1 : 0;
      onlyChampion += championIsRight && !challengerIsRight ? 1 : 0;
      onlyChallenger += challengerIsRight && !championIsRight ? 1 : 0;
    }
    BinomialDistribution coin = BinomialDistribution.of(onlyChampion + onlyChallenger, 0.5);
    return new Result(
        (double) (both + onlyChampion) / truth.length,
        (double) (both + onlyChallenger) / truth.length,
        coin.survivalProbability(onlyChallenger - 1),
        coin.cumulativeProbability(onlyChallenger),
        "the difference may be chance");
  }
}
