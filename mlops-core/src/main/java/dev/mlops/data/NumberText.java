package dev.mlops.data;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads numbers out of characters.
 *
 * <p>A decimal number of at most 15 digits and a power of ten up to 22 are both doubles without
 * rounding, so one multiplication or division rounds once and correctly (W. Clinger, "How to read
 * floating point numbers accurately", PLDI 1990). For floats the same holds with 7 digits and 10.
 * All others go to the JDK, which is exact and slow.
 */
final class NumberText {

  static final String NOT_WHOLE = "is not a whole number";
  static final String NO_NUMBER = "is not a number";

  private static final double[] DOUBLE_POWERS = new double[23];
  private static final float[] FLOAT_POWERS = new float[11];
  private static final long EXACT_DOUBLE = 1L << 53;
  private static final long EXACT_FLOAT = 1L << 24;
  private static final int MOST_DIGITS = 18;

  static {
    for (int i = 0; i < DOUBLE_POWERS.length; i++) {
      DOUBLE_POWERS[i] = Double.parseDouble("1e" + i);
    }
    for (int i = 0; i < FLOAT_POWERS.length; i++) {
      FLOAT_POWERS[i] = Float.parseFloat("1e" + i);
    }
  }

  private final char decimal;
  private boolean negative;
  private long digits;
  private int exponent;
  private boolean numeral;
  private String slow = "";

  NumberText() {
    this('.');
  }

  /** Reads numbers whose decimals stand behind a point or a comma. */
  NumberText(char decimal) {
    this.decimal = decimal;
  }

  /** Reads an optional sign and digits, or says why it cannot. */
  @Nullable String parseLong(char[] chars, int from, int to) {
    int at = sign(chars, from, to);
    if (at == to) {
      return NOT_WHOLE;
    }
    long limit = negative ? Long.MIN_VALUE : -Long.MAX_VALUE;
    long value = 0; // negative, because there is one more negative number
    for (; at < to; at++) {
      int digit = chars[at] - '0';
      if (digit < 0 || digit > 9) {
        return NOT_WHOLE;
      }
      if (value < limit / 10 || value * 10 < limit + digit) {
        return isDigits(chars, at, to) ? "does not fit 64 bits" : NOT_WHOLE;
      }
      value = value * 10 - digit;
    }
    digits = negative ? value : -value;
    return null;
  }

  private static boolean isDigits(char[] chars, int from, int to) {
    for (int i = from; i < to; i++) {
      if (chars[i] < '0' || chars[i] > '9') {
        return false;
      }
    }
    return true;
  }

  long whole() {
    return digits;
  }

  private int sign(char[] chars, int from, int to) {
    negative = from < to && chars[from] == '-';
    return from < to && (negative || chars[from] == '+') ? from + 1 : from;
  }

  /** Reads a decimal number, NaN or infinity, or says that it is none. */
  @Nullable String parseReal(char[] chars, int from, int to) {
    int start = sign(chars, from, to);
    digits = 0;
    exponent = 0;
    slow = "";
    int significant = 0;
    int seen = 0;
    int point = -1;
    int at = start;
    for (; at < to && (isDigit(chars[at]) || (chars[at] == decimal && point < 0)); at++) {
      if (chars[at] == decimal) {
        point = at;
        continue;
      }
      seen++;
      significant += significant > 0 || chars[at] != '0' ? 1 : 0;
      digits = significant <= MOST_DIGITS ? digits * 10 + (chars[at] - '0') : digits;
      exponent -= point >= 0 ? 1 : 0;
    }
    numeral = seen > 0 && (at == to || exponent(chars, at, to));
    if (!numeral) {
      return word(chars, start, to);
    }
    if (significant > MOST_DIGITS || exponent < -22 || exponent > 22 || digits > EXACT_DOUBLE) {
      slow = new String(chars, from, to - from).replace(decimal, '.');
    }
    return null;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private boolean exponent(char[] chars, int from, int to) {
    boolean mark = chars[from] == 'e' || chars[from] == 'E';
    boolean minus = from + 1 < to && chars[from + 1] == '-';
    int first = from + 1 < to && (minus || chars[from + 1] == '+') ? from + 2 : from + 1;
    if (!mark || first >= to || !isDigits(chars, first, to)) {
      return false;
    }
    int power = 0;
    for (int i = first; i < to; i++) {
      power = Math.min(10_000, power * 10 + (chars[i] - '0'));
    }
    exponent += minus ? -power : power;
    return true;
  }

  private @Nullable String word(char[] chars, int from, int to) {
    String text = new String(chars, from, Math.min(9, to - from)).toLowerCase(Locale.ROOT);
    switch (text) {
      case "nan" -> slow = "NaN";
      case "inf", "infinity" -> slow = negative ? "-Infinity" : "Infinity";
      default -> {
        return NO_NUMBER;
      }
    }
    return null;
  }

  /** Whether the last real number was written in digits, and not as NaN or infinity. */
  boolean isNumeral() {
    return numeral;
  }

  double toDouble() {
    if (!slow.isEmpty()) {
      return Double.parseDouble(slow);
    }
    double value =
        exponent < 0 ? digits / DOUBLE_POWERS[-exponent] : digits * DOUBLE_POWERS[exponent];
    return negative ? -value : value;
  }

  float toFloat() {
    if (!slow.isEmpty()) {
      return Float.parseFloat(slow);
    }
    if (digits > EXACT_FLOAT || Math.abs(exponent) >= FLOAT_POWERS.length) {
      return Float.parseFloat((negative ? "-" : "") + digits + "e" + exponent);
    }
    float value = exponent < 0 ? digits / FLOAT_POWERS[-exponent] : digits * FLOAT_POWERS[exponent];
    return negative ? -value : value;
  }
}
