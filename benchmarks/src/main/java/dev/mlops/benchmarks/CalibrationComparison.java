package dev.mlops.benchmarks;

import dev.mlops.Workspace;
import dev.mlops.journal.Actor;
import dev.mlops.rollout.Bound;
import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.serving.Canary;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.BadEventProcess.Tick;
import dev.mlops.stats.Interval;
import dev.mlops.stats.PairedProcess;
import dev.mlops.stats.SplitRandom;
import dev.mlops.stats.TwoSidedProcess;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;

/**
 * Whether rollouts are judged soon and rightly, beside a z-test that is looked at again and again
 * and beside Kayenta's rule. All of it is simulated and seeded, and takes a few minutes.
 */
final class CalibrationComparison {

  private static final int NEVER = Integer.MAX_VALUE;
  private static final int SALTS = 2_000;

  private final Comparison comparison = new Comparison();

  private CalibrationComparison() {}

  /**
   * Runs the simulations.
   *
   * @param arguments none are needed
   * @throws IOException if the flights can't be read
   */
  public static void main(String[] arguments) throws IOException {
    CalibrationComparison calibration = new CalibrationComparison();
    calibration.findsSoon();
    calibration.staysQuiet();
    calibration.seesWhatKayentaMissed();
    calibration.needsFewLabels();
    calibration.keepsAlphaByKey();
    calibration.comparison.print();
  }

  private static Tick tick(SplitRandom random, int units, double split, double live, double rate) {
    long[] counts = new long[4];
    for (int i = 0; i < units; i++) {
      boolean canary = random.nextDouble() < split;
      int arm = canary ? 0 : 2;
      counts[arm]++;
      counts[arm + 1] += random.nextDouble() < (canary ? rate : live) ? 1 : 0;
    }
    return new Tick(counts[0], counts[1], counts[2], counts[3]);
  }

