package dev.mlops.quality;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * In each row one column's value is at most another's; rows in which one is missing are skipped.
 */
record OrderRule(String lesser, String greater) implements Rule {

  @Override
  public Observation observe(Dataset batch, Instant asOf) {
    return ColumnRule.on(batch, lesser, a -> ColumnRule.on(batch, greater, b -> compare(a, b)));
  }

  private Observation compare(Column a, Column b) {
    return ordered(a, b)
        .<Observation>map(holds -> rows(a, b, holds))
        .orElseGet(
            () ->
                Whole.seen(
                    false,
                    lesser
                        + " is "
                        + a.dataType()
                        + " and "
                        + greater
                        + " is "
                        + b.dataType()
                        + ", which have no order between them"));
  }

  private static Optional<IntPredicate> ordered(Column a, Column b) {
    Optional<IntToDoubleFunction> left = ColumnRule.numbers(a);
    Optional<IntToDoubleFunction> right = ColumnRule.numbers(b);
    if (a instanceof Column.OfLong x && b instanceof Column.OfLong y) {
      return Optional.of(row -> x.get(row) <= y.get(row));
    }
    if (a instanceof Column.OfLong x && right.isPresent()) {
      IntToDoubleFunction y = right.get();
      return Optional.of(row -> Limit.compare(x.get(row), y.applyAsDouble(row)) <= 0);
    }
    if (left.isPresent() && b instanceof Column.OfLong y) {
      IntToDoubleFunction x = left.get();
      return Optional.of(row -> Limit.compare(y.get(row), x.applyAsDouble(row)) >= 0);
    }
    if (left.isPresent() && right.isPresent()) {
      IntToDoubleFunction x = left.get();
      IntToDoubleFunction y = right.get();
      return Optional.of(row -> x.applyAsDouble(row) <= y.applyAsDouble(row));
    }
    if (a instanceof Column.OfInstant x && b instanceof Column.OfInstant y) {
      return Optional.of(row -> x.micros(row) <= y.micros(row));
    }
    return a instanceof Column.OfString x && b instanceof Column.OfString y
        ? Optional.of(row -> String.valueOf(x.get(row)).compareTo(String.valueOf(y.get(row))) <= 0)
        : Optional.empty();
  }

  private Rows rows(Column a, Column b, IntPredicate holds) {
    BitSet failing = new BitSet(a.size());
    long considered = 0;
    for (int row = 0; row < a.size(); row++) {
      if (!Missing.at(a, row) && !Missing.at(b, row)) {
        considered++;
        failing.set(row, !holds.test(row));
      }
    }
    return new Rows(
        considered,
        failing,
        row -> Arrays.<@Nullable Object>asList(a.value(row), b.value(row)),
        row -> reason(a.value(row), b.value(row)));
  }

  private String reason(@Nullable Object a, @Nullable Object b) {
    return lesser + " " + Wording.value(a) + " is above " + greater + " " + Wording.value(b);
  }
}
