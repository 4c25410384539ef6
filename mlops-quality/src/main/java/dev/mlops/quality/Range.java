package dev.mlops.quality;

import dev.mlops.data.Column;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A closed range of numbers or of instants, either end of which may be open. */
sealed interface Range {
  Optional<IntPredicate> test(Column values);

  String complaint(@Nullable Object value);

  /** The range in words, such as {@code between 1 and 5} or {@code at least 1}. */
  String words();

  static OfNumbers of(double min, double max) {
    if (Double.isNaN(min) || Double.isNaN(max) || min > max) {
      throw new IllegalArgumentException(
          "no range from " + Wording.number(min) + " to " + Wording.number(max));
    }
    return new OfNumbers(Limit.of(min), Limit.of(max));
  }

  static OfNumbers of(long min, long max) {
    if (min > max) {
      throw new IllegalArgumentException("no range from " + min + " to " + max);
    }
    return new OfNumbers(Limit.of(min), Limit.of(max));
  }

  static Range of(Instant min, Instant max) {
    if (min.isAfter(max)) {
      throw new IllegalArgumentException("no range from " + min + " to " + max);
    }
    return new OfInstants(min.truncatedTo(ChronoUnit.MICROS), max.truncatedTo(ChronoUnit.MICROS));
  }

  /** Numbers; an infinite bound is none. */
  record OfNumbers(Limit min, Limit max) implements Range {
    boolean contains(double value) {
      return !Double.isNaN(value) && min.compareTo(value) <= 0 && max.compareTo(value) >= 0;
    }

    boolean contains(BigDecimal value) {
      return min.compareTo(value) <= 0 && max.compareTo(value) >= 0;
    }

    @Override
    public Optional<IntPredicate> test(Column values) {
      if (values instanceof Column.OfLong longs) {
        return Optional.of(whole(longs));
      }
      double least = min.leastReal();
      double greatest = max.greatestReal();
      return ColumnRule.numbers(values).map(number -> row -> within(number, row, least, greatest));
    }

    private static boolean within(
        IntToDoubleFunction number, int row, double least, double greatest) {
      double value = number.applyAsDouble(row);
      return value >= least && value <= greatest;
    }

    /** The ends are made whole once, so that a row costs two comparisons. */
    private IntPredicate whole(Column.OfLong values) {
      if (min.compareTo(Long.MAX_VALUE) > 0 || max.compareTo(Long.MIN_VALUE) < 0) {
        return row -> false;
      }
      long least = min.ceiling();
      long greatest = max.floor();
      return row -> values.get(row) >= least && values.get(row) <= greatest;
    }

    @Override
    public String complaint(@Nullable Object value) {
      return Wording.value(value) + (isBelow(value) ? " is below " + min : " is above " + max);
    }

    private boolean isBelow(@Nullable Object value) {
      return value instanceof Long whole
          ? min.compareTo(whole.longValue()) > 0
          : value instanceof Number number && min.compareTo(number.doubleValue()) > 0;
    }

    @Override
    public String words() {
      if (max.isInfinite()) {
        return "at least " + min;
      }
      return min.isInfinite() ? "at most " + max : "between " + min + " and " + max;
    }
  }

  /** Instants. */
  record OfInstants(Instant min, Instant max) implements Range {
    @Override
    public Optional<IntPredicate> test(Column values) {
      return values instanceof Column.OfInstant instants
          ? Optional.of(row -> contains(instants.get(row)))
          : Optional.empty();
    }

    private boolean contains(@Nullable Instant value) {
      return value != null && !value.isBefore(min) && !value.isAfter(max);
    }

    @Override
    public String complaint(@Nullable Object value) {
      return value instanceof Instant instant && instant.isBefore(min)
          ? value + " is before " + min
          : value + " is after " + max;
    }

    @Override
    public String words() {
      return "between " + min + " and " + max;
    }
  }
}
