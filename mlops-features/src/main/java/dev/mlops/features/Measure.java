package dev.mlops.features;

import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import org.jspecify.annotations.Nullable;

/** One feature of an event view: an aggregate of a column (none for the count) over a window. */
record Measure(Aggregate aggregate, @Nullable String column, Window window) {

  Field field(String view) {
    String what = column == null ? aggregate.label() : column + "_" + aggregate.label();
    DataType type = aggregate == Aggregate.COUNT ? DataType.INT64 : DataType.FLOAT64;
    return Field.of(view + "_" + what + "_" + window.label(), type).orNull();
  }

  String text() {
    return aggregate.label() + "(" + (column == null ? "" : column) + ") over " + window.length();
  }
}
