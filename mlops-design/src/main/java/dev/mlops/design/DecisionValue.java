package dev.mlops.design;

import dev.mlops.design.ValueEstimate.BreakEven;
import dev.mlops.design.ValueModel.Part;
import dev.mlops.stats.Interval;
import dev.mlops.stats.SplitRandom;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The value of decisions that are right or wrong.
 *
 * <p>With the positive rate p, recall r and precision q, the shares of true and false positives are
 * {@code p r} and {@code p r (1 - q) / q}; the value of a decision is the sum of each share times
 * its value. To act on a case with probability x is worth it from {@code (TN - FP) / (TN - FP + TP
 * - FN)} on (C. Elkan, "The foundations of cost-sensitive learning", IJCAI 2001).
 *
 * <p>The range: in each of 4,000 runs the four shares are drawn from a Dirichlet law with the
 * counts seen and a half each (Jeffreys), and then the month's sum from a normal law with the mean
 * and variance that those shares give, which is close from some hundred decisions a month on.
 */
final class DecisionValue {
  private final double truePositive;
  private final double falsePositive;
  private final double falseNegative;
  private final double trueNegative;
  private final double positiveRate;
  private final double recall;
  private final double perMonth;
  private final double runCost;
  private final double buildCost;
  private final double rows;
  private final String unit;
  private final double[] shares;

  DecisionValue(ValueModel model) {
    this.truePositive = model.require(Part.TRUE_POSITIVE);
    this.falsePositive = model.require(Part.FALSE_POSITIVE);
    this.falseNegative = model.require(Part.FALSE_NEGATIVE);
    this.trueNegative = model.require(Part.TRUE_NEGATIVE);
    this.positiveRate = model.require(Part.POSITIVE_RATE);
    this.recall = model.require(Part.RECALL);
    this.perMonth = model.require(Part.DECISIONS_PER_MONTH);
    this.runCost = model.require(Part.RUN_COST_PER_MONTH);
    this.buildCost = model.require(Part.BUILD_COST);
    this.rows = model.require(Part.ROWS);
    this.unit = model.unit();
    this.shares = shares(model.require(Part.PRECISION));
  }

  /** The shares of true positives, false positives, false negatives and true negatives. */
  private double[] shares(double precision) {
    double hits = positiveRate * recall;
    double falseAlarms = hits == 0 ? 0 : hits * (1 - precision) / precision;
    if (!(falseAlarms <= 1 - positiveRate + 1e-12)) {
      throw new IllegalArgumentException(
          ("a precision of %s at a recall of %s and a positive rate of %s is not possible: it would"
                  + " take more negatives than there are")
              .formatted(
                  Words.rounded(precision), Words.rounded(recall), Words.rounded(positiveRate)));
    }
    return new double[] {
      hits, falseAlarms, positiveRate - hits, Math.max(0, 1 - positiveRate - falseAlarms)
    };
  }

  private double valueOf(double[] shares) {
    return shares[0] * truePositive
        + shares[1] * falsePositive
        + shares[2] * falseNegative
        + shares[3] * trueNegative;
  }

  private double onNobody() {
    return positiveRate * falseNegative + (1 - positiveRate) * trueNegative;
  }

  private double onEverybody() {
    return positiveRate * truePositive + (1 - positiveRate) * falsePositive;
  }

  ValueEstimate estimate(long seed) {
    double with = valueOf(shares);
    double without = Math.max(onNobody(), onEverybody());
    double gain = perMonth * (with - without) - runCost;
    Interval range = MonthlyGains.range(gain, seed, random -> monthlyGain(random));
    return new ValueEstimate(
        unit,
        with,
        without,
        range,
        breakEven(without),
        actFrom(),
        MonthlyGains.payback(buildCost, gain));
  }

  /** What the model changes in a month, against the policy that is better without it. */
  private double monthlyGain(SplitRandom random) {
    double[] drawn = MonthlyGains.dirichlet(shares, rows, random);
    boolean nobody = onNobody() >= onEverybody();
    double[] gains = {
      nobody ? truePositive - falseNegative : 0,
      nobody ? falsePositive - trueNegative : 0,
      nobody ? 0 : falseNegative - truePositive,
      nobody ? 0 : trueNegative - falsePositive
    };
    double mean = 0;
    double square = 0;
    for (int i = 0; i < gains.length; i++) {
      mean += drawn[i] * gains[i];
      square += drawn[i] * gains[i] * gains[i];
    }
    double deviation = Math.sqrt(perMonth * Math.max(0, square - mean * mean));
    return perMonth * mean + deviation * random.nextGaussian() - runCost;
  }

  /**
   * The gain is linear in the share of false positives, so the share that pays is found exactly.
   */
  private Optional<BreakEven> breakEven(double without) {
    double hits = positiveRate * recall;
    double perFalseAlarm = trueNegative - falsePositive;
    double spare =
        hits * truePositive
            + (positiveRate - hits) * falseNegative
            + (1 - positiveRate) * trueNegative
            - without
            - runCost / perMonth;
    double falseAlarms = spare / perFalseAlarm;
    if (perMonth == 0 || hits == 0 || !(perFalseAlarm > 0) || !(falseAlarms >= 0)) {
      return Optional.empty();
    }
    double most = Math.min(falseAlarms, 1 - positiveRate);
    return Optional.of(new BreakEven(Metric.PRECISION, hits / (hits + most)));
  }

  private OptionalDouble actFrom() {
    double harm = trueNegative - falsePositive;
    double use = truePositive - falseNegative;
    double from = harm / (harm + use);
    return harm > 0 && use > 0 ? OptionalDouble.of(from) : OptionalDouble.empty();
  }
}
