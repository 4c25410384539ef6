package dev.mlops.monitoring;

import dev.mlops.error.Exactly;
import dev.mlops.stats.Interval;
import java.util.Arrays;
import java.util.Optional;

/**
 * Tells from a stream of errors whether their rate has risen, however often one looks.
 *
 * <p>This is an e-detector of the Shiryaev-Roberts kind: as long as the true error rate stays at or
 * below the baseline, a false alarm comes on average no more often than once in {@code alarmBudget}
 * observations. That is a theorem about the method, and no tuning of it. Constant memory, some
 * nanoseconds an observation. Safe for use by many threads; observations count in the order in
 * which they come in.
 *
 * <pre>{@code
 * ErrorRateDetector detector = ErrorRateDetector.aboveBaseline(1_000, 5_000, 100_000);
 * detector.observe(wrong).ifPresent(alarm -> ...);
 * }</pre>
 */
public final class ErrorRateDetector {
  /*
   * For a baseline rate p0 and an odds ratio o, p1 is the rate whose odds are o times those of p0. The likelihood ratio of p1 against p0 of the next
   * observation has an expectation of at most 1 while the rate is at most p0, whatever came before. R <- L (R + 1) sums the likelihood ratios over all
   * times at which the change could have happened, so R - t is a supermartingale, and so is the mean of R over several odds ratios. By optional
   * stopping the mean time until R reaches the budget A is at least A. After an alarm the sum starts anew.
   *
   * The time of the change is estimated as the start of the longest-standing positive run (CUSUM) of the component that is surest.
   *
   * J. Shin, A. Ramdas, A. Rinaldo, "E-detectors: a nonparametric framework for sequential change detection", New England Journal of
   * Statistics in Data Science, 2023; M. Pollak, "Optimal detection of a change in distribution", Annals of Statistics 13, 1985.
   */
  private static final double[] ODDS_RATIOS = {1.2, 1.35, 1.5, 2, 2.7, 4};

  private final double baseline;
  private final double alarmBudget;
  private final double[] ofError = new double[ODDS_RATIOS.length];
  private final double[] ofSuccess = new double[ODDS_RATIOS.length];
  private final double[] sums = new double[ODDS_RATIOS.length];
  private final double[] runs = new double[ODDS_RATIOS.length];
  private final long[] runStarts = new long[ODDS_RATIOS.length];
  private long observed;

  private ErrorRateDetector(double baseline, double alarmBudget) {
    if (!(baseline > 0 && baseline < 1)) {
      throw new IllegalArgumentException(
          "the baseline must lie between 0 and 1, both excluded: " + Exactly.number(baseline));
    }
    requireBudget(alarmBudget);
    this.baseline = baseline;
    this.alarmBudget = alarmBudget;
    for (int i = 0; i < ODDS_RATIOS.length; i++) {
      double odds = ODDS_RATIOS[i] * baseline / (1 - baseline);
      double changed = odds / (1 + odds);
      ofError[i] = changed / baseline;
      ofSuccess[i] = (1 - changed) / (1 - baseline);
    }
  }

  static void requireBudget(double alarmBudget) {
    if (!(alarmBudget >= 1 && alarmBudget < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "alarmBudget must be at least 1 and finite: " + Exactly.number(alarmBudget));
    }
  }

  /**
   * Returns a detector of rates above a known one.
   *
   * @param errorRate the highest rate that is no change, between 0 and 1, both excluded
   * @param alarmBudget the mean number of observations between false alarms, at least 1, such as
   *     100 000
   * @return a detector that has seen nothing yet
   * @throws IllegalArgumentException if a number is out of range
   */
  public static ErrorRateDetector above(double errorRate, double alarmBudget) {
    return new ErrorRateDetector(errorRate, alarmBudget);
  }

  /**
   * Returns a detector of rates above one that was observed: above its exact upper bound of 95 %
   * confidence, so that an unlucky baseline does not alarm.
   *
   * @param errors how many errors there were in the baseline
   * @param trials how many observations there were in the baseline, more than errors
   * @param alarmBudget the mean number of observations between false alarms, at least 1, such as
   *     100 000
   * @return a detector that has seen nothing yet
   * @throws IllegalArgumentException if a number is out of range
   */
  public static ErrorRateDetector aboveBaseline(long errors, long trials, double alarmBudget) {
    return above(baseline(errors, trials).upper(), alarmBudget);
  }

  /**
   * A rate with its interval of 90 %, whose upper end is exceeded by the truth in one of 20 cases.
   */
  static Interval baseline(long errors, long trials) {
    return Interval.share(errors, trials, 0.90);
  }

  /**
   * Takes the next observation.
   *
   * @param error whether it was an error
   * @return an alarm if the evidence has reached the budget with it, after which the evidence
   *     starts anew
   */
  public synchronized Optional<Alarm> observe(boolean error) {
    double[] ratios = error ? ofError : ofSuccess;
    double total = 0;
    for (int i = 0; i < sums.length; i++) {
      sums[i] = ratios[i] * (sums[i] + 1);
      total += sums[i];
      extend(i, ratios[i]);
    }
    observed++;
    if (total / sums.length < alarmBudget) {
      return Optional.empty();
    }
    Alarm alarm = new Alarm(observed, runStarts[surest()] + 1, total / sums.length);
    reset();
    return Optional.of(alarm);
  }

  /** A run is the product of ratios since it was last at most 1. */
  private void extend(int i, double ratio) {
    double run = Math.max(runs[i], 1) * ratio;
    if (runs[i] <= 1) {
      runStarts[i] = observed;
    }
    runs[i] = run;
  }

  private int surest() {
    int best = 0;
    for (int i = 1; i < sums.length; i++) {
      best = sums[i] > sums[best] ? i : best;
    }
    return best;
  }

  private void reset() {
    Arrays.fill(sums, 0);
    Arrays.fill(runs, 0);
  }

  /**
   * Returns the evidence for a change so far.
   *
   * @return the Shiryaev-Roberts statistic; an alarm comes when it reaches the budget
   */
  public synchronized double evidence() {
    return Arrays.stream(sums).sum() / sums.length;
  }

  /**
   * Returns the highest rate that is no change.
   *
   * @return the baseline rate
   */
  public double baseline() {
    return baseline;
  }

  /**
   * Says that the rate has risen.
   *
   * @param at the observation that brought the evidence up, counted from 1
   * @param since the observation with which the change began, as estimated, counted from 1
   * @param evidence the evidence, at least the budget
   */
  public record Alarm(long at, long since, double evidence) {}

  @Override
  public String toString() {
    return "error rate above "
        + Exactly.number(baseline)
        + ", a false alarm in "
        + Exactly.number(alarmBudget)
        + " observations on average, "
        + observed
        + " observed";
  }
}
