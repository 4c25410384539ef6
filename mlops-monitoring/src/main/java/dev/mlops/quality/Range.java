package dev.mlops.quality;

import dev.mlops.data.Column;
import java.time.Instant;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A closed range of numbers or of instants, either end of which may be open; NaN is in no range.
 */
sealed interface Range {
  Optional<IntPredicate> test(Column values);

  String complaint(@Nullable Object value);

  /** The range in words, such as {@code between 1 and 5} or {@code at least 1}. */
  String words();

  static Range of(double min, double max) {
    if (Double.isNaN(min) || Double.isNaN(max) || min > max) {
      throw new IllegalArgumentException(
          "no range from " + Wording.number(min) + " to " + Wording.number(max));
    }
    return new OfNumbers(min, max);
  }

  static Range of(Instant min, Instant max) {
    if (min.isAfter(max)) {
      throw new IllegalArgumentException("no range from " + min + " to " + max);
    }
    return new OfInstants(min, max);
  }

  /** Numbers; an infinite bound is none. */
  record OfNumbers(double min, double max) implements Range {
    boolean contains(double value) {
      return value >= min && value <= max;
    }

    @Override
    public Optional<IntPredicate> test(Column values) {
      return ColumnRule.numbers(values).map(number -> row -> contains(number.applyAsDouble(row)));
    }

    @Override
    public String complaint(@Nullable Object value) {
      double number = value instanceof Number some ? some.doubleValue() : Double.NaN;
      if (Double.isNaN(number)) {
        return "NaN is not " + words();
      }
      return Wording.value(value)
          + (number < min
              ? " is below " + Wording.number(min)
              : " is above " + Wording.number(max));
    }

    @Override
    public String words() {
      if (max == Double.POSITIVE_INFINITY) {
        return "at least " + Wording.number(min);
      }
      return min == Double.NEGATIVE_INFINITY
          ? "at most " + Wording.number(max)
          : "between " + Wording.number(min) + " and " + Wording.number(max);
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
