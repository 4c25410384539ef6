package dev.mlops.features.timeline;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

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
  private final long @Nullable [] absent;
  private final int origin;
  private final int to;
  private final boolean integer;
  private final int scale;

  /** How far the exponents of the numbers may go up, so that any sum of them fits. */
  private final int highest;

  private final long[] high;
  private final long[] low;
  private final int[] specials;

  private ExactSums(
      long[] bits,
      long @Nullable [] absent,
      int origin,
      int to,
      boolean integer,
      int scale,
      int highest,
      Prefixes prefixes) {
    this.bits = bits;
    this.absent = absent;
    this.origin = origin;
    this.to = to;
    this.integer = integer;
    this.scale = scale;
    this.highest = highest;
    this.high = prefixes.high;
    this.low = prefixes.low;
    this.specials = prefixes.specials;
  }

  /** The prefix sums, with room behind for more; of size 0 where numbers do not fit. */
  private static final class Prefixes {

    private final long[] high;
    private final long[] low;
    private final int[] specials;

    Prefixes(long[] high, long[] low, int[] specials) {
      this.high = high;
      this.low = low;
      this.specials = specials;
    }

    static Prefixes of(int size, boolean fits, boolean special) {
      int room = fits ? size + 1 : 0;
      return new Prefixes(new long[room], new long[room], new int[special ? size + 1 : 0]);
    }
  }

  /** Sums the numbers from one place on and before another, given as bits of longs or doubles. */
  static ExactSums of(long[] bits, long @Nullable [] absent, int from, int to, boolean integer) {
    return of(bits, absent, from, to, integer, to - from);
  }

  private static ExactSums of(
      long[] bits, long @Nullable [] absent, int from, int to, boolean integer, int room) {
    int lowest = Integer.MAX_VALUE;
    int highest = Integer.MIN_VALUE;
    boolean special = false;
    for (int i = from; !integer && i < to; i++) {
      double value = Double.longBitsToDouble(bits[i]);
      if (!Absent.get(absent, i) && value != 0) {
        special |= !Double.isFinite(value);
        lowest = Double.isFinite(value) ? Math.min(lowest, lowestBit(value)) : lowest;
        highest = Double.isFinite(value) ? Math.max(highest, Math.getExponent(value)) : highest;
      }
    }
    int scale = integer || highest == Integer.MIN_VALUE ? 0 : lowest;
    // As many longs as an array holds fit, whatever they are.
    int limit = integer ? Integer.MAX_VALUE : scale + REGISTER_BITS - 1 - carries(room);
    boolean fits =
        integer || (scale >= SMALLEST_EXPONENT && highest <= Math.min(GREATEST_EXPONENT, limit));
    Prefixes prefixes = Prefixes.of(room, fits, special);
    ExactSums sums =
        new ExactSums(
            bits, absent, from, to, integer, scale, Math.min(GREATEST_EXPONENT, limit), prefixes);
    sums.accumulate(from);
    return sums;
  }

  private static int carries(int size) {
    return 33 - Integer.numberOfLeadingZeros(size);
  }

  /**
   * Sums further numbers too, in as many steps as there are of them, now and then in more. The new
   * sums may stand behind these in the same arrays: these do not look there.
   *
   * @param first the first number that still counts
   * @param end the place behind the last number now
   */
  ExactSums extended(long[] values, long @Nullable [] nulls, int first, int end) {
    if (!canExtend(values, nulls, end)) {
      int live = end - first;
      return of(values, nulls, first, end, integer, live + live / 2 + 8);
    }
    ExactSums more =
        new ExactSums(
            values, nulls, origin, end, integer, scale, highest, new Prefixes(high, low, specials));
    more.accumulate(to);
    return more;
  }

  private boolean canExtend(long[] values, long @Nullable [] nulls, int end) {
    boolean added = high.length == 0;
    if (!added && end - origin >= high.length) {
      return false;
    }
    for (int i = to; !integer && i < end; i++) {
      double value = Double.longBitsToDouble(values[i]);
      if (!Absent.get(nulls, i) && value != 0 && !fits(value, added)) {
        return false;
      }
    }
    return specials.length == 0 || end - origin < specials.length;
  }

  private boolean fits(double value, boolean added) {
    return Double.isFinite(value)
        ? added || (lowestBit(value) >= scale && Math.getExponent(value) <= highest)
        : specials.length > 0;
  }

  /** The sum of the present values in {@code [from, to)} but those at {@code without[first...]}. */
  double sum(int from, int to, int[] without, int first) {
    if (special(from, to, without, first)) {
      return added(from, to, without, first);
    }
    return high.length == 0 ? decimal(from, to, without, first) : fixed(from, to, without, first);
  }

  private double fixed(int from, int to, int[] without, int first) {
    int begin = from - origin;
    int end = to - origin;
    long lo = low[end] - low[begin];
    long hi = high[end] - high[begin] - borrow(low[end], low[begin]);
    for (int i = first; i < without.length; i++) {
      int at = without[i] - origin;
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

  private void accumulate(int from) {
    for (int i = from; i < to; i++) {
      int next = i - origin + 1;
      boolean present = !Absent.get(absent, i);
      if (specials.length > 0) {
        specials[next] =
            specials[next - 1] + (present && !integer && !Double.isFinite(value(i)) ? 1 : 0);
      }
      if (high.length > 0) {
        high[next] = high[next - 1];
        low[next] = low[next - 1];
        if (present) {
          addTo(next, i);
        }
      }
    }
  }

  private void addTo(int next, int index) {
    if (integer) {
      add(next, bits[index], 0);
      return;
    }
    double value = value(index);
    if (Double.isFinite(value) && value != 0) {
      add(next, oddPart(value), lowestBit(value) - scale);
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
      } else if (!Absent.get(absent, i)) {
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
      } else if (!Absent.get(absent, i) && !Double.isFinite(value(i))) {
        sum += value(i);
      }
    }
    return sum;
  }

  private boolean special(int from, int to, int[] without, int first) {
    if (specials.length == 0) {
      return false;
    }
    int count = specials[to - origin] - specials[from - origin];
    for (int i = first; i < without.length; i++) {
      int at = without[i] - origin;
      count -= specials[at + 1] - specials[at];
    }
    return count > 0;
  }

  private double value(int index) {
    return Double.longBitsToDouble(bits[index]);
  }
}
