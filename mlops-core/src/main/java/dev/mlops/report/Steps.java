package dev.mlops.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Round steps between ticks, and the ticks that they make. All arithmetic is exact. */
final class Steps {
  private static final long[] SECONDS = {
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200
  };
  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final BigDecimal FIVE = BigDecimal.valueOf(5);

  /** Values that are the same in nine digits are drawn as the same. */
  private static final double SAME = 1e-9;

  /** Rounds up, so that there are not more parts than were asked for. */
  private static final MathContext UP = new MathContext(16, RoundingMode.UP);

  /** What is less than this is drawn as 0. */
  private static final double NOTHING = 1e-300;

  private Steps() {}

  /** The least of 1, 2 and 5 times a power of ten that parts a span into at most so many. */
  static BigDecimal decimal(BigDecimal span, int most) {
    BigDecimal least = span.divide(BigDecimal.valueOf(most), UP);
    BigDecimal power = BigDecimal.ONE.scaleByPowerOfTen(least.precision() - least.scale() - 1);
    for (BigDecimal factor : List.of(BigDecimal.ONE, TWO, FIVE)) {
      if (power.multiply(factor).compareTo(least) >= 0) {
        return power.multiply(factor);
      }
    }
    return power.multiply(BigDecimal.TEN);
  }

  static BigDecimal duration(BigDecimal span, int most) {
    BigDecimal least = span.divide(BigDecimal.valueOf(most), UP);
    if (least.compareTo(BigDecimal.ONE) < 0) {
      return decimal(span, most);
    }
    for (long seconds : SECONDS) {
      if (BigDecimal.valueOf(seconds).compareTo(least) >= 0) {
        return BigDecimal.valueOf(seconds);
      }
    }
    BigDecimal days = span.divide(DurationParts.DAY, UP);
    return decimal(days, most).max(BigDecimal.ONE).multiply(DurationParts.DAY);
  }

  static BigDecimal binary(BigDecimal span, int most) {
    BigDecimal least = span.divide(BigDecimal.valueOf(most), UP);
    BigDecimal step = BigDecimal.ONE;
    while (step.compareTo(least) < 0) {
      step = step.multiply(TWO);
    }
    return step;
  }

  /** A range that is wide enough to be drawn; that of equal values reaches around them. */
  static Range widened(double low, double high) {
    double size = Math.max(Math.abs(low), Math.abs(high));
    if (size < NOTHING) {
      return new Range(Math.min(0, low), 1);
    }
    boolean same = high / 2 - low / 2 <= size * SAME / 2;
    return same
        ? new Range(finite(low - size / 10), finite(high + size / 10))
        : new Range(low, high);
  }

  /** The ticks from the last at or below a range to the first at or above it. */
  static List<BigDecimal> covering(Range range, BigDecimal step) {
    BigDecimal from = new BigDecimal(range.low()).divide(step, 0, RoundingMode.FLOOR);
    BigDecimal to = new BigDecimal(range.high()).divide(step, 0, RoundingMode.CEILING);
    return multiples(from, to, step);
  }

  /** Where a tick is; beyond the greatest double, there. */
  static double at(BigDecimal tick) {
    return finite(tick.doubleValue());
  }

  private static double finite(double value) {
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value));
  }

  /** From the first tick to the last. */
  static Range range(List<BigDecimal> ticks) {
    return new Range(at(ticks.get(0)), at(ticks.get(ticks.size() - 1)));
  }

  /** The ticks within a range. */
  static List<BigDecimal> within(Range range, BigDecimal step) {
    BigDecimal from = new BigDecimal(range.low()).divide(step, 0, RoundingMode.CEILING);
    BigDecimal to = new BigDecimal(range.high()).divide(step, 0, RoundingMode.FLOOR);
    return multiples(from, to, step);
  }

  private static List<BigDecimal> multiples(BigDecimal from, BigDecimal to, BigDecimal step) {
    List<BigDecimal> ticks = new ArrayList<>();
    for (BigDecimal tick = from; tick.compareTo(to) <= 0; tick = tick.add(BigDecimal.ONE)) {
      ticks.add(tick.multiply(step));
    }
    return ticks;
  }
}
