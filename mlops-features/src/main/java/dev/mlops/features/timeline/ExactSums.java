package dev.mlops.features.timeline;

import java.math.BigDecimal;
import java.util.BitSet;

/**
 * Sums of any stretch of values less any of its members, exact and rounded once.
 *
 * <p>Adding doubles one after the other gives a result that depends on the order, and a prefix sum
 * cannot be subtracted from another without keeping its rounding errors. Then a live value and the
 * value of the same window in a training set made later, when other rows lie around it, would
 * differ in their last bits. So the result is defined as the exact sum of the values, rounded to
 * the nearest double: it depends on nothing but the values.
 *
 * <p>Every finite double is a whole number times a power of two. Let {@code 2^scale} be the
 * smallest such power among the values: then all values, and all sums of them, are whole multiples
 * of it. If they fit in 126 bits, they are kept as prefix sums in two longs each, and a stretch
 * costs one subtraction. Delays in minutes need 20 bits, and amounts with all 53 bits of mantissa
 * that differ by a factor of a million need 75 and a few for their number. Values that are further
 * apart are added as {@link BigDecimal}s, one by one. Infinities and NaN count as 0 in the prefix
 * sums and are counted apart; a stretch with one of them has the sum that floating-point addition
 * gives it.
 *
 * <p>The idea of summing in a wide fixed-point register is Kulisch's (Computer Arithmetic and
 * Validity, 2008); Neal (Fast exact summation using small and large superaccumulators, 2015) shows
 * the general case.
 */
final class ExactSums {

  private static final int REGISTER_BITS = 126;
  private static final int SMALLEST_EXPONENT = -900;
  private static final int GREATEST_EXPONENT = 900;

  private final long[] bits;
  private final BitSet present;
  private final int scale;
  private final long[] high;
  private final long[] low;
  private final int[] specials;

  private ExactSums(long[] bits, BitSet present, int scale, boolean fits, int[] specials) {
    this.bits = bits;
    this.present = present;
    this.scale = scale;
    this.high = new long[fits ? bits.length + 1 : 0];
    this.low = new long[high.length];
    this.specials = specials;
  }

  /** Sums whole numbers: as many longs as an array holds fit in 126 bits, whatever they are. */
  static ExactSums ofIntegers(long[] integers, BitSet present) {
    ExactSums sums = new ExactSums(integers, present, 0, true, new int[0]);
    for (int i = 0; i < integers.length; i++) {
      sums.high[i + 1] = sums.high[i];
      sums.low[i + 1] = sums.low[i];
      if (present.get(i)) {
        sums.add(i + 1, integers[i], 0);
      }
    }
    return sums;
  }

  /** Sums reals, given by the bits of doubles. */
  static ExactSums ofReals(long[] bits, BitSet present) {
    int lowest = Integer.MAX_VALUE;
    int highest = Integer.MIN_VALUE;
    for (int i = 0; i < bits.length; i++) {
      double value = Double.longBitsToDouble(bits[i]);
      if (present.get(i) && Double.isFinite(value) && value != 0) {
        lowest = Math.min(lowest, lowestBit(value));
        highest = Math.max(highest, Math.getExponent(value));
      }
    }
    if (highest == Integer.MIN_VALUE) {
      lowest = highest = 0;
    }
    int carries = 33 - Integer.numberOfLeadingZeros(bits.length);
    boolean fits =
        lowest >= SMALLEST_EXPONENT
            && highest <= GREATEST_EXPONENT
            && highest - lowest + 1 + carries <= REGISTER_BITS;
    ExactSums sums = new ExactSums(bits, present, lowest, fits, specials(bits, present));
    if (fits) {
      sums.accumulate();
    }
    return sums;
  }

  /** The sum of the present values in {@code [from, to)} but those at {@code without[first...]}. */
  double sum(int from, int to, int[] without, int first) {
    if (special(from, to, without, first)) {
      return added(from, to, without, first);
    }
    return high.length == 0 ? decimal(from, to, without, first) : fixed(from, to, without, first);
  }

