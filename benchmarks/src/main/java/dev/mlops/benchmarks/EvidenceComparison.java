package dev.mlops.benchmarks;

import dev.mlops.retraining.Challenge;
import dev.mlops.retraining.ChallengeVerdict;
import dev.mlops.stats.AreaProcess;
import dev.mlops.stats.EProcess;
import dev.mlops.stats.MeanProcess;
import dev.mlops.stats.SplitRandom;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Evidence that may be looked at as often as one likes: how often it alarms although nothing is
 * wrong, over all looks, against the error that is stated; and how many rows it takes to find what
 * is wrong.
 */
final class EvidenceComparison {

  private static final int RUNS = 300;
  private static final double WATCH_ALPHA = 0.025;
  private static final double CHALLENGE_ALPHA = 0.05;
  private static final int LOOKS = 20;

  private EvidenceComparison() {}

  /**
   * Runs the simulation.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    Shares shares = new Shares();
    accuracy(shares);
    losses(shares);
    area(shares);
    challenges(shares);
    shares.print();
  }

  private static void accuracy(Shares shares) {
    for (double truth : new double[] {.8, .77, .75, .7}) {
      rule(
          shares,
          "accuracy below 0.8",
          truth,
          truth < .8,
          6000,
          random -> random.nextDouble() < truth ? 1 : 0,
          MeanProcess.below(.8, 0, 1));
    }
    for (double truth : new double[] {.01, .015, .02}) {
      rule(
          shares,
          "failures above 0.01",
          truth,
          truth > .01,
          20_000,
          random -> random.nextDouble() < truth ? 1 : 0,
          MeanProcess.above(.01, 0, 1));
    }
  }

  /** Log-normal errors: the limit is the truth, and then three quarters of it. */
  private static void losses(Shares shares) {
    for (double part : new double[] {1, .75}) {
      rule(
          shares,
          "mae above " + part + " of it",
          1,
          part < 1,
          6000,
          random -> Math.exp(random.nextGaussian()),
          MeanProcess.above(part * Math.exp(.5), 0, Double.POSITIVE_INFINITY));
      rule(
          shares,
          "rmse^2 above " + part + " of it",
          1,
          part < 1,
          6000,
          random -> Math.exp(2 * random.nextGaussian()),
          MeanProcess.above(part * Math.exp(2), 0, Double.POSITIVE_INFINITY));
    }
  }

  private static void rule(
      Shares shares,
      String rule,
      double truth,
      boolean broken,
      int rows,
      ToDoubleFunction<SplitRandom> law,
      MeanProcess start) {
    Function<SplitRandom, Integer> run =
        random -> {
          double[] values = new double[rows];
          Arrays.setAll(values, i -> law.applyAsDouble(random));
          return first(rows, start, WATCH_ALPHA, (p, i) -> p.after(values[i]));
        };
    report(shares, rule, "truth " + truth + ", looked at each row", broken, WATCH_ALPHA, run);
  }

  /** The row with which the evidence suffices, from 1; the largest number if it never does. */
  private static <P extends EProcess> int first(
      int rows, P start, double alpha, BiFunction<P, Integer, P> step) {
    P process = start;
    for (int i = 0; i < rows; i++) {
      process = step.apply(process, i);
      if (process.rejects(alpha)) {
        return i + 1;
      }
    }
    return Integer.MAX_VALUE;
  }

  private static void area(Shares shares) {
    double[] areas = {.80, .75, .70};
    double[] shifts = {1.1902, .9539, .7416};
    for (int i = 0; i < areas.length; i++) {
      double shift = shifts[i];
      for (double rate : new double[] {.5, .1}) {
        Function<SplitRandom, Integer> run =
            random ->
                first(
                    8000,
                    AreaProcess.below(.8),
                    WATCH_ALPHA,
                    (process, row) -> {
                      boolean positive = random.nextDouble() < rate;
                      double score = random.nextGaussian() + (positive ? shift : 0);
                      return process.after(new double[] {score}, new boolean[] {positive});
                    });
        report(
            shares,
            "roc_auc below 0.8",
            "truth " + areas[i] + ", positives " + rate,
            i > 0,
            WATCH_ALPHA,
            run);
      }
    }
  }

  private static void report(
      Shares shares,
      String what,
      String of,
      boolean broken,
      double alpha,
      Function<SplitRandom, Integer> run) {
    SplitRandom root = SplitRandom.seeded(41);
    int[] rows = new int[RUNS];
    for (int i = 0; i < RUNS; i++) {
      rows[i] = run.apply(root.split(i));
    }
    Arrays.sort(rows);
    double found = (double) Arrays.stream(rows).filter(n -> n < Integer.MAX_VALUE).count() / RUNS;
    if (broken) {
      String took =
          "found after "
              + rows(rows[RUNS / 2])
              + ", four in five after "
              + rows(rows[RUNS * 4 / 5]);
      shares.atLeast(what, of, found, .9, took);
    } else {
      shares.atMost(what, of, found, alpha, RUNS, "false alarms over all looks");
    }
  }

  private static String rows(int rows) {
    return rows == Integer.MAX_VALUE ? "more" : Integer.toString(rows);
  }

  /** Two models that share half of their variance; 0.178 makes an area of 0.80 of one of 0.77. */
  private static void challenges(Shares shares) {
    for (double rate : new double[] {.1, .5}) {
      int rows = rate < .5 ? 8000 : 4000;
      challenge(shares, Challenge.rocAuc(), "roc_auc, 20 looks", rate, 0, rows, LOOKS);
      challenge(shares, Challenge.rocAuc().once(), "roc_auc, one look", rate, 0, 100, 1);
      challenge(shares, Challenge.accuracy(1.2), "accuracy, 20 looks", rate, 0, rows, LOOKS);
      challenge(shares, Challenge.rocAuc(), "roc_auc 0.80 against 0.77", rate, .178, rows, LOOKS);
      int once = rate < .5 ? 4000 : 1400;
      challenge(shares, Challenge.rocAuc().once(), "the same, one look", rate, .178, once, 1);
    }
  }

  private static void challenge(
      Shares shares,
      Challenge challenge,
      String what,
      double rate,
      double advantage,
      int rows,
      int looks) {
    report(
        shares,
        what,
        rows + " rows, positives " + rate,
        advantage > 0,
        CHALLENGE_ALPHA,
        random -> firstWin(challenge, random, rate, advantage, rows, looks));
  }

  private static int firstWin(
      Challenge challenge, SplitRandom random, double rate, double advantage, int rows, int looks) {
    boolean[] truth = new boolean[rows];
    double[] champion = new double[rows];
    double[] challenger = new double[rows];
    for (int i = 0; i < rows; i++) {
      truth[i] = i % Math.round(1 / rate) == 0;
      double shared = random.nextGaussian();
      champion[i] = shared + .7 * random.nextGaussian() + (truth[i] ? 1.275 : 0);
      challenger[i] = shared + .7 * random.nextGaussian() + (truth[i] ? 1.275 + advantage : 0);
    }
    for (int look = 1; look <= looks; look++) {
      int some = (int) ((long) rows * look / looks);
      ChallengeVerdict verdict =
          challenge
              .alpha(CHALLENGE_ALPHA)
              .between(
                  Arrays.copyOf(champion, some),
                  Arrays.copyOf(challenger, some),
                  Arrays.copyOf(truth, some));
      if (verdict instanceof ChallengeVerdict.ChallengerWins) {
        return some;
      }
    }
    return Integer.MAX_VALUE;
  }
}
