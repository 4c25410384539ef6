package dev.mlops.retraining;

import dev.mlops.design.Metric;
import dev.mlops.error.Exactly;
import dev.mlops.stats.AreaProcess;
import dev.mlops.stats.DeLong;
import dev.mlops.stats.Scores;
import java.util.Locale;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Areas under the ROC curve: by evidence over blocks of rows that may be looked at at any time, or
 * by DeLong's test for a single look.
 *
 * @param gain how much larger the challenger's area has to be
 * @param oneLook whether one looks a single time
 */
record AreaComparison(double gain, boolean oneLook) implements PairedComparison {

  private static final int LEAST_OF_A_CLASS = 10;

  /** What the mean over three sizes of a bet costs, in nats. */
  private static final double MIXTURE = Math.log(3);

  @Override
  public Metric metric() {
    return Metric.ROC_AUC;
  }

  @Override
  public String method() {
    String method = oneLook ? "DeLong, one look" : "paired blocks, any number of looks";
    return gain == 0
        ? method
        : String.format(Locale.ROOT, "%s, gain above %s", method, Exactly.number(gain));
  }

  @Override
  public PairedComparison once() {
    return new AreaComparison(gain, true);
  }

  @Override
  public Result compare(double[] champion, double[] challenger, boolean[] truth, double alpha) {
    long positives = Scores.count(truth);
    long rarer = Math.min(positives, truth.length - positives);
    if (rarer < LEAST_OF_A_CLASS) {
      return Result.none(
          "fewer than " + LEAST_OF_A_CLASS + " rows of a class",
          rarer == 0 ? Double.NaN : truth.length * ((double) LEAST_OF_A_CLASS / rarer - 1));
    }
    DeLong.Comparison areas = DeLong.compare(champion, challenger, truth);
    double excess = areas.second() - areas.first() - gain;
    double more = truth.length * (required(areas, excess, alpha) - 1);
    return oneLook
        ? test(areas, excess, rarer, more)
        : new Result(
            areas.first(),
            areas.second(),
            AreaProcess.gainAbove(gain).after(champion, challenger, truth).pValue(),
            AreaProcess.gainBelow(gain).after(champion, challenger, truth).pValue(),
            "the difference may be chance",
            more);
  }

  /**
   * How many times these rows it takes if the difference stays as it is: evidence grows by about
   * excess^2 / (2 variance) as many times as there are such rows.
   */
  private double required(DeLong.Comparison areas, double excess, double alpha) {
    double variance = areas.standardError() * areas.standardError();
    double nats = oneLook ? -Math.log(2 * alpha) : MIXTURE - Math.log(alpha);
    return 2 * nats * variance / (excess * excess);
  }

  /*
   * With few rows of a class DeLong's normal law rejects too often: 6.1 to 6.5 % for 5 % at ten and
   * twenty. Student's with half as many degrees of freedom as the rarer class has beyond one
   * rejects at most 5 % there, and is the normal law with many.
   */
  private static Result test(DeLong.Comparison areas, double excess, long rarer, double more) {
    // Models that rank all rows alike have no error, and differ by exactly nothing.
    double t = excess == 0 ? 0 : excess / areas.standardError();
    TDistribution law = TDistribution.of((rarer - 1) / 2.0);
    return new Result(
        areas.first(),
        areas.second(),
        law.survivalProbability(t),
        law.cumulativeProbability(t),
        "the difference may be chance",
        more);
  }
}
