package dev.mlops.benchmarks;

import dev.mlops.journal.Actor;
import dev.mlops.rollout.Bound;
import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.LatencyBudget;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.stats.BadEventProcess.Tick;
import dev.mlops.stats.Histogram;
import dev.mlops.stats.SplitRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * How soon a guard of a latency quantile finds a slower candidate: log-normal latencies, a tenth of
 * the traffic, the default limits. A slower candidate's latencies are all so many times longer.
 */
final class SlowerCandidates {

  private static final int RUNS = 101;
  private static final int NEVER = Integer.MAX_VALUE;
  private static final double SIGMA = 0.5;
  private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999};
  private static final double[] TIMES = {1.35, 1.5, 2, 3};

  private final double quantile;
  private final double tolerance;
  private final int most;

  /**
   * Begins with nothing.
   *
   * @param most after how many requests a simulation is given up
   */
  SlowerCandidates(double quantile, double tolerance, int most) {
    this.quantile = quantile;
    this.tolerance = tolerance;
    this.most = most;
  }

  /** Prints the median of requests until the end, for an equal candidate and for slower ones. */
  static void print() {
    System.out.println(
        "requests until a rollback, median; the first until the proof of an equal one");
    for (double tolerance : new double[] {1.1, 1.25}) {
      for (double quantile : QUANTILES) {
        SlowerCandidates row =
            new SlowerCandidates(quantile, tolerance, quantile > 0.99 ? 600_000 : 200_000);
        System.out.printf(
            "p%s, ratio %s: %s", 100 * quantile, tolerance, text(row.median(1, false)));
        for (double times : TIMES) {
          System.out.printf(" | %s: %s", times, text(row.median(times, true)));
        }
        System.out.println();
      }
    }
  }

  private static String text(int requests) {
    return requests == NEVER ? "more" : "%,d".formatted(requests);
  }

  /** After how many requests half of the rollouts have ended so. */
  int median(double times, boolean rolledBack) {
    int[] ends = new int[RUNS];
    for (int run = 0; run < RUNS; run++) {
      int end = end(SplitRandom.seeded(20_261_128).split(run), times);
      ends[run] = (end < 0) == rolledBack ? Math.abs(end) : NEVER;
    }
    Arrays.sort(ends);
    return ends[RUNS / 2];
  }

  /** In which share of rollouts a candidate is taken back. */
  double rolledBack(int runs, double times) {
    int found = 0;
    for (int run = 0; run < runs; run++) {
      int end = end(SplitRandom.seeded(20_261_129).split(run), times);
      found += end < 0 && end != -NEVER ? 1 : 0;
    }
    return (double) found / runs;
  }

  /** After how many requests it is promoted, or with a minus sign rolled back. */
  private int end(SplitRandom random, double times) {
    LatencyBudget budget = budget(random);
    RolloutRecord record = record(budget);
    for (int requests = 100; requests <= most; requests += 100) {
      if (record
          .tick(0, 0, tick(random, budget, times), Instant.EPOCH, Actor.system())
          .isPresent()) {
        return record.state() instanceof RolloutState.RolledBack ? -requests : requests;
      }
    }
    return times == 1 ? NEVER : -NEVER;
  }

  private static double latency(SplitRandom random) {
    return 20e6 * Math.exp(SIGMA * random.nextGaussian());
  }

  private LatencyBudget budget(SplitRandom random) {
    Histogram.Recorder before = Histogram.recorder();
    long answers = 2 * LatencyBudget.answersNeeded(quantile);
    for (int i = 0; i < answers; i++) {
      before.add(latency(random));
    }
    return LatencyBudget.untaken(quantile, tolerance).taken(before.snapshot());
  }

  private static Tick tick(SplitRandom random, LatencyBudget budget, double times) {
    long[] counts = new long[4];
    for (int i = 0; i < 100; i++) {
      boolean candidate = random.nextDouble() < 0.1;
      int arm = candidate ? 0 : 2;
      counts[arm]++;
      long nanos = (long) (latency(random) * (candidate ? times : 1));
      counts[arm + 1] += budget.isLate(candidate, nanos) ? 1 : 0;
    }
    return new Tick(counts[0], counts[1], counts[2], counts[3]);
  }

  private RolloutRecord record(LatencyBudget budget) {
    double negligible = Math.min(0.001, (1 - quantile) / 10);
    GuardTerms guard =
        new GuardTerms(
            "latency",
            GuardTerms.Kind.LATENCY_QUANTILE,
            0,
            budget,
            0,
            new Bound.Relative(1, 1.25, negligible),
            0.01,
            0.05,
            true,
            500,
            0);
    return RolloutRecord.start(
        new RolloutTerms(
            "simulation",
            "model:1",
            "model:2",
            new RolloutTerms.Digests(null, null),
            1,
            false,
            true,
            100,
            List.of(10.0, 100.0),
            0,
            Duration.ZERO,
            Duration.ofSeconds(10),
            Duration.ofDays(365),
            Instant.EPOCH,
            List.of(guard)));
  }
}
