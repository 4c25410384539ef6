package dev.mlops.quality;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Rules about the values of one column; missing values are skipped. */
final class ColumnRule {
  private ColumnRule() {}

  /**
   * A rule that asks each value that is not missing.
   *
   * @param needs the types it can read, in words
   * @param test gives, for a column and the instant of the check, the test of a row; empty if the
   *     type is not for it
   * @param complaint what is wrong with a value, without the column's name: {@code -1116 is below
   *     -120}
   */
  static Rule values(
      String column,
      String needs,
      BiFunction<Column, Instant, Optional<IntPredicate>> test,
      BiFunction<@Nullable Object, Instant, String> complaint) {
    return (batch, asOf) ->
        on(
            batch,
            column,
            values ->
                test.apply(values, asOf)
                    .<Rule.Observation>map(
                        holds ->
                            rows(
                                values,
                                holds,
                                row -> column + " " + complaint.apply(values.value(row), asOf)))
                    .orElseGet(() -> wrongType(column, values, needs)));
  }

  /** A rule that judges a column as a whole. */
  static Rule whole(String column, Function<Column, Rule.Observation> judge) {
    return (batch, asOf) -> on(batch, column, judge);
  }

  /** Looks at a column, or says that it is not there. */
  static Rule.Observation on(
      Dataset batch, String column, Function<Column, Rule.Observation> look) {
    Optional<Field> field = batch.schema().find(column);
    return field.isEmpty()
        ? Rule.Whole.seen(false, "no column '" + column + "'; found: " + batch.schema().names())
        : look.apply(batch.column(column));
  }

  static Rule.Whole wrongType(String column, Column values, String needs) {
    return Rule.Whole.seen(false, column + " is " + values.dataType() + ", not " + needs);
  }

  static Rule.Rows rows(Column values, IntPredicate holds, IntFunction<String> reason) {
    BitSet failing = new BitSet(values.size());
    IntPredicate missing = Missing.in(values);
    long considered = 0;
    for (int row = 0; row < values.size(); row++) {
      if (!missing.test(row)) {
        considered++;
        if (!holds.test(row)) {
          failing.set(row);
        }
      }
    }
    return new Rule.Rows(considered, failing, values::value, reason);
  }

  /** Reads numbers of any width as doubles; empty for a column of anything else. */
  static Optional<IntToDoubleFunction> numbers(Column values) {
    if (values instanceof Column.OfDouble doubles) {
      return Optional.of(doubles::get);
    }
    if (values instanceof Column.OfFloat floats) {
      return Optional.of(floats::get);
    }
    return values instanceof Column.OfLong longs ? Optional.of(longs::get) : Optional.empty();
  }

  /** Tests each distinct string once; empty for a column of anything else. */
  static Optional<IntPredicate> strings(Column values, Predicate<String> holds) {
    if (!(values instanceof Column.OfString strings)) {
      return Optional.empty();
    }
    BitSet good = new BitSet();
    for (int code = 0; code < strings.dictionary().size(); code++) {
      good.set(code, holds.test(strings.dictionary().get(code)));
    }
    return Optional.of(row -> good.get(strings.code(row)));
  }
}
