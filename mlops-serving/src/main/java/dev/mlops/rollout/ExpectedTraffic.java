package dev.mlops.rollout;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a forecast must be told: how much traffic comes, how often the live model has bad events,
 * and how late labels are.
 *
 * <pre>{@code
 * ExpectedTraffic.ofUnitsASecond(50).rate("errors", 0.01)
 * }</pre>
 *
 * <p>Immutable.
 *
 * @param unitsASecond how many units of evidence come in a second: requests, or where evidence is
 *     by key, the keys that make their first request of a step
 * @param rates how often each guard's event is bad on the live model, by the guard's name
 * @param labelsAfter how long after its prediction a label comes
 */
public record ExpectedTraffic(
    double unitsASecond, Map<String, Double> rates, Duration labelsAfter) {

  /**
   * Checks the ranges.
   *
   * @param unitsASecond how many units of evidence come in a second
   * @param rates how often each guard's event is bad on the live model, by the guard's name
   * @param labelsAfter how long after its prediction a label comes
   * @throws IllegalArgumentException if a number is out of range
   */
  public ExpectedTraffic {
    rates = Elements.copy(rates, "rates");
    requireNonNull(labelsAfter, "labelsAfter");
    if (!(unitsASecond >= 1e-6 && unitsASecond <= 1e9)) {
      throw new IllegalArgumentException(
          "units a second must lie within 0.000001 and 1e9: " + Exactly.number(unitsASecond));
    }
    if (labelsAfter.isNegative() || labelsAfter.compareTo(RolloutTerms.LONGEST) > 0) {
      throw new IllegalArgumentException(
          "labels can't come before the prediction, nor later than %s after it: %s"
              .formatted(Exactly.duration(RolloutTerms.LONGEST), Exactly.duration(labelsAfter)));
    }
    rates.forEach(ExpectedTraffic::requireRate);
  }

  private static void requireRate(String guard, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "the rate of '%s' must be from 0 to below 1, such as 0.01: %s"
              .formatted(guard, Exactly.number(rate)));
    }
  }

  /**
   * Starts with an amount of traffic.
   *
   * @param units units of evidence in a second, above 0
   * @return traffic without rates, whose labels come at once
   * @throws IllegalArgumentException if the number is out of range
   */
  public static ExpectedTraffic ofUnitsASecond(double units) {
    return new ExpectedTraffic(units, Map.of(), Duration.ZERO);
  }

  /**
   * Says how often a guard's event is bad on the live model.
   *
   * @param guard the guard's name
   * @param rate from 0 to below 1
   * @return a copy with the rate
   * @throws IllegalArgumentException if the rate is out of range
   * @throws IllegalStateException if the guard's rate is already set
   */
  public ExpectedTraffic rate(String guard, double rate) {
    requireNonNull(guard, "guard");
    Map<String, Double> all = new LinkedHashMap<>(rates);
    Once.refuse("rate of", guard, all.put(guard, rate));
    return new ExpectedTraffic(unitsASecond, all, labelsAfter);
  }

  /**
   * Says how long after their predictions labels come.
   *
   * @param delay zero or more; zero by default
   * @return a copy with the delay
   * @throws IllegalArgumentException if the delay is negative or above a hundred years
   */
  public ExpectedTraffic labelsAfter(Duration delay) {
    return new ExpectedTraffic(unitsASecond, rates, requireNonNull(delay, "delay"));
  }

  @Override
  public String toString() {
    return "a rate of " + Exactly.number(unitsASecond) + " a second";
  }
}
