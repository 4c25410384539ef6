package dev.mlops.quality;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import java.time.Instant;
import java.util.BitSet;

/** A column must have a value everywhere, or nowhere; NaN is no value. */
record NullRule(String column, boolean wanted) implements Rule {
  static NullRule forbidden(String column) {
    return new NullRule(column, false);
  }

  static NullRule required(String column) {
    return new NullRule(column, true);
  }

  @Override
  public Observation observe(Dataset batch, Instant asOf) {
    return ColumnRule.on(batch, column, this::rows);
  }

  private Observation rows(Column values) {
    BitSet failing = new BitSet(values.size());
    for (int row = 0; row < values.size(); row++) {
      failing.set(row, Missing.at(values, row) != wanted);
    }
    return new Rows(values.size(), failing, values::value, row -> reason(values, row));
  }

  private String reason(Column values, int row) {
    return wanted
        ? column + " " + Wording.value(values.value(row)) + " is not null"
        : column + (values.isNull(row) ? " is null" : " is NaN");
  }
}