  private static RolloutRecord record(double alpha) {
    GuardTerms errors =
        new GuardTerms(
            "errors",
            GuardTerms.Kind.ERRORS,
            0,
            null,
            0,
            new Bound.Relative(1, 1.25, 0.001),
            alpha,
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
            List.of(errors)));
  }

  private static double median(int runs, ToIntFunction<SplitRandom> run) {
    int[] all = new int[runs];
    for (int i = 0; i < runs; i++) {
      all[i] = run.applyAsInt(SplitRandom.seeded(20_260_401).split(i));
    }
    Arrays.sort(all);
    return all[runs / 2];
  }

  private void findsSoon() {
    double ours = median(1_001, random -> untilRollback(random, 0.05));
    double slow = median(201, random -> untilKayenta(random, 0.05, 100));
    double fast = median(201, random -> untilKayenta(random, 0.05, 1_000));
    String work = "requests until rollback, median";
    String size = "1 % -> 5 % bad, 10 % split";
    comparison.add(work, size, "stated", 1_600, ours, 1, "%.0f");
    comparison.add(work, size, "Kayenta's rule, 100 a minute", known(slow), ours, 1, "%.0f");
    comparison.add(work, size, "Kayenta's rule, 1,000 a minute", known(fast), ours, 1, "%.0f");
    double z = share(1_000, random -> untilPeeked(random, 0.01, 20_000));
    double quiet = share(1_000, CalibrationComparison::falseRollback);
    size = "1 % on both, 20,000 requests";
    comparison.add("false rollbacks", size, "stated", 0.01, quiet, 1, "%.4f");
    comparison.add("false rollbacks", size, "z-test at 1 %, peeked", z, quiet, 1, "%.4f");
    System.out.printf(
        "the peeked z-test finds 5 %% after %.0f requests; Kayenta's rule has %.4f false rollbacks%n",
        median(1_001, random -> untilPeeked(random, 0.05, 60_000)),
        share(200, random -> untilKayenta(random, 0.01, 100)));
  }

  private static double known(double requests) {
    return requests < NEVER ? requests : Double.POSITIVE_INFINITY;
  }

  private static double share(int runs, ToIntFunction<SplitRandom> run) {
    int found = 0;
    for (int i = 0; i < runs; i++) {
      found += run.applyAsInt(SplitRandom.seeded(20_260_402).split(i)) < NEVER ? 1 : 0;
    }
    return (double) found / runs;
  }

  private static int falseRollback(SplitRandom random) {
    int at = untilRollback(random, 0.01);
    return at <= 20_000 ? at : NEVER;
  }

  private static int untilRollback(SplitRandom random, double rate) {
    RolloutRecord record = record(0.01);
    int requests = 0;
    boolean ended = false;
    while (!ended && requests < 20_000) {
      requests += 100;
      ended = ends(record, tick(random, 100, 0.1, 0.01, rate));
    }
    return record.state() instanceof RolloutState.RolledBack ? requests : NEVER;
  }

  private static boolean ends(RolloutRecord record, Tick tick) {
    return record.tick(0, 0, tick, Instant.EPOCH, Actor.system()).isPresent();
  }

  private static int untilPeeked(SplitRandom random, double rate, int most) {
    Tick total = new Tick(0, 0, 0, 0);
    for (int at = 100; at <= most; at += 100) {
      total = total.plus(tick(random, 100, 0.1, 0.01, rate));
      if (z(total) > 2.3263) {
        return at;
      }
    }
    return NEVER;
  }

  private static double z(Tick total) {
    double pooled =
        (double) (total.canaryBad() + total.stableBad()) / (total.canary() + total.stable());
    double variance = pooled * (1 - pooled) * (1.0 / total.canary() + 1.0 / total.stable());
    double difference =
        (double) total.canaryBad() / total.canary() - (double) total.stableBad() / total.stable();
    return total.canary() == 0 || variance == 0 ? 0 : difference / Math.sqrt(variance);
  }

  /** So many requests come a minute; it is judged each five minutes, from ten points to 180. */
  private static int untilKayenta(SplitRandom random, double rate, int aMinute) {
    List<Double> canary = new ArrayList<>();
    List<Double> baseline = new ArrayList<>();
    for (int minute = 1; minute <= 180; minute++) {
      Tick tick = tick(random, aMinute, 0.1, 0.01, rate);
      canary.add(tick.canary() == 0 ? 0.0 : (double) tick.canaryBad() / tick.canary());
      baseline.add((double) tick.stableBad() / tick.stable());
      if (minute >= 10 && minute % 5 == 0 && KayentaRule.fails(array(canary), array(baseline))) {
        return minute * aMinute;
      }
    }
    return NEVER;
  }

  private static double[] array(List<Double> points) {
    return points.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Both are equal; half of 1,000 requests a day is on each for four weeks, looked at each day. */
  private void staysQuiet() {
    int runs = 4_000;
    int ours = 0;
    int peeked = 0;
    for (int run = 0; run < runs; run++) {
      SplitRandom random = SplitRandom.seeded(20_260_403).split(run);
      TwoSidedProcess test = TwoSidedProcess.start(1.25);
      Tick total = new Tick(0, 0, 0, 0);
      boolean significant = false;
      for (int day = 0; day < 28; day++) {
        for (int i = 0; i < 10; i++) {
          Tick tick = tick(random, 100, 0.5, 0.05, 0.05);
          test = test.after(tick);
          total = total.plus(tick);
        }
        significant |= Math.abs(z(total)) > 1.96;
      }
      peeked += significant ? 1 : 0;
      ours += isDifference(test.outcome(0.05)) ? 1 : 0;
    }
    String size = "4,000 A/A tests, 28 looks";
    double share = (double) ours / runs;
    comparison.add("a difference is told", size, "stated", 0.05, share, 1, "%.4f");
    comparison.add(
        "a difference is told", size, "z-test at 5 %", (double) peeked / runs, share, 1, "%.4f");
  }

  private static boolean isDifference(TwoSidedProcess.Outcome outcome) {
    return outcome instanceof TwoSidedProcess.Outcome.Worse
        || outcome instanceof TwoSidedProcess.Outcome.Better;
  }

  /** Two reports of Kayenta's users, as points of a minute in which each arm has some requests. */
  private void seesWhatKayentaMissed() {
    double[] canary = new double[10];
    double[] baseline = new double[10];
    Arrays.fill(canary, 0, 7, 100);
    Arrays.fill(canary, 7, 10, 1);
    Arrays.fill(baseline, 1);
    compare("issue 780: 7 of 10 at 100", canary, baseline, 1_000, 1_000);
    double[] sparse = new double[25];
    double[] none = new double[25];
    int[] errors = {1, 2, 1, 2, 1};
    for (int i = 0; i < errors.length; i++) {
      sparse[5 * i] = errors[i];
    }
    compare("issue 799: 7 errors against 0", sparse, none, 10, 90);
  }

  private void compare(
      String what, double[] canary, double[] baseline, int canaryUnits, int baselineUnits) {
    int kayenta = NEVER;
    RolloutRecord record = record(0.01);
    int ours = NEVER;
    for (int minute = 1; minute <= canary.length; minute++) {
      if (kayenta == NEVER
          && KayentaRule.fails(Arrays.copyOf(canary, minute), Arrays.copyOf(baseline, minute))) {
        kayenta = minute;
      }
      Tick tick =
          new Tick(
              canaryUnits, (long) canary[minute - 1], baselineUnits, (long) baseline[minute - 1]);
      if (ours == NEVER && ends(record, tick)) {
        ours = minute;
      }
    }
    if (!(record.state() instanceof RolloutState.RolledBack)) {
      throw new IllegalStateException(what + " is not rolled back: " + record.state());
    }
    boolean passes = !KayentaRule.fails(canary, baseline);
    comparison.add(
        "minutes until rollback",
        what,
        "Kayenta's rule on all points",
        passes ? Double.POSITIVE_INFINITY : kayenta,
        ours,
        1,
        "%.0f");
  }

  private void needsFewLabels() {
    double paired = median(1_001, CalibrationComparison::labelsOfPairs);
    double halves = median(1_001, CalibrationComparison::labelsOfHalves);
    comparison.add(
        "labels until rollback, median",
        "10 % -> 15 % wrong",
        "half of the traffic on each",
        halves,
        paired,
        4,
        "%.0f");
  }

  private static int labelsOfPairs(SplitRandom random) {
    PairedProcess evidence = PairedProcess.start();
    int labels = 0;
    while (!evidence.rejects(0.01)) {
      labels++;
      double draw = random.nextDouble();
      evidence = evidence.after(draw < 0.07, draw >= 0.07 && draw < 0.09);
    }
    return labels;
  }

  private static int labelsOfHalves(SplitRandom random) {
    BadEventProcess evidence = BadEventProcess.rollback(1);
    int labels = 0;
    while (!evidence.rejects(0.01)) {
      labels += 100;
      evidence = evidence.after(tick(random, 100, 0.5, 0.10, 0.15));
    }
    return labels;
  }

  /** A plan whose numbers ninety routes, and even ten airports, can reach. */
  private static Canary fewKeys(Canary canary) {
    return canary.steps(10, 20, 30, 40, 50, 60, 100).minimum(1).tick(2);
  }

  private void keepsAlphaByKey() throws IOException {
    StickyFlights flights = StickyFlights.read();
    Clock still = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC); // As the start is part of a salt.
    try (Workspace workspace =
        Workspace.builder().predictionLog(new TakesAll()).clock(still).open()) {
      UnaryOperator<Canary> plan = CalibrationComparison::fewKeys;
      double routes =
          lowerBound(flights.rolledBack(workspace, SALTS, StickyFlights.Flight::route, plan));
      double airports =
          lowerBound(flights.rolledBack(workspace, SALTS, StickyFlights.Flight::origin, plan));
      int few = SALTS / 20;
      double each =
          (double)
                  flights.rolledBack(
                      workspace,
                      few,
                      StickyFlights.Flight::origin,
                      canary -> canary.share(10).independentRequests())
              / few;
      String work = "false rollbacks, 99 % lower bound";
      comparison.add(work, "2,000 salts, keys are routes", "stated", 0.01, routes, 1, "%.4f");
      comparison.add(work, "2,000 salts, keys are airports", "stated", 0.01, airports, 1, "%.4f");
      comparison.add(work, "100 salts, airports", "each request counts", each, airports, 1, "%.4f");
    }
  }

  private static double lowerBound(int rolledBack) {
    System.out.printf("%d of %,d salts were rolled back%n", rolledBack, SALTS);
    return Interval.share(rolledBack, SALTS, 0.98).lower();
  }
}
