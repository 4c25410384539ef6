package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.stats.BadEventProcess.Tick;
import dev.mlops.stats.TwoSidedProcess.Outcome;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TwoSidedProcessTest {

  private static TwoSidedProcess after(int times, Tick tick) {
    return TwoSidedProcess.start(1.25).after(Collections.nCopies(times, tick));
  }

  @Test
  void tells_each_outcome_in_words() {
    assertThat(after(10, new Tick(50, 10, 50, 2)).outcome(0.05))
        .isEqualTo(
            new Outcome.Worse(
                false, "the canary is worse: canary 100 bad of 500, stable 20 bad of 500"));
    assertThat(after(10, new Tick(50, 2, 50, 10)).outcome(0.05))
        .isEqualTo(
            new Outcome.Better(
                false, "the canary is better: canary 20 bad of 500, stable 100 bad of 500"));
    assertThat(after(100, new Tick(50, 10, 50, 10)).outcome(0.05))
        .isEqualTo(
            new Outcome.Equivalent(
                "the two differ by less than 1.25 times the odds: canary 1,000 bad of 5,000, stable 1,000 bad of 5,000"));
    assertThat(after(1, new Tick(50, 10, 50, 2)).outcome(0.05))
        .isEqualTo(
            new Outcome.Undecided(
                "it is not decided which is better, nor that they are equal: canary 10 bad of 50, stable 2 bad of 50"));
  }

  @Test
  void says_that_a_small_difference_is_within_the_margin() {
    TwoSidedProcess test =
        TwoSidedProcess.start(3).after(Collections.nCopies(100, new Tick(50, 12, 50, 8)));
    assertThat(test.outcome(0.05))
        .isEqualTo(
            new Outcome.Worse(
                true,
                "the canary is worse, by less than 3 times the odds: canary 1,200 bad of 5,000, stable 800 bad of 5,000"));
  }

  @Test
  void decides_nothing_if_the_evidence_has_gone_both_ways() {
    TwoSidedProcess test =
        after(10, new Tick(50, 10, 50, 2)).after(Collections.nCopies(60, new Tick(50, 2, 50, 10)));
    assertThat(test.outcome(0.05))
        .isEqualTo(
            new Outcome.Undecided(
                "it is not decided which is better, as the evidence has gone both ways: the difference has changed on the way: canary 220 bad of 3,500, stable 620 bad of 3,500"));
  }

  @Test
  void decides_nothing_without_a_bad_event() {
    assertThat(after(1000, new Tick(50, 0, 50, 0)).outcome(0.05))
        .isInstanceOf(Outcome.Undecided.class);
  }

  @Property(tries = 100)
  void changes_sides_when_the_arms_do(
      @ForAll @IntRange(max = 30) int canaryBad,
      @ForAll @IntRange(max = 30) int stableBad,
      @ForAll @IntRange(min = 30, max = 60) int canary) {
    Tick tick = new Tick(canary, canaryBad, 40, stableBad);
    TwoSidedProcess test = after(20, tick);
    TwoSidedProcess swapped = after(20, tick.swapped());
    assertThat(test.worse().logE()).isEqualTo(swapped.better().logE());
    assertThat(test.outcome(0.05) instanceof Outcome.Worse)
        .isEqualTo(swapped.outcome(0.05) instanceof Outcome.Better);
    assertThat(test.outcome(0.05) instanceof Outcome.Equivalent)
        .isEqualTo(swapped.outcome(0.05) instanceof Outcome.Equivalent);
  }

  @Test
  void has_a_range_that_agrees_with_the_outcome() {
    SplitRandom random = SplitRandom.seeded(12);
    TwoSidedProcess test = TwoSidedProcess.start(1.25);
    int differences = 0;
    for (int i = 0; i < 300; i++) {
      long bad = random.nextInt(12);
      test = test.after(new Tick(50, bad, 50, random.nextInt(10)));
      Interval range = test.odds(0.05).orElseThrow();
      boolean isDifferent = !(test.outcome(0.05) instanceof Outcome.Undecided);
      assertThat(range.lower() >= 1 || range.upper() <= 1).isEqualTo(isDifferent);
      differences += isDifferent ? 1 : 0;
    }
    assertThat(differences).isBetween(50, 290);
    Interval last = test.odds(0.05).orElseThrow();
    assertThat(last.estimate()).isBetween(1.2, 1.4);
    assertThat(last.confidence()).isEqualTo(0.95);
  }

  /** Whether somebody looks in between, or not, must change nothing. */
  @Test
  void has_the_same_range_however_often_it_is_asked() {
    TwoSidedProcess asked = TwoSidedProcess.start(2);
    TwoSidedProcess silent = TwoSidedProcess.start(2);
    for (int i = 0; i < 40; i++) {
      Tick tick = new Tick(50, i % 7, 50, i % 3);
      asked = asked.after(tick);
      silent = silent.after(tick);
      assertThat(i % 4 == 0 ? asked.odds(0.1) : Optional.empty()).isNotNull();
    }
    assertThat(asked.odds(0.1)).isEqualTo(silent.odds(0.1)).isEqualTo(asked.odds(0.1));
  }

  /** Each tested odds ratio once more, by a process of its own. */
  @Test
  void has_the_range_that_processes_of_each_odds_ratio_give() {
    List<Tick> path = IntStream.range(0, 60).mapToObj(i -> new Tick(50, i % 9, 60, i % 5)).toList();
    double lower = 0;
    double upper = Double.POSITIVE_INFINITY;
    double[] up = TwoSidedProcess.powers().stream().mapToDouble(p -> Math.pow(1.25, p)).toArray();
    double[] down =
        TwoSidedProcess.powers().stream().mapToDouble(p -> Math.pow(1.25, -p)).toArray();
    for (int i = -80; i <= 80; i++) {
      double odds = Math.pow(1.25, i / 8.0);
      if (BadEventProcess.betting(odds, up).after(path).rejects(0.025)) {
        lower = Math.max(lower, odds);
      }
      if (BadEventProcess.betting(odds, down).after(path).rejects(0.025)) {
        upper = Math.min(upper, odds);
      }
    }
    Interval range = TwoSidedProcess.start(1.25).after(path).odds(0.05).orElseThrow();
    assertThat(range.lower()).isCloseTo(lower, within(1e-9)).isGreaterThan(1);
    assertThat(range.upper()).isCloseTo(upper, within(1e-9)).isLessThan(4);
  }

  @Test
  void has_no_range_if_no_odds_ratio_fits() {
    TwoSidedProcess test =
        after(20, new Tick(50, 20, 50, 2)).after(Collections.nCopies(100, new Tick(50, 2, 50, 20)));
    assertThat(test.odds(0.05)).isEmpty();
    assertThat(after(5, new Tick(50, 0, 50, 0)).odds(0.05))
        .contains(new Interval(0, 1, Double.POSITIVE_INFINITY, 0.95));
    assertThatThrownBy(() -> after(1, new Tick(1, 0, 1, 0)).odds(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("alpha must lie between 0 and 1, both excluded: 1");
  }

  @Test
  void refuses_a_margin_that_leaves_no_room() {
    assertThatThrownBy(() -> TwoSidedProcess.start(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("margin must be an odds ratio above 1 and at most 1,000, such as 1.25: 1");
    assertThatThrownBy(() -> after(1, new Tick(1, 0, 1, 0)).outcome(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("alpha must lie between 0 and 1, both excluded: 0");
  }

  /** Seeded tests of up to 20,000 units, half on each arm, 10 % bad, looked at every 200 units. */
  @Nested
  class Simulated {

    private static final int RUNS = 400;
    private static final double ALPHA = 0.05;
    private static final int TICK = 200;

    /** Returns the test at the moment at which it is as asked for, null if it never is. */
    private static @Nullable TwoSidedProcess run(
        int seed, double canary, double stable, int units, Predicate<TwoSidedProcess> end) {
      SplitRandom random = SplitRandom.seeded(4_711).split(seed);
      TwoSidedProcess test = TwoSidedProcess.start(1.25);
      for (int at = 0; at < units; at += TICK) {
        long[] counts = new long[4];
        for (int unit = 0; unit < TICK; unit++) {
          int arm = random.nextDouble() < .5 ? 0 : 2;
          counts[arm]++;
          counts[arm + 1] += random.nextDouble() < (arm == 0 ? canary : stable) ? 1 : 0;
        }
        test = test.after(new Tick(counts[0], counts[1], counts[2], counts[3]));
        if (end.test(test)) {
          return test;
        }
      }
      return null;
    }

    /** Returns the share of tests in which an outcome was ever told. */
    private static double told(double canary, double stable, Predicate<Outcome> outcome) {
      return IntStream.range(0, RUNS)
              .filter(
                  seed ->
                      run(seed, canary, stable, 20_000, test -> outcome.test(test.outcome(ALPHA)))
                          != null)
              .count()
          / (double) RUNS;
    }

    private static double rateAt(double odds) {
      return odds * .1 / (.9 + odds * .1);
    }

    private static boolean isDifference(Outcome outcome) {
      return outcome instanceof Outcome.Worse || outcome instanceof Outcome.Better;
    }

    /** Three standard errors of 400 runs are 3.3 %. */
    @Test
    void keep_alpha_for_each_kind_of_false_outcome() {
      assertThat(told(.1, .1, Simulated::isDifference)).isLessThan(0.083);
      assertThat(told(.1, rateAt(1.1), Outcome.Worse.class::isInstance)).isLessThan(0.083);
      assertThat(told(rateAt(1.25), .1, Outcome.Equivalent.class::isInstance)).isLessThan(0.083);
      assertThat(told(.1, rateAt(1.25), Outcome.Equivalent.class::isInstance)).isLessThan(0.083);
    }

    /** The same simulation tells the right outcomes, so that it can tell false ones. */
    @Test
    void tell_what_is_true() {
      assertThat(told(rateAt(1.4), .1, Outcome.Worse.class::isInstance)).isGreaterThan(0.95);
      assertThat(told(.1, rateAt(1.4), Outcome.Better.class::isInstance)).isGreaterThan(0.95);
      assertThat(told(.1, .1, Outcome.Equivalent.class::isInstance)).isGreaterThan(0.8);
    }

    /** Looked at after every tick; two sides of 2.5 % each, and three standard errors. */
    @Test
    void leave_the_truth_in_their_range() {
      for (double odds : new double[] {1, 1.3, 0.6}) {
        long missed =
            IntStream.range(0, RUNS / 2)
                .filter(
                    seed -> run(seed, rateAt(odds), .1, 6_000, test -> misses(test, odds)) != null)
                .count();
        assertThat(2.0 * missed / RUNS).isLessThan(0.096);
      }
    }

    private static boolean misses(TwoSidedProcess test, double odds) {
      return test.odds(ALPHA)
          .map(range -> range.lower() >= odds || range.upper() <= odds)
          .orElse(true);
    }

    /** The same search finds a wrong truth left out. */
    @Test
    void leave_out_what_is_false() {
      long missed =
          IntStream.range(0, 50)
              .filter(seed -> run(seed, rateAt(1.5), .1, 6_000, test -> misses(test, 1.1)) != null)
              .count();
      assertThat(missed).isGreaterThan(40);
    }

    /** What one-sided evidence alone would call equal: half of the offence is caught by it only. */
    @Test
    void break_the_bound_if_one_of_the_two_sides_is_not_asked() {
      double oneSided =
          IntStream.range(0, 50)
                  .filter(
                      seed -> {
                        BadEventProcess below =
                            BadEventProcess.betting(1.25, new double[] {0.9, 0.8, 0.7});
                        SplitRandom random = SplitRandom.seeded(5).split(seed);
                        for (int at = 0; at < 100; at++) {
                          long bad = 0;
                          long stableBad = 0;
                          for (int unit = 0; unit < 100; unit++) {
                            bad += random.nextDouble() < .1 ? 1 : 0;
                            stableBad += random.nextDouble() < rateAt(1.25) ? 1 : 0;
                          }
                          below = below.after(new Tick(100, bad, 100, stableBad));
                        }
                        return below.rejects(ALPHA);
                      })
                  .count()
              / 50.0;
      assertThat(oneSided).isGreaterThan(0.5);
    }
  }
}
