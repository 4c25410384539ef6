package dev.mlops.benchmarks;

import dev.mlops.stats.DeLong;
import dev.mlops.stats.Interval;
import dev.mlops.stats.SplitRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * How often intervals of 95 % hold the truth, where they are given, against the 94 % that are
 * promised. Beside it: how often there was none, and the median width in multiples of the truth.
 */
final class CoverageComparison {

  private static final int RUNS = 4000;
  private static final double CONFIDENCE = 0.95;
  private static final double BAR = 0.94;
  private static final List<Integer> SIZES = List.of(20, 50, 200, 1000);

  private CoverageComparison() {}

  /**
   * A law of errors.
   *
   * @param draw one error
   * @param mean the mean error
   * @param mae the mean of its size
   * @param mse the mean of its square
   */
  private record Law(
      String name, ToDoubleFunction<SplitRandom> draw, double mean, double mae, double mse) {}

  private static final List<Law> LAWS =
      List.of(
          new Law("normal", SplitRandom::nextGaussian, 0, Math.sqrt(2 / Math.PI), 1),
          new Law("exponential", random -> -Math.log(1 - random.nextDouble()), 1, 1, 2),
          new Law(
              "log-normal(0,1)",
              random -> Math.exp(random.nextGaussian()),
              Math.exp(.5),
              Math.exp(.5),
              Math.exp(2)),
          new Law("Student-t3", CoverageComparison::student, 0, 2 * Math.sqrt(3) / Math.PI, 3),
          new Law("uniform(-1,1)", random -> 2 * random.nextDouble() - 1, 0, .5, 1 / 3.0));

  private static double student(SplitRandom random) {
    double squares = 0;
    for (int i = 0; i < 3; i++) {
      double normal = random.nextGaussian();
      squares += normal * normal;
    }
    return random.nextGaussian() / Math.sqrt(squares / 3);
  }

  /**
   * Runs the simulation.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    Shares shares = new Shares();
    for (Law law : LAWS) {
      means(shares, "bias", law, x -> x, law.mean, 20);
      means(shares, "mae", law, Math::abs, law.mae, 20);
      means(shares, "rmse", law, x -> x * x, law.mse, 50);
    }
    for (int n : SIZES) {
      shares(shares, n);
      median(shares, n);
      brier(shares, n);
    }
    areas(shares);
    shares.print();
  }

  private static void means(
      Shares shares, String metric, Law law, DoubleUnaryOperator term, double truth, int least) {
    for (int n : SIZES) {
      if (n >= least) {
        Tally tally =
            new Tally(
                n,
                truth,
                random ->
                    Interval.mean(
                        values(random, n, r -> term.applyAsDouble(law.draw.applyAsDouble(r))),
                        CONFIDENCE));
        tally.report(shares, metric + ", " + law.name, BAR);
        if (n == 200 && law.name.startsWith("log-normal")) {
          shares.atMost(
              metric + ", " + law.name + ", none",
              n + " rows",
              1 - (double) tally.given / RUNS,
              .05,
              RUNS,
              "");
        }
      }
    }
  }

  private static double[] values(SplitRandom random, int n, ToDoubleFunction<SplitRandom> law) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = law.applyAsDouble(random);
    }
    return values;
  }

  private static void shares(Shares shares, int n) {
    for (double share : new double[] {.01, .1, .5}) {
      new Tally(
              n,
              share,
              random -> {
                long hits = 0;
                for (int i = 0; i < n; i++) {
                  hits += random.nextDouble() < share ? 1 : 0;
                }
                return Optional.of(Interval.share(hits, n, CONFIDENCE));
              })
          .report(shares, "share of " + share, BAR);
    }
  }

  private static void median(Shares shares, int n) {
    new Tally(
            n,
            1,
            random ->
                Interval.quantile(
                    values(random, n, r -> Math.exp(r.nextGaussian())), .5, CONFIDENCE))
        .report(shares, "median, log-normal(0,1)", BAR);
  }

  /** The Brier score of a calibrated model, whose scores are squares of uniform numbers. */
  private static void brier(Shares shares, int n) {
    double truth = 1 / 3.0 - 1 / 5.0;
    new Tally(
            n,
            truth,
            random ->
                Optional.of(
                    Interval.boundedMean(
                        values(random, n, CoverageComparison::brierTerm), 0, 1, CONFIDENCE)))
        .report(shares, "brier, calibrated", BAR);
  }

  private static double brierTerm(SplitRandom random) {
    double root = random.nextDouble();
    double score = root * root;
    double miss = random.nextDouble() < score ? 1 - score : score;
    return miss * miss;
  }

  /** Normal scores, and exponential ones whose area is k / (1 + k) for a ratio k of means. */
  private static void areas(Shares shares) {
    int[][] classes = {{10, 10}, {10, 90}, {20, 180}, {50, 50}, {50, 450}};
    double[] shifts = {0, .7416, 1.4657, 2.3262, 3.29};
    double[] ofShifts = {.5, .7, .85, .95, .99};
    for (int[] of : classes) {
      for (int i = 0; i < shifts.length; i++) {
        double shift = shifts[i];
        double ratio = ofShifts[i] / (1 - ofShifts[i]);
        area(
            shares,
            "normal",
            of,
            ofShifts[i],
            r -> r.nextGaussian() + shift,
            SplitRandom::nextGaussian);
        area(
            shares,
            "exponential",
            of,
            ofShifts[i],
            r -> -ratio * Math.log(1 - r.nextDouble()),
            r -> -Math.log(1 - r.nextDouble()));
      }
    }
  }

  private static void area(
      Shares shares,
      String law,
      int[] classes,
      double truth,
      ToDoubleFunction<SplitRandom> positive,
      ToDoubleFunction<SplitRandom> negative) {
    int n = classes[0] + classes[1];
    new Tally(
            n,
            truth,
            random -> {
              double[] scores = new double[n];
              boolean[] truths = new boolean[n];
              for (int i = 0; i < n; i++) {
                truths[i] = i < classes[0];
                scores[i] = (truths[i] ? positive : negative).applyAsDouble(random);
              }
              return Optional.of(DeLong.interval(scores, truths, CONFIDENCE));
            })
        .report(
            shares,
            String.format(Locale.ROOT, "roc_auc %.2f, %s, %d positives", truth, law, classes[0]),
            BAR);
  }

  /** Counts how many intervals hold the truth. */
  private static final class Tally {
    private final int n;
    private final double truth;
    private final double[] widths = new double[RUNS];
    private int given;
    private int covered;

    Tally(int n, double truth, Function<SplitRandom, Optional<Interval>> sample) {
      this.n = n;
      this.truth = truth;
      SplitRandom root = SplitRandom.seeded(n);
      for (int run = 0; run < RUNS; run++) {
        sample.apply(root.split(run)).ifPresent(this::add);
      }
    }

    private void add(Interval interval) {
      widths[given++] = interval.upper() - interval.lower();
      // Shares such as .95 of a continuous law are known to four digits.
      covered += interval.lower() <= truth + 1e-4 && truth - 1e-4 <= interval.upper() ? 1 : 0;
    }

    void report(Shares shares, String what, double bar) {
      Arrays.sort(widths, 0, given);
      shares.atLeast(
          what,
          n + " rows",
          (double) covered / given,
          bar,
          String.format(
              Locale.ROOT,
              "none in %.4f, median width %.3g",
              1 - (double) given / RUNS,
              widths[given / 2]));
    }
  }
}