  private double fixed(int from, int to, int[] without, int first) {
    long lo = low[to] - low[from];
    long hi = high[to] - high[from] - borrow(low[to], low[from]);
    for (int i = first; i < without.length; i++) {
      int at = without[i];
      long less = low[at + 1] - low[at];
      hi -= high[at + 1] - high[at] - borrow(low[at + 1], low[at]);
      hi -= borrow(lo, less);
      lo -= less;
    }
    return Math.scalb(toDouble(hi, lo), scale);
  }

  private static long borrow(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? 1 : 0;
  }

  /** Rounds to the nearest double, ties to even. */
  static double toDouble(long hi, long lo) {
    if (hi == lo >> 63) {
      return lo;
    }
    if (hi < 0) {
      return -magnitude(lo == 0 ? -hi : ~hi, -lo);
    }
    return magnitude(hi, lo);
  }

  /** Keeps the upper 62 bits and, so that ties are broken rightly, whether any bit below is set. */
  private static double magnitude(long hi, long lo) {
    int lead = hi == 0 ? Long.numberOfLeadingZeros(lo) + 64 : Long.numberOfLeadingZeros(hi);
    int shift = 128 - lead - 62;
    long top = shift >= 64 ? hi >>> (shift - 64) : (hi << (64 - shift)) | (lo >>> shift);
    long below = shift >= 64 ? lo | (hi & mask(shift - 64)) : lo & mask(shift);
    return Math.scalb((double) (below == 0 ? top : top | 1), shift);
  }

  private static long mask(int bits) {
    return (1L << bits) - 1;
  }

  private void accumulate() {
    for (int i = 0; i < bits.length; i++) {
      high[i + 1] = high[i];
      low[i + 1] = low[i];
      double value = value(i);
      if (present.get(i) && Double.isFinite(value) && value != 0) {
        add(i + 1, oddPart(value), lowestBit(value) - scale);
      }
    }
  }

  private void add(int index, long whole, int shift) {
    long lo = shift >= 64 ? 0 : whole << shift;
    long hi =
        shift >= 64 ? whole << (shift - 64) : shift == 0 ? whole >> 63 : whole >> (64 - shift);
    long sum = low[index] + lo;
    high[index] += hi + borrow(sum, lo);
    low[index] = sum;
  }

  /** The odd whole number that, times {@code 2^lowestBit}, is the value. */
  private static long oddPart(double value) {
    long whole = mantissa(value);
    long odd = whole >> Long.numberOfTrailingZeros(whole);
    return value < 0 ? -odd : odd;
  }

  private static int lowestBit(double value) {
    int unit = Math.max(Math.getExponent(value), Double.MIN_EXPONENT) - 52;
    return unit + Long.numberOfTrailingZeros(mantissa(value));
  }

  private static long mantissa(double value) {
    long fraction = Double.doubleToRawLongBits(value) & 0xFFFFFFFFFFFFFL;
    return Math.getExponent(value) < Double.MIN_EXPONENT ? fraction : fraction | (1L << 52);
  }

  private double decimal(int from, int to, int[] without, int first) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = from, w = first; i < to; i++) {
      if (w < without.length && without[w] == i) {
        w++;
      } else if (present.get(i)) {
        sum = sum.add(new BigDecimal(value(i)));
      }
    }
    return sum.doubleValue();
  }

  private double added(int from, int to, int[] without, int first) {
    double sum = 0;
    for (int i = from, w = first; i < to; i++) {
      if (w < without.length && without[w] == i) {
        w++;
      } else if (present.get(i) && !Double.isFinite(value(i))) {
        sum += value(i);
      }
    }
    return sum;
  }

  private boolean special(int from, int to, int[] without, int first) {
    if (specials.length == 0) {
      return false;
    }
    int count = specials[to] - specials[from];
    for (int i = first; i < without.length; i++) {
      count -= specials[without[i] + 1] - specials[without[i]];
    }
    return count > 0;
  }

  private static int[] specials(long[] bits, BitSet present) {
    int[] counts = new int[bits.length + 1];
    for (int i = 0; i < bits.length; i++) {
      boolean special = present.get(i) && !Double.isFinite(Double.longBitsToDouble(bits[i]));
      counts[i + 1] = counts[i] + (special ? 1 : 0);
    }
    return counts[bits.length] == 0 ? new int[0] : counts;
  }

  private double value(int index) {
    return Double.longBitsToDouble(bits[index]);
  }
}
