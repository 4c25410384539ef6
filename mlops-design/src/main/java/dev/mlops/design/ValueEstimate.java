package dev.mlops.design;

import dev.mlops.error.Plural;
import dev.mlops.stats.Interval;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a model is worth.
 *
 * <p>Gains are against what can be done without it: of two policies for decisions, to act on nobody
 * or on everybody, the better one; for amounts, the error of what is done today. The range is of
 * one month's gain, and holds both the chance of that month and how little is known of the model.
 *
 * @param unit what all amounts count, such as {@code EUR}
 * @param perDecision the mean value of a decision with the model
 * @param withoutModel the mean value of a decision without it
 * @param gainPerMonth the gain in a month, less the running cost, with its range
 * @param breakEven the metric that decides, and the value at which the gain just pays the running
 *     cost; empty if no value does
 * @param actFrom the least probability at which acting is worth more than not acting; empty for
 *     amounts, and if acting never or always is
 * @param paybackMonths after how many months the gain has paid what it cost to build; empty if it
 *     never does
 */
public record ValueEstimate(
    String unit,
    double perDecision,
    double withoutModel,
    Interval gainPerMonth,
    Optional<BreakEven> breakEven,
    OptionalDouble actFrom,
    OptionalDouble paybackMonths) {

  /**
   * Where a model begins to pay.
   *
   * @param metric {@link Metric#PRECISION} at the expected recall, or {@link Metric#MAE}
   * @param value its value there; a better one pays
   */
  public record BreakEven(Metric metric, double value) {}

  /**
   * Returns the estimate in a sentence.
   *
   * @return the gain with its range, the break-even and the payback
   */
  public String sentence() {
    String even =
        breakEven
            .map(
                found ->
                    "; it pays from a %s of %s on"
                        .formatted(found.metric(), Words.rounded(found.value())))
            .orElse(
                "; no " + (actFrom.isPresent() ? "precision" : "value") + " pays the running cost");
    String payback =
        paybackMonths.isPresent()
            ? "; its building is paid after "
                + Words.rounded(paybackMonths.getAsDouble())
                + Plural.words((long) Math.ceil(paybackMonths.getAsDouble()), " month", " months")
            : "; its building is never paid";
    return "%s %s a month (%s to %s at %s)%s%s"
        .formatted(
            Words.rounded(gainPerMonth.estimate()),
            unit,
            Words.rounded(gainPerMonth.lower()),
            Words.rounded(gainPerMonth.upper()),
            Words.percent(gainPerMonth.confidence()),
            even,
            payback);
  }

  @Override
  public String toString() {
    return sentence();
  }
}
