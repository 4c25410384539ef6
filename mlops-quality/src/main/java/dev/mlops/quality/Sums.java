package dev.mlops.quality;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Instant;
import java.util.DoubleSummaryStatistics;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Count and sum of numbers in the order in which they come, so that batches of them give what the
 * whole gives to the last bit. The sum of whole numbers is exact. Used by one thread.
 */
final class Sums {
  private final DoubleSummaryStatistics reals = new DoubleSummaryStatistics();
  private BigInteger whole = BigInteger.ZERO;
  private long wholeCount;

  static boolean accepts(Column values) {
    return ColumnRule.numbers(values).isPresent();
  }

  /** Adds the values of a column of numbers that are not missing. */
  void add(Column values) {
    if (values instanceof Column.OfLong longs) {
      addWhole(longs);
      return;
    }
    IntToDoubleFunction number = ColumnRule.numbers(values).orElseThrow();
    for (int row = 0; row < values.size(); row++) {
      if (!Missing.at(values, row)) {
        reals.accept(number.applyAsDouble(row));
      }
    }
  }

  private void addWhole(Column.OfLong values) {
    long part = 0;
    for (int row = 0; row < values.size(); row++) {
      if (values.isNull(row)) {
        continue;
      }
      wholeCount++;
      long value = values.get(row);
      long next = part + value;
      if (((part ^ next) & (value ^ next)) < 0) {
        whole = whole.add(BigInteger.valueOf(part));
        next = value;
      }
      part = next;
    }
    whole = whole.add(BigInteger.valueOf(part));
  }

  long count() {
    return wholeCount + reals.getCount();
  }

  Number sum() {
    if (wholeCount > 0) {
      return new BigDecimal(whole);
    }
    return reals.getSum();
  }

  Number mean() {
    if (wholeCount > 0) {
      return new BigDecimal(whole).divide(BigDecimal.valueOf(wholeCount), MathContext.DECIMAL128);
    }
    return reals.getSum() / reals.getCount();
  }

  /** The sums of a column that comes in batches. */
  static final class OfBatches extends WholeRule.Summary {
    private final Aggregate kind;
    private final String column;
    private final Range.OfNumbers range;
    private final Rule rule;
    private final Sums sums = new Sums();
    private @Nullable Dataset wrong;

    /** Judges by a rule what has no numbers to be summed. */
    OfBatches(Aggregate kind, String column, Range.OfNumbers range, Rule rule) {
      this.kind = kind;
      this.column = column;
      this.range = range;
      this.rule = rule;
    }

    @Override
    void add(Dataset batch) {
      if (batch.schema().contains(column) && accepts(batch.column(column))) {
        sums.add(batch.column(column));
      } else {
        wrong = batch.head(0);
      }
    }

    @Override
    Rule.Observation seen(Instant asOf) {
      return wrong == null ? kind.judge(sums, range) : rule.observe(wrong, asOf);
    }
  }
}
