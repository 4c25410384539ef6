package dev.mlops.parity;

import dev.mlops.data.DataType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a computed value lies from the recorded one.
 *
 * <p>Floating-point numbers are counted: two neighbours of the column's type are one ulp apart, and
 * both zeros are the same number. Their bit patterns, read as whole numbers with the sign unfolded,
 * are consecutive, so the count is a difference (Bruce Dawson, "Comparing floating point numbers",
 * 2012). An infinity is the same as itself only. Null and NaN are both a missing value of a
 * floating-point column, because a model is given NaN for either.
 *
 * @param within whether it is within the limit
 * @param ulps how many floating-point numbers lie between; {@link #NO_NUMBER} if it cannot be said
 */
record Distance(boolean within, long ulps) {

  static final long NO_NUMBER = Long.MAX_VALUE;

  private static final Distance NONE = new Distance(true, 0);
  private static final Distance OTHER = new Distance(false, NO_NUMBER);

  /** Whether a value is none, in a column of the type. */
  static boolean isMissing(DataType type, @Nullable Object value) {
    return value == null
        || (isFloating(type)
            && value instanceof Number number
            && Double.isNaN(number.doubleValue()));
  }

  private static boolean isFloating(DataType type) {
    return type.kind() == DataType.Kind.FLOAT32 || type.kind() == DataType.Kind.FLOAT64;
  }

  static Distance between(
      DataType type, @Nullable Object recorded, @Nullable Object computed, Limit limit) {
    if (isMissing(type, recorded) || isMissing(type, computed)) {
      return isMissing(type, recorded) && isMissing(type, computed) ? NONE : OTHER;
    }
    return switch (type.kind()) {
      case FLOAT32, FLOAT64 -> number(type, recorded, computed, limit);
      case INT64 -> whole(recorded, computed);
      case VECTOR -> vector(type, recorded, computed, limit);
      case INSTANT ->
          same(
              recorded,
              computed instanceof Instant time ? time.truncatedTo(ChronoUnit.MICROS) : computed);
      case BOOLEAN, STRING -> same(recorded, computed);
    };
  }

  private static Distance same(@Nullable Object recorded, @Nullable Object computed) {
    return Objects.equals(recorded, computed) ? NONE : OTHER;
  }

  private static Distance number(
      DataType type, @Nullable Object recorded, @Nullable Object computed, Limit limit) {
    if (!(recorded instanceof Number left) || !(computed instanceof Number right)) {
      return OTHER;
    }
    return type.kind() == DataType.Kind.FLOAT32
        ? floats(left.floatValue(), right.floatValue(), limit)
        : doubles(left.doubleValue(), right.doubleValue(), limit);
  }

  private static Distance floats(float recorded, float computed, Limit limit) {
    if (recorded == computed) {
      return NONE;
    }
    if (!Float.isFinite(recorded) || !Float.isFinite(computed)) {
      return Float.isNaN(recorded) && Float.isNaN(computed) ? NONE : OTHER;
    }
    long ulps = Math.abs(place(recorded) - place(computed));
    return new Distance(limit.allows(ulps, recorded, computed), ulps);
  }

  private static Distance doubles(double recorded, double computed, Limit limit) {
    if (recorded == computed) {
      return NONE;
    }
    if (!Double.isFinite(recorded) || !Double.isFinite(computed)) {
      return OTHER;
    }
    long ulps = apart(place(recorded), place(computed));
    return new Distance(limit.allows(ulps, recorded, computed), ulps);
  }

  private static long place(float number) {
    int bits = Float.floatToIntBits(number);
    return bits < 0 ? (long) Integer.MIN_VALUE - bits : bits;
  }

  private static long place(double number) {
    long bits = Double.doubleToLongBits(number);
    return bits < 0 ? Long.MIN_VALUE - bits : bits;
  }

  /** The difference, which between numbers of two signs may be more than a long holds. */
  private static long apart(long left, long right) {
    long difference = Math.max(left, right) - Math.min(left, right);
    return difference < 0 ? NO_NUMBER - 1 : difference;
  }

  /**
   * A whole number may come as any number that is whole: a count as a double is still that count.
   */
  private static Distance whole(@Nullable Object recorded, @Nullable Object computed) {
    if (!(recorded instanceof Number left) || !(computed instanceof Number right)) {
      return OTHER;
    }
    double asDouble = right.doubleValue();
    boolean isWhole =
        right instanceof Long
            || right instanceof Integer
            || right instanceof Short
            || right instanceof Byte
            || (asDouble == Math.rint(asDouble) && Math.abs(asDouble) <= 1L << 53);
    return isWhole && left.longValue() == right.longValue() ? NONE : OTHER;
  }

  private static Distance vector(
      DataType type, @Nullable Object recorded, @Nullable Object computed, Limit limit) {
    float[] left = numbers(recorded);
    float[] right = numbers(computed);
    if (left.length != type.dimension() || right.length != left.length) {
      return OTHER;
    }
    boolean within = true;
    long worst = 0;
    for (int i = 0; i < left.length; i++) {
      Distance each = floats(left[i], right[i], limit);
      within &= each.within;
      worst = Math.max(worst, each.ulps);
    }
    return new Distance(within, worst);
  }

  /** The numbers of a vector; none if it is no vector. */
  static float[] numbers(@Nullable Object value) {
    if (value instanceof float[] floats) {
      return floats;
    }
    double[] numbers = new double[0];
    if (value instanceof double[] doubles) {
      numbers = doubles;
    } else if (value instanceof Collection<?> list
        && list.stream().allMatch(Number.class::isInstance)) {
      numbers = list.stream().mapToDouble(each -> ((Number) each).doubleValue()).toArray();
    }
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }
}
