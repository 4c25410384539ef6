package dev.mlops.rollout;

import java.util.random.RandomGenerator;

/**
 * Draws how many of a number of independent events happen.
 *
 * <p>Small means by adding up the chances, larger ones by transformed rejection; both are exact.
 *
 * <p>Source: W. Hörmann, "The generation of binomial random variates", J. Stat. Comput. Simul.
 * 46(1-2), 1993 (algorithm BTRS).
 */
final class BinomialDraws {

  private static final double SMALL_MEAN = 10;
  private static final double[] LOG_FACTORIALS = logFactorials();

  private BinomialDraws() {}

  private static double[] logFactorials() {
    double[] logs = new double[RolloutTerms.LARGEST_TICK + 1];
    for (int i = 1; i < logs.length; i++) {
      logs[i] = logs[i - 1] + StrictMath.log(i);
    }
    return logs;
  }

  /** Draws from any number of events. */
  static long draw(RandomGenerator random, double chance, long events) {
    long happened = 0;
    long left = events;
    for (; left > RolloutTerms.LARGEST_TICK; left -= RolloutTerms.LARGEST_TICK) {
      happened += few(random, chance, RolloutTerms.LARGEST_TICK);
    }
    return happened + few(random, chance, (int) left);
  }

  private static int few(RandomGenerator random, double chance, int events) {
    if (chance <= 0 || events == 0) {
      return 0;
    }
    if (chance > 0.5) {
      return events - few(random, 1 - chance, events);
    }
    return events * chance < SMALL_MEAN
        ? byAdding(random, chance, events)
        : byRejection(random, chance, events);
  }

  private static int byAdding(RandomGenerator random, double chance, int events) {
    double odds = chance / (1 - chance);
    double term = StrictMath.exp(events * StrictMath.log1p(-chance));
    double left = random.nextDouble();
    int drawn = 0;
    while (left >= term && drawn < events) {
      left -= term;
      drawn++;
      term *= odds * (events - drawn + 1) / drawn;
    }
    return drawn;
  }

  private static int byRejection(RandomGenerator random, double chance, int events) {
    double deviation = Math.sqrt(events * chance * (1 - chance));
    double b = 1.15 + 2.53 * deviation;
    double a = -0.0873 + 0.0248 * b + 0.01 * chance;
    double center = events * chance + 0.5;
    double alpha = (2.83 + 5.1 / b) * deviation;
    double logOdds = StrictMath.log(chance / (1 - chance));
    int mode = (int) ((events + 1) * chance);
    while (true) {
      double u = random.nextDouble() - 0.5;
      double v = random.nextDouble();
      double us = 0.5 - Math.abs(u);
      double drawn = Math.floor((2 * a / us + b) * u + center);
      if (us >= 0.07 && v <= 0.92 - 4.2 / b) {
        return (int) drawn;
      }
      if (drawn >= 0
          && drawn <= events
          && StrictMath.log(v * alpha / (a / (us * us) + b))
              <= logRatio(events, (int) drawn, mode) + (drawn - mode) * logOdds) {
        return (int) drawn;
      }
    }
  }

  /** Returns ln C(events, drawn) - ln C(events, mode). */
  private static double logRatio(int events, int drawn, int mode) {
    return LOG_FACTORIALS[mode]
        + LOG_FACTORIALS[events - mode]
        - LOG_FACTORIALS[drawn]
        - LOG_FACTORIALS[events - drawn];
  }
}
