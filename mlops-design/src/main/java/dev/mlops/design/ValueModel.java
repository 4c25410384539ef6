package dev.mlops.design;

import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.storage.Names;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What a model is worth, in money or time: what each outcome brings, how many decisions there are,
 * what it costs, and what one expects of the model.
 *
 * <pre>{@code
 * ValueModel.ofDecisions("EUR")
 *     .truePositive(40).falsePositive(-5).falseNegative(-40).trueNegative(0)
 *     .decisionsPerMonth(20_000).buildCost(30_000).runCostPerMonth(400)
 *     .expecting(0.08, 0.60, 0.30, 500);
 * }</pre>
 *
 * <p>Immutable; each option returns a new model, and can be set once. All amounts are in the unit
 * that was given, gains positive and losses negative; costs are not negative.
 */
public final class ValueModel {

  /** What a number must be: its name in a design, and its range. */
  enum Part {
    TRUE_POSITIVE("true_positive", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
    FALSE_POSITIVE("false_positive", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
    FALSE_NEGATIVE("false_negative", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
    TRUE_NEGATIVE("true_negative", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
    COST_PER_UNIT_OF_ERROR("cost_per_unit_of_error", 0, Double.POSITIVE_INFINITY),
    DECISIONS_PER_MONTH("decisions_per_month", 0, 1e12),
    BUILD_COST("build_cost", 0, Double.POSITIVE_INFINITY),
    RUN_COST_PER_MONTH("run_cost_per_month", 0, Double.POSITIVE_INFINITY),
    POSITIVE_RATE("positive_rate", 0, 1),
    RECALL("recall", 0, 1),
    PRECISION("precision", 0, 1),
    CURRENT_ERROR("current_error", 0, Double.POSITIVE_INFINITY),
    ERROR("error", 0, Double.POSITIVE_INFINITY),
    ROWS("rows", 1, 1e12);

    private final String key;
    private final double least;
    private final double greatest;

    Part(String key, double least, double greatest) {
      this.key = key;
      this.least = least;
      this.greatest = greatest;
    }

    String key() {
      return key;
    }

    double checked(double value) {
      if (!Double.isFinite(value) || value < least || value > greatest) {
        throw new IllegalArgumentException(
            "%s must lie between %s and %s: %s"
                .formatted(
                    key, Words.rounded(least), Words.rounded(greatest), Exactly.number(value)));
      }
      return value + 0.0;
    }
  }

  static final List<Part> OF_DECISIONS =
      List.of(Part.TRUE_POSITIVE, Part.FALSE_POSITIVE, Part.FALSE_NEGATIVE, Part.TRUE_NEGATIVE);
  static final List<Part> OF_ERRORS = List.of(Part.COST_PER_UNIT_OF_ERROR);
  static final List<Part> OF_ALL =
      List.of(Part.DECISIONS_PER_MONTH, Part.BUILD_COST, Part.RUN_COST_PER_MONTH);
  static final List<Part> EXPECTED_OF_DECISIONS =
      List.of(Part.POSITIVE_RATE, Part.RECALL, Part.PRECISION, Part.ROWS);
  static final List<Part> EXPECTED_OF_ERRORS = List.of(Part.CURRENT_ERROR, Part.ERROR, Part.ROWS);

  private final String unit;
  private final boolean decisions;
  private final Map<Part, Double> parts;

  private ValueModel(String unit, boolean decisions, Map<Part, Double> parts) {
    this.unit = unit;
    this.decisions = decisions;
    this.parts = Collections.unmodifiableMap(parts);
  }

  /**
   * Starts the value of decisions that are right or wrong, of a binary task.
   *
   * @param unit what all amounts count, such as {@code EUR} or {@code hours}
   * @return a model without numbers
   * @throws IllegalArgumentException if the unit is blank or has more than 250 characters
   */
  public static ValueModel ofDecisions(String unit) {
    return new ValueModel(Names.checked("unit", unit), true, Map.of());
  }

  /**
   * Starts the value of amounts that are more or less exact, of a regression or a forecast.
   *
   * @param unit what all amounts count, such as {@code EUR} or {@code hours}
   * @return a model without numbers
   * @throws IllegalArgumentException if the unit is blank or has more than 250 characters
   */
  public static ValueModel ofErrors(String unit) {
    return new ValueModel(Names.checked("unit", unit), false, Map.of());
  }

  /**
   * Sets what it brings to act where one should.
   *
   * @param value the value of one such decision, finite
   * @return the model with it
   * @throws IllegalStateException if it is already set, or this is the value of errors
   * @throws IllegalArgumentException if it is not finite
   */
  public ValueModel truePositive(double value) {
    return with(Part.TRUE_POSITIVE, value);
  }

  /**
   * Sets what it brings to act where one should not.
   *
   * @param value the value of one such decision, finite; a loss is negative
   * @return the model with it
   * @throws IllegalStateException if it is already set, or this is the value of errors
   * @throws IllegalArgumentException if it is not finite
   */
  public ValueModel falsePositive(double value) {
    return with(Part.FALSE_POSITIVE, value);
  }

  /**
   * Sets what it brings not to act where one should.
   *
   * @param value the value of one such decision, finite; a loss is negative
   * @return the model with it
   * @throws IllegalStateException if it is already set, or this is the value of errors
   * @throws IllegalArgumentException if it is not finite
   */
  public ValueModel falseNegative(double value) {
    return with(Part.FALSE_NEGATIVE, value);
  }

  /**
   * Sets what it brings not to act where one should not.
   *
   * @param value the value of one such decision, finite
   * @return the model with it
   * @throws IllegalStateException if it is already set, or this is the value of errors
   * @throws IllegalArgumentException if it is not finite
   */
  public ValueModel trueNegative(double value) {
    return with(Part.TRUE_NEGATIVE, value);
  }

  /**
   * Sets what one unit of error costs, in one decision.
   *
   * @param cost the cost of an absolute error of 1 in the label's unit, at least 0
   * @return the model with it
   * @throws IllegalStateException if it is already set, or this is the value of decisions
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public ValueModel costPerUnitOfError(double cost) {
    return with(Part.COST_PER_UNIT_OF_ERROR, cost);
  }

  /**
   * Sets how many decisions there are.
   *
   * @param count decisions in a mean month (30.4 days), from 0 to 10^12
   * @return the model with it
   * @throws IllegalStateException if it is already set
   * @throws IllegalArgumentException if it is out of range
   */
  public ValueModel decisionsPerMonth(double count) {
    return with(Part.DECISIONS_PER_MONTH, count);
  }

  /**
   * Sets what it costs to build.
   *
   * @param cost the cost, once, at least 0
   * @return the model with it
   * @throws IllegalStateException if it is already set
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public ValueModel buildCost(double cost) {
    return with(Part.BUILD_COST, cost);
  }

  /**
   * Sets what it costs to run.
   *
   * @param cost the cost in a mean month, with retraining, at least 0
   * @return the model with it
   * @throws IllegalStateException if it is already set
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public ValueModel runCostPerMonth(double cost) {
    return with(Part.RUN_COST_PER_MONTH, cost);
  }

  /**
   * Sets what one expects of a model of decisions, and on how many rows that rests.
   *
   * @param positiveRate the share of labels that are positive, from 0 to 1
   * @param recall the share of positives that are acted upon, from 0 to 1
   * @param precision the share of positives among what is acted upon, from 0 to 1
   * @param rows how many labelled rows this was seen on; a guess is worth a few rows only
   * @return the model with it
   * @throws IllegalStateException if it is already set, or this is the value of errors
   * @throws IllegalArgumentException if a number is out of range
   */
  public ValueModel expecting(double positiveRate, double recall, double precision, long rows) {
    return with(Part.POSITIVE_RATE, positiveRate)
        .with(Part.RECALL, recall)
        .with(Part.PRECISION, precision)
        .with(Part.ROWS, (double) rows);
  }

  /**
   * Sets what one expects of a model of amounts, and on how many rows that rests.
   *
   * @param currentError the mean absolute error of what is done today, in the label's unit
   * @param error the mean absolute error of the model
   * @param rows how many labelled rows the model's error was seen on; a guess is worth a few only
   * @return the model with it
   * @throws IllegalStateException if it is already set, or this is the value of decisions
   * @throws IllegalArgumentException if a number is out of range
   */
  public ValueModel expecting(double currentError, double error, long rows) {
    return with(Part.CURRENT_ERROR, currentError)
        .with(Part.ERROR, error)
        .with(Part.ROWS, (double) rows);
  }

  ValueModel with(Part part, double value) {
    Once.refuse(part.key(), parts.containsKey(part) ? Exactly.number(parts.get(part)) : null);
    if (!all().contains(part)) {
      throw new IllegalStateException(
          "the value of %s has no %s".formatted(decisions ? "decisions" : "errors", part.key()));
    }
    Map<Part, Double> more = new LinkedHashMap<>(parts);
    more.put(part, part.checked(value));
    return new ValueModel(unit, decisions, more);
  }

  /** All that such a model is made of, in the order of a design. */
  List<Part> all() {
    List<Part> values = decisions ? OF_DECISIONS : OF_ERRORS;
    return Stream.of(values, OF_ALL, expected()).flatMap(List::stream).toList();
  }

  /** What one expects of such a model. */
  List<Part> expected() {
    return decisions ? EXPECTED_OF_DECISIONS : EXPECTED_OF_ERRORS;
  }

  /**
   * Returns what all amounts count.
   *
   * @return the unit, such as {@code EUR}
   */
  public String unit() {
    return unit;
  }

  /**
   * Tells which of the two kinds it is.
   *
   * @return true for the value of decisions, false for that of errors
   */
  public boolean isOfDecisions() {
    return decisions;
  }

  /**
   * Returns how many decisions there are.
   *
   * @return decisions in a mean month; empty if nobody said
   */
  public OptionalDouble decisionsPerMonth() {
    return get(Part.DECISIONS_PER_MONTH);
  }

  /**
   * Returns the share of labels that are expected to be positive.
   *
   * @return the share; empty if nobody said, and for the value of errors
   */
  public OptionalDouble positiveRate() {
    return get(Part.POSITIVE_RATE);
  }

  OptionalDouble get(Part part) {
    Double value = parts.get(part);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  double require(Part part) {
    return get(part).orElseThrow();
  }

  /**
   * Returns what is still to be said before there is an estimate.
   *
   * @return the names of the numbers as they stand in a design, in its order; unmodifiable
   */
  public List<String> missing() {
    return all().stream().filter(part -> !parts.containsKey(part)).map(Part::key).toList();
  }

  /**
   * Estimates what the model is worth.
   *
   * @param seed any number; the same seed gives the same range
   * @return the estimate
   * @throws IllegalStateException if a number is missing; the message says which
   * @throws IllegalArgumentException if what is expected cannot be: so low a precision at this
   *     recall would need more negatives than there are
   */
  public ValueEstimate estimate(long seed) {
    if (!missing().isEmpty()) {
      throw new IllegalStateException(
          "no estimate of value yet; still to be said: " + String.join(", ", missing()));
    }
    return decisions ? new DecisionValue(this).estimate(seed) : new ErrorValue(this).estimate(seed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ValueModel model
        && unit.equals(model.unit)
        && decisions == model.decisions
        && parts.equals(model.parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }

  /** Returns the kind and the unit, and what is missing. */
  @Override
  public String toString() {
    return "value of %s in %s%s"
        .formatted(
            decisions ? "decisions" : "errors",
            unit,
            missing().isEmpty() ? "" : ", without " + String.join(", ", missing()));
  }
}
