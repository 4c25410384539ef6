package dev.mlops.stats;

/**
 * Numbers the buckets of a {@link Histogram} in the order of their values.
 *
 * <p>The bits of a positive double grow with its value, and evenly so between two powers of two;
 * with the sign taken as that of a whole number they do so over the whole line. The leading bits
 * (11 of exponent, 7 of mantissa) of that number are the key, rounded down, so that every bucket
 * owns its lower edge. Key 0 holds 0 and what is too small for a bucket of its own.
 */
final class BucketKey {

  static final int PAGE_SIZE = 128;
  static final int PAGES = 4096;

  /** The key of positive infinity alone; its negative also holds the largest 1/128 of doubles. */
  static final int INFINITE = 0x7FF << 7;

  private static final int DROPPED_BITS = 45;
  private static final int PAGE_BITS = 7;

  private BucketKey() {}

  /** Returns the key of a value that is not NaN; -0.0 has the key of 0.0. */
  static int of(double value) {
    return (int) (ordered(value) >> DROPPED_BITS);
  }

  private static long ordered(double value) {
    long bits = Double.doubleToRawLongBits(value);
    long sign = bits >> 63;
    return (bits ^ (sign & Long.MAX_VALUE)) - sign;
  }

  private static double value(long ordered) {
    return ordered < 0 ? -Double.longBitsToDouble(-ordered) : Double.longBitsToDouble(ordered);
  }

  static int page(int key) {
    return (key >> PAGE_BITS) + PAGES / 2;
  }

  static int place(int key) {
    return key & (PAGE_SIZE - 1);
  }

  static int at(int page, int place) {
    return ((page - PAGES / 2) << PAGE_BITS) + place;
  }

  static double lower(int key) {
    return value((long) key << DROPPED_BITS);
  }

  static double upper(int key) {
    return lower(Math.min(key + 1, INFINITE));
  }

  static double middle(int key) {
    if (key == 0 || Math.abs(key) == INFINITE) {
      return lower(key);
    }
    return value((2L * key + 1) << (DROPPED_BITS - 1));
  }

  /** Returns the share of the key's bucket that lies below a limit in it. */
  static double shareBelow(int key, double limit) {
    return (ordered(limit) - ((long) key << DROPPED_BITS)) * 0x1p-45;
  }
}
