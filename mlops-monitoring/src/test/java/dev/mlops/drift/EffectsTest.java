package dev.mlops.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.drift.ColumnDrift.Effect;
import dev.mlops.stats.SplitRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The promises of the effect, simulated on counts of ten bins that hold a tenth of a normal law.
 */
class EffectsTest {
  private static final double LEVEL = 0.025;
  private static final double LIMIT = 0.05;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** The shift, in standard deviations, whose PSI in these bins is the limit. */
  private static final double BORDER = 0.2286;

  private static double[] shares(double shift) {
    double[] edges =
        IntStream.rangeClosed(0, 10)
            .mapToDouble(i -> NORMAL.inverseCumulativeProbability(i / 10.0) - shift)
            .toArray();
    return IntStream.range(0, 10)
        .mapToDouble(
            i ->
                NORMAL.cumulativeProbability(edges[i + 1]) - NORMAL.cumulativeProbability(edges[i]))
        .toArray();
  }

  private static double psi(double shift) {
    double sum = 0;
    for (double share : shares(shift)) {
      sum += (share - 0.1) * Math.log(share / 0.1);
    }
    return sum;
  }

  /** Draws a window's counts; for very many rows by the normal law, whose error is then nothing. */
  private static long[] draw(double shift, long rows, Random random) {
    double[] shares = shares(shift);
    long[] counts = new long[10];
    long left = rows;
    double mass = 1;
    for (int bin = 0; bin < 9; bin++) {
      double p = Math.min(1, shares[bin] / mass);
      counts[bin] = binomial(left, p, random);
      left -= counts[bin];
      mass -= shares[bin];
    }
    counts[9] = left;
    return counts;
  }

  private static long binomial(long rows, double p, Random random) {
    if (rows * p * (1 - p) > 30) {
      double spread = Math.sqrt(rows * p * (1 - p));
      return Math.max(0, Math.min(rows, Math.round(rows * p + spread * random.nextGaussian())));
    }
    return IntStream.range(0, (int) rows).filter(i -> random.nextDouble() < p).count();
  }

  private static Cells cells(double shift, long n, long m, Random random) {
    long[] before = draw(0, n, random);
    long[] now = draw(shift, m, random);
    List<Cells.Cell> cells = new ArrayList<>();
    for (int bin = 0; bin < 10; bin++) {
      cells.add(new Cells.Cell("b" + bin, before[bin], now[bin]));
    }
    return new Cells(cells, n, m);
  }

  private static Effect effect(Cells cells) {
    return new Effects(LIMIT, LEVEL).psi(cells, cells.degrees());
  }

  private static Random random(String name) {
    return new Random(SplitRandom.seeded(5).split(name).nextLong());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 300, 300", "0, 2000, 2000", "0.1, 2000, 2000", "0.1, 50000, 5000", "0.3, 500, 500",
    "0.3, 2000, 2000", "0.3, 20000, 20000", "0.6, 500, 500", "1, 2000, 500", "2, 500, 500",
    "2, 20000, 20000"
  })
  void the_interval_holds_the_truth(double shift, long n, long m) {
    Random random = random("interval" + shift + n + m);
    double truth = psi(shift);
    long held =
        IntStream.range(0, 4000)
            .mapToObj(i -> effect(cells(shift, n, m, random)))
            .filter(effect -> effect.low() <= truth && truth <= effect.high())
            .count();
    assertThat(held / 4000.0).isGreaterThanOrEqualTo(0.94);
  }

  @ParameterizedTest
  @ValueSource(longs = {500, 2000, 20_000})
  void the_estimate_has_no_bias(long rows) {
    Random random = random("bias" + rows);
    double mean =
        IntStream.range(0, 4000)
            .mapToDouble(i -> effect(cells(0.4, rows, rows, random)).value())
            .average()
            .orElseThrow();
    assertThat(mean).isCloseTo(psi(0.4), within(0.03 * psi(0.4)));
  }

  /** Shares of windows in which the effect is at least the limit. */
  private static double drifted(double shift, long n, long m) {
    Random random = random("verdict" + shift + n + m);
    return IntStream.range(0, 2000)
            .filter(i -> effect(cells(shift, n, m, random)).value() >= LIMIT)
            .count()
        / 2000.0;
  }

  @Test
  void the_verdict_is_that_of_the_truth_from_thousands_of_rows_to_millions() {
    assertThat(psi(BORDER)).isCloseTo(LIMIT, within(1e-4));
    for (long rows : new long[] {10_000, 100_000, 1_000_000, 10_000_000}) {
      assertThat(drifted(0.8 * BORDER, rows, rows)).as("%s rows", rows).isLessThan(0.005);
      assertThat(drifted(1.2 * BORDER, rows, rows)).as("%s rows", rows).isGreaterThan(0.995);
    }
    assertThat(drifted(0.8 * BORDER, 2000, 2000)).isLessThan(0.12);
    assertThat(drifted(1.2 * BORDER, 2000, 2000)).isGreaterThan(0.88);
  }

  @Test
  void power_does_not_fall_with_more_data() {
    double few = drifted(0.3, 500, 500);
    double some = drifted(0.3, 2000, 2000);
    double more = drifted(0.3, 50_000, 5_000);
    assertThat(few).isBetween(0.7, some);
    assertThat(some).isBetween(0.95, more);
    assertThat(more).isGreaterThan(0.999);
  }

  @ParameterizedTest
  @CsvSource({"500, 500", "2000, 2000", "50000, 5000"})
  void what_is_said_to_be_findable_is_found_in_nine_windows_of_ten(long n, long m) {
    Random random = random("findable" + n + m);
    double findable = effect(cells(0, n, m, random)).detectable();
    double shift = shiftOf(findable);
    long found =
        IntStream.range(0, 2000)
            .filter(i -> cells(shift, n, m, random).stability().p() <= LEVEL)
            .count();
    assertThat(found / 2000.0).isBetween(0.87, 0.95);
  }

  private static double shiftOf(double psi) {
    double low = 0;
    double high = 3;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (psi(middle) < psi) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * One cell vanishes; the PSI of its smoothed shares alone would grow by half from line to line.
   */
  @Test
  void an_empty_cell_weighs_the_same_whatever_the_rows() {
    double thousands =
        effect(
                new Cells(
                    List.of(new Cells.Cell("a", 9800, 10_000), new Cells.Cell("b", 200, 0)),
                    10_000,
                    10_000))
            .value();
    double millions =
        effect(
                new Cells(
                    List.of(
                        new Cells.Cell("a", 9_800_000, 10_000_000),
                        new Cells.Cell("b", 200_000, 0)),
                    10_000_000,
                    10_000_000))
            .value();
    assertThat(thousands).isCloseTo(millions, within(0.003));
  }

  @Test
  void a_distance_is_freed_of_what_chance_adds() {
    Effect effect = new Effects(0.05, LEVEL).distance(0.05, 2000, 2000);
    assertThat(effect.value())
        .isCloseTo(Math.sqrt(0.0025 - Math.PI * Math.PI / 12 / 1000), within(1e-12));
    assertThat(effect.low()).isCloseTo(0.05 - 1.3581 / Math.sqrt(1000), within(1e-5));
    assertThat(new Effects(0.05, LEVEL).distance(0.01, 2000, 2000).value()).isZero();
  }
}
