package dev.mlops.design;

import dev.mlops.design.ValueEstimate.BreakEven;
import dev.mlops.design.ValueModel.Part;
import dev.mlops.stats.SplitRandom;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The value of amounts that are more or less exact: what an absolute error costs, against the error
 * of what is done today.
 *
 * <p>The range takes absolute errors as exponential, whose deviation is their mean: in each run the
 * model's mean error is drawn from a gamma law around what was seen, and then the month's sum from
 * a normal law.
 */
final class ErrorValue {
  private final double cost;
  private final double current;
  private final double error;
  private final double perMonth;
  private final double runCost;
  private final double buildCost;
  private final double rows;
  private final String unit;

  ErrorValue(ValueModel model) {
    this.cost = model.require(Part.COST_PER_UNIT_OF_ERROR);
    this.current = model.require(Part.CURRENT_ERROR);
    this.error = model.require(Part.ERROR);
    this.perMonth = model.require(Part.DECISIONS_PER_MONTH);
    this.runCost = model.require(Part.RUN_COST_PER_MONTH);
    this.buildCost = model.require(Part.BUILD_COST);
    this.rows = model.require(Part.ROWS);
    this.unit = model.unit();
  }

  ValueEstimate estimate(long seed) {
    double gain = perMonth * cost * (current - error) - runCost;
    return new ValueEstimate(
        unit,
        -cost * error,
        -cost * current,
        MonthlyGains.range(gain, seed, this::monthlyGain),
        breakEven(),
        OptionalDouble.empty(),
        MonthlyGains.payback(buildCost, gain));
  }

  private double monthlyGain(SplitRandom random) {
    double mean = error * MonthlyGains.gamma(rows, random) / rows;
    double sum = perMonth * mean + Math.sqrt(perMonth) * mean * random.nextGaussian();
    return cost * (perMonth * current - sum) - runCost;
  }

  private Optional<BreakEven> breakEven() {
    double value = current - runCost / (perMonth * cost);
    return value >= 0 ? Optional.of(new BreakEven(Metric.MAE, value)) : Optional.empty();
  }
}
