package dev.mlops.retraining;

import dev.mlops.stats.DeLong;
import dev.mlops.stats.Scores;
import java.util.Locale;
import org.apache.commons.statistics.distribution.NormalDistribution;

/** Areas under the ROC curve, by DeLong's test. */
record AreaComparison(double gain) implements PairedComparison {

  private static final int LEAST_OF_A_CLASS = 10;

  @Override
  public String metric() {
    return "roc_auc";
  }

  @Override
  public String method() {
    return gain == 0 ? "DeLong" : String.format(Locale.ROOT, "DeLong, gain above %s", gain);
  }

  @Override
  public Result compare(double[] champion, double[] challenger, boolean[] truth) {
    if (hasFew(truth)) {
      return Result.none("fewer than " + LEAST_OF_A_CLASS + " rows of a class");
    }
    DeLong.Comparison areas = DeLong.compare(champion, challenger, truth);
    double excess = areas.second() - areas.first() - gain;
    // Models that rank all rows alike have no error, and differ by exactly nothing.
    double z = excess == 0 ? 0 : excess / areas.standardError();
    NormalDistribution law = NormalDistribution.of(0, 1);
    return new Result(
        areas.first(),
        areas.second(),
        law.survivalProbability(z),
        law.cumulativeProbability(z),
        "the difference may be chance");
  }

  private static boolean hasFew(boolean[] truth) {
    long positives = Scores.count(truth);
    return Math.min(positives, truth.length - positives) < LEAST_OF_A_CLASS;
  }
}
