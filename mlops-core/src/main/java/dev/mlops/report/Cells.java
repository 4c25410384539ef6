package dev.mlops.report;

import dev.mlops.data.Column;
import dev.mlops.error.Plural;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The texts of a table's column. */
final class Cells {
  private static final String MISSING = "–";
  private static final MathContext DIGITS = new MathContext(4);
  private static final int DECIMALS = 6;
  private static final double LARGE = 1e15;
  private static final int VECTOR = 4;

  private final Column column;
  private final @Nullable Unit unit;
  private final OptionalInt decimals;

  private Cells(Column column, @Nullable Unit unit, OptionalInt decimals) {
    this.column = column;
    this.unit = unit;
    this.decimals = decimals;
  }

  static Cells of(Column column, @Nullable Unit unit, int rows) {
    return new Cells(
        column, unit, areNumbers(column) ? decimals(column, rows) : OptionalInt.empty());
  }

  static boolean areNumbers(Column column) {
    return column instanceof Column.OfDouble
        || column instanceof Column.OfFloat
        || column instanceof Column.OfLong;
  }

  /**
   * With how many decimals all numbers of a column are written, so that their points stand below
   * each other: as many as the number with most needs for four digits. Empty if a number is too
   * large or too small for that.
   */
  private static OptionalInt decimals(Column column, int rows) {
    double[] numbers =
        IntStream.range(0, rows)
            .filter(row -> !column.isNull(row))
            .mapToDouble(row -> number(column, row))
            .filter(value -> Double.isFinite(value) && value != 0)
            .toArray();
    int[] scales =
        Arrays.stream(numbers)
            .mapToInt(value -> new BigDecimal(value).round(DIGITS).stripTrailingZeros().scale())
            .toArray();
    boolean usual =
        Arrays.stream(numbers).allMatch(value -> Math.abs(value) < LARGE)
            && Arrays.stream(scales).allMatch(scale -> scale <= DECIMALS);
    return usual
        ? OptionalInt.of(Math.max(0, Arrays.stream(scales).max().orElse(0)))
        : OptionalInt.empty();
  }

  private static double number(Column column, int row) {
    return column.value(row) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** The class of the cells. */
  String type() {
    return areNumbers(column) ? "n" : column instanceof Column.OfInstant ? "time" : "t";
  }

  String text(int row) {
    Object value = column.isNull(row) ? null : column.value(row);
    if (value == null) {
      return MISSING;
    }
    if (value instanceof Long whole && unit == null) {
      return InWords.grouped(BigDecimal.valueOf(whole));
    }
    if (value instanceof Number number) {
      return number(number.doubleValue());
    }
    if (value instanceof Instant time) {
      return InWords.time(time);
    }
    return value instanceof float[] vector ? vector(vector) : value.toString();
  }

  private String number(double value) {
    if (unit != null) {
      return unit.text(value);
    }
    return decimals.isPresent() && Double.isFinite(value)
        ? InWords.grouped(new BigDecimal(value).setScale(decimals.getAsInt(), RoundingMode.HALF_UP))
        : InWords.number(value);
  }

  private static String vector(float[] vector) {
    String some = Arrays.toString(Arrays.copyOf(vector, Math.min(VECTOR, vector.length)));
    return vector.length <= VECTOR
        ? some
        : some.substring(0, some.length() - 1) + ", … " + Plural.of(vector.length, "number") + "]";
  }
}
