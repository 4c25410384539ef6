package dev.mlops.quality;

import dev.mlops.data.Column;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values to compare with, whatever Java type a number came in: a whole number is kept as a Long,
 * another as a Double, so that 1, 1L and 1.0 are one value.
 */
final class ValueSet {
  private final Set<Object> values;

  private ValueSet(Set<Object> values) {
    this.values = values;
  }

  static ValueSet of(Object... values) {
    Set<Object> kept = new LinkedHashSet<>();
    for (Object value : values) {
      kept.add(kept(value));
    }
    return new ValueSet(kept);
  }

  private static Object kept(Object value) {
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof String || value instanceof Boolean || value instanceof Instant) {
      return value;
    }
    throw new IllegalArgumentException(
        "a set holds strings, numbers, booleans or instants, not "
            + (value == null ? "null" : value.getClass().getName()));
  }

  private static Object number(Number number) {
    if (number instanceof Long
        || number instanceof Integer
        || number instanceof Short
        || number instanceof Byte) {
      return number.longValue();
    }
    double real = number.doubleValue();
    if (Double.isNaN(real)) {
      throw new IllegalArgumentException(
          "a set cannot hold NaN, which is a missing value; use isNull() or notNull()");
    }
    boolean whole = real == Math.rint(real) && real >= -0x1p63 && real < 0x1p63;
    return whole ? (Object) (long) real : (Object) real;
  }

  Rule only(String column) {
    return rule(column, true);
  }

  Rule never(String column) {
    return rule(column, false);
  }

  private Rule rule(String column, boolean wanted) {
    return ColumnRule.values(
        column,
        "of a kind with equal values",
        (values, asOf) -> test(values, wanted),
        (value, asOf) ->
            Wording.value(value) + (wanted ? " is not one of " : " is one of ") + this);
  }

  private Optional<IntPredicate> test(Column values, boolean wanted) {
    if (values instanceof Column.OfVector) {
      return Optional.empty();
    }
    return values instanceof Column.OfString
        ? ColumnRule.strings(values, text -> this.values.contains(text) == wanted)
        : Optional.of(row -> contains(values.value(row)) == wanted);
  }

  private boolean contains(@Nullable Object value) {
    return value != null && values.contains(kept(value));
  }

  @Override
  public String toString() {
    return values.stream().map(Wording::value).collect(Collectors.joining(", ", "[", "]"));
  }
}
