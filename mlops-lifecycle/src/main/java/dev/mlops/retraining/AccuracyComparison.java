package dev.mlops.retraining;

import dev.mlops.design.Metric;
import dev.mlops.error.Exactly;
import dev.mlops.stats.PairedProcess;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Accuracies, by the rows that exactly one model gets right, of which an equal challenger gets as
 * many as a fair coin: by evidence that may be looked at at any time, or by McNemar's exact test
 * for a single look.
 *
 * <p>Source of the latter: Q. McNemar, "Note on the sampling error of the difference between
 * correlated proportions or percentages", Psychometrika 12(2), 1947.
 *
 * @param threshold the least score that predicts positive
 * @param oneLook whether one looks a single time
 */
record AccuracyComparison(double threshold, boolean oneLook) implements PairedComparison {

  /** What the mean over five sizes of a bet costs, in nats. */
  private static final double MIXTURE = Math.log(5);

  @Override
  public Metric metric() {
    return Metric.ACCURACY;
  }

  @Override
  public String method() {
    return oneLook ? "McNemar exact, one look" : "paired rows, any number of looks";
  }

  @Override
  public PairedComparison once() {
    return new AccuracyComparison(threshold, true);
  }

  @Override
  public Result compare(double[] champion, double[] challenger, boolean[] truth, double alpha) {
    PairedProcess better = PairedProcess.start();
    PairedProcess worse = PairedProcess.start();
    long right = 0;
    long positive = 0;
    for (int i = 0; i < truth.length; i++) {
      boolean championIsWrong = (champion[i] >= threshold) != truth[i];
      boolean challengerIsWrong = (challenger[i] >= threshold) != truth[i];
      positive += champion[i] >= threshold ? 1 : 0;
      positive += challenger[i] >= threshold ? 1 : 0;
      right += championIsWrong || challengerIsWrong ? 0 : 1;
      better = better.after(championIsWrong, challengerIsWrong);
      worse = worse.after(challengerIsWrong, championIsWrong);
    }
    long onlyChallenger = better.onlyFirstWrong();
    long onlyChampion = better.onlySecondWrong();
    BinomialDistribution coin =
        BinomialDistribution.of(Math.toIntExact(onlyChampion + onlyChallenger), 0.5);
    return new Result(
        (double) (right + onlyChampion) / truth.length,
        (double) (right + onlyChallenger) / truth.length,
        oneLook ? coin.survivalProbability((int) onlyChallenger - 1) : better.pValue(),
        oneLook ? coin.cumulativeProbability((int) onlyChallenger) : worse.pValue(),
        shortage(positive, 2L * truth.length),
        truth.length * (required(onlyChampion, onlyChallenger, alpha) - 1));
  }

  /** Scores of one side only are those of a threshold in another unit. */
  private String shortage(long positive, long scores) {
    if (positive == 0) {
      return "no score of either reaches the threshold " + Exactly.number(threshold);
    }
    return positive == scores
        ? "every score of both reaches the threshold " + Exactly.number(threshold)
        : "the difference may be chance";
  }

  /** How many times these rows it takes if the share of the coin stays as it is. */
  private double required(long onlyChampion, long onlyChallenger, double alpha) {
    double rows = (double) onlyChampion + onlyChallenger;
    double share = onlyChallenger / rows;
    double gain = rows * (Math.log(2) + entropy(share) + entropy(1 - share));
    return (oneLook ? -Math.log(2 * alpha) : MIXTURE - Math.log(alpha)) / gain;
  }

  private static double entropy(double share) {
    return share == 0 ? 0 : share * Math.log(share);
  }
}
