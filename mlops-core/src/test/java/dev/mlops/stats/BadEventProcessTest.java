package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.stats.BadEventProcess.Tick;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BadEventProcessTest {

  private static final double[] WORSE = {1.25, 1.5, 2, 3, 5, 10};
  private static final double[] NOT_WORSE = {0.9, 0.75, 0.5, 0.25};

  @Test
  void finds_four_errors_of_a_tenth_against_a_clean_baseline() {
    BadEventProcess evidence = errorsOneATick(new Tick(10, 1, 90, 0), 4);
    assertThat(evidence.eValue()).isGreaterThan(100);
    assertThat(evidence.rejects(0.01)).isTrue();
    assertThat(errorsOneATick(new Tick(10, 1, 90, 0), 3).rejects(0.01)).isFalse();
  }

  @Test
  void finds_seven_errors_of_a_half_against_a_clean_baseline() {
    BadEventProcess evidence = errorsOneATick(new Tick(50, 1, 50, 0), 7);
    assertThat(evidence.eValue()).isGreaterThan(20);
    assertThat(evidence.rejects(0.05)).isTrue();
    assertThat(errorsOneATick(new Tick(50, 1, 50, 0), 6).rejects(0.05)).isFalse();
  }

  private static BadEventProcess errorsOneATick(Tick tick, int errors) {
    return BadEventProcess.rollback(1).after(Collections.nCopies(errors, tick));
  }

  @Test
  void gives_a_single_error_the_evidence_known_by_hand() {
    // One bad event at a split of one half: odds w make it the canary's with chance w / (1 + w),
    // against 1/2 at odds 1, so its e-value is the mean of 2w / (1 + w) over the grid.
    double byHand = 0;
    for (double odds : WORSE) {
      byHand += 2 * odds / (1 + odds) / WORSE.length;
    }
    assertThat(BadEventProcess.rollback(1).after(new Tick(8, 1, 8, 0)).eValue())
        .isCloseTo(byHand, within(1e-14));
  }

  @Property(tries = 300)
  void equals_the_sum_over_exact_binomials(
      @ForAll @IntRange(max = 60) int canary,
      @ForAll @IntRange(max = 60) int stable,
      @ForAll @IntRange(max = 60) int canaryDraw,
      @ForAll @IntRange(max = 60) int stableDraw,
      @ForAll @DoubleRange(min = 0.5, max = 2) double tolerance) {
    Tick tick = new Tick(canary, canaryDraw % (canary + 1), stable, stableDraw % (stable + 1));
    assertThat(BadEventProcess.rollback(tolerance).after(tick).eValue())
        .isCloseTo(exactMean(tick, tolerance, WORSE), relative(tick, tolerance, WORSE));
    assertThat(BadEventProcess.promotion(tolerance).after(tick).eValue())
        .isCloseTo(exactMean(tick, tolerance, NOT_WORSE), relative(tick, tolerance, NOT_WORSE));
  }

  private static Offset<Double> relative(Tick tick, double tolerance, double[] grid) {
    return within(1e-11 * exactMean(tick, tolerance, grid));
  }

  private static double exactMean(Tick tick, double tolerance, double[] grid) {
    double sum = 0;
    for (double ratio : grid) {
      sum += exact(tick, tolerance * ratio, tolerance);
    }
    return sum / grid.length;
  }

  /** The slow twin: e(w; m) by whole binomial coefficients and 50 decimal digits. */
  private static double exact(Tick tick, double odds, double tolerance) {
    MathContext digits = new MathContext(50);
    int canaryBad = (int) tick.canaryBad();
    BigDecimal gain =
        new BigDecimal(odds).divide(new BigDecimal(tolerance), digits).pow(canaryBad, digits);
    return gain.multiply(weightedSum(tick, tolerance))
        .divide(weightedSum(tick, odds), digits)
        .doubleValue();
  }

  private static BigDecimal weightedSum(Tick tick, double odds) {
    MathContext digits = new MathContext(50);
    int bad = (int) (tick.canaryBad() + tick.stableBad());
    BigDecimal sum = BigDecimal.ZERO;
    for (int j = Math.max(0, bad - (int) tick.stable()); j <= Math.min(bad, tick.canary()); j++) {
      BigDecimal ways =
          new BigDecimal(choose(tick.canary(), j).multiply(choose(tick.stable(), bad - j)));
      sum = sum.add(ways.multiply(new BigDecimal(odds).pow(j, digits), digits), digits);
    }
    return sum;
  }

  private static BigInteger choose(long n, long k) {
    BigInteger ways = BigInteger.ONE;
    for (long i = 1; i <= k; i++) {
      ways = ways.multiply(BigInteger.valueOf(n - k + i)).divide(BigInteger.valueOf(i));
    }
    return ways;
  }

  @Property(tries = 100)
  void expects_one_at_the_tolerance_and_less_beyond_it(
      @ForAll @IntRange(min = 1, max = 20) int canary,
      @ForAll @IntRange(min = 1, max = 20) int stable,
      @ForAll @IntRange(min = 1, max = 40) int drawn,
      @ForAll @DoubleRange(min = 0.5, max = 2) double tolerance) {
    int bad = 1 + drawn % (canary + stable);
    BadEventProcess worse = BadEventProcess.rollback(tolerance);
    BadEventProcess notWorse = BadEventProcess.promotion(tolerance);
    assertThat(expectation(worse, canary, stable, bad, tolerance)).isCloseTo(1, within(1e-10));
    assertThat(expectation(notWorse, canary, stable, bad, tolerance)).isCloseTo(1, within(1e-10));
    assertThat(expectation(worse, canary, stable, bad, tolerance * 0.7)).isLessThan(1 + 1e-10);
    assertThat(expectation(notWorse, canary, stable, bad, tolerance * 1.4)).isLessThan(1 + 1e-10);
  }

  /** Expectation of the e-value over all ways the bad events can fall, at the true odds given. */
  private static double expectation(
      BadEventProcess start, int canary, int stable, int bad, double odds) {
    double sum = 0;
    double weights = 0;
    for (int j = Math.max(0, bad - stable); j <= Math.min(bad, canary); j++) {
      double weight =
          choose(canary, j).doubleValue()
              * choose(stable, bad - j).doubleValue()
              * Math.pow(odds, j);
      sum += weight * start.after(new Tick(canary, j, stable, bad - j)).eValue();
      weights += weight;
    }
    return sum / weights;
  }

  @Test
  void replays_a_path_to_the_last_bit() {
    List<Tick> path = wanderingPath(SplitRandom.seeded(11), 300);
    BadEventProcess stepwise = BadEventProcess.rollback(1.1);
    for (Tick tick : path) {
      stepwise = stepwise.after(tick);
    }
    BadEventProcess replayed = BadEventProcess.rollback(1.1).after(path);
    assertThat(replayed.logE()).isEqualTo(stepwise.logE());
    assertThat(replayed.logMaximum()).isEqualTo(stepwise.logMaximum());
    // The same bits on every machine, written down when the class was made.
    assertThat(replayed.logE()).isEqualTo(17.94631594970645);
  }

  private static List<Tick> wanderingPath(SplitRandom random, int ticks) {
    List<Tick> path = new ArrayList<>();
    for (int i = 0; i < ticks; i++) {
      int canary = random.nextInt(200);
      int stable = random.nextInt(2000);
      path.add(
          new Tick(
              canary, random.nextInt(canary / 20 + 1), stable, random.nextInt(stable / 30 + 1)));
    }
    return path;
  }

  @Test
  void keeps_the_maximum_when_the_evidence_fades() {
    BadEventProcess high = BadEventProcess.rollback(1).after(new Tick(50, 5, 50, 0));
    BadEventProcess faded = high.after(new Tick(50, 0, 50, 9));
    assertThat(faded.eValue()).isLessThan(high.eValue());
    assertThat(faded.maximum()).isEqualTo(high.eValue());
    assertThat(faded.pValue()).isCloseTo(1 / high.eValue(), within(1e-15));
    assertThat(high.after(new Tick(50, 0, 50, 0)).logE()).isEqualTo(high.logE());
  }

  @Test
  void learns_nothing_where_nothing_could_differ() {
    BadEventProcess start = BadEventProcess.rollback(1);
    assertThat(start.after(new Tick(100, 0, 900, 0)).logE()).isZero();
    assertThat(start.after(new Tick(0, 0, 900, 9)).logE()).isZero();
    assertThat(start.after(new Tick(100, 50, 0, 0)).logE()).isZero();
    assertThat(start.after(new Tick(10, 10, 20, 20)).logE()).isZero();
    assertThat(start.after(new Tick(10, 10, 20, 20)).ticks()).isEqualTo(1);
  }

  @Test
  void stays_finite_on_huge_ticks() {
    BadEventProcess same =
        BadEventProcess.rollback(1).after(new Tick(2_000_000, 100_000, 2_000_000, 100_000));
    BadEventProcess worse =
        BadEventProcess.rollback(1).after(new Tick(2_000_000, 140_000, 2_000_000, 100_000));
    assertThat(same.logE()).isFinite().isNegative();
    assertThat(worse.logE()).isFinite().isGreaterThan(100);
  }

  @Test
  void speaks_for_promotion_when_the_canary_is_clearly_better() {
    BadEventProcess evidence =
        BadEventProcess.promotion(1).after(Collections.nCopies(20, new Tick(500, 5, 500, 10)));
    assertThat(evidence.rejects(0.05)).isTrue();
    assertThat(
            BadEventProcess.rollback(1)
                .after(Collections.nCopies(20, new Tick(500, 5, 500, 10)))
                .logE())
        .isNegative();
  }

  @Test
  void tells_what_it_saw() {
    BadEventProcess evidence = BadEventProcess.rollback(1.1).after(new Tick(10, 1, 90, 2));
    assertThat(evidence.tolerance()).isEqualTo(1.1);
    assertThat(evidence.total()).isEqualTo(new Tick(10, 1, 90, 2));
    assertThat(evidence)
        .hasToString(
            "E = 1.449, at most 1.449, after 1 tick (canary 1 bad of 10, stable 2 bad of 90)");
  }

  @Test
  void adds_the_ticks_of_two_replicas() {
    assertThat(new Tick(1, 0, 2, 1).plus(new Tick(10, 3, 20, 4))).isEqualTo(new Tick(11, 3, 22, 5));
  }

  @Nested
  class Refuses {

    @Test
    void a_tolerance_that_is_no_ratio() {
      assertThatThrownBy(() -> BadEventProcess.rollback(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("tolerance must be a positive odds ratio, such as 1 or 1.1: 0");
      assertThatThrownBy(() -> BadEventProcess.promotion(Double.NaN))
          .hasMessage("tolerance must be a positive odds ratio, such as 1 or 1.1: NaN");
    }

    @Test
    void more_bad_events_than_units() {
      assertThatThrownBy(() -> new Tick(3, 4, 9, 0))
          .hasMessage("canary bad events must lie between 0 and its 3 units: 4");
      assertThatThrownBy(() -> new Tick(3, 2, 9, -1))
          .hasMessage("stable bad events must lie between 0 and its 9 units: -1");
    }

    @Test
    void a_level_outside_zero_to_one() {
      assertThatThrownBy(() -> BadEventProcess.rollback(1).rejects(1))
          .hasMessage("alpha must lie between 0 and 1, both excluded: 1");
    }
  }
}
