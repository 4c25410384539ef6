package dev.mlops.features.view;

import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import org.jspecify.annotations.Nullable;

/**
 * One feature of an event view: an aggregate of a column (none for the count) over a window.
 *
 * @param integer whether the column is declared to be of whole numbers
 */
record Measure(Aggregate aggregate, @Nullable String column, Window window, boolean integer) {

  Field field(String view) {
    String what = column == null ? aggregate.label() : column + "_" + aggregate.label();
    boolean whole = aggregate == Aggregate.COUNT || (integer && aggregate.picks());
    DataType type = whole ? DataType.INT64 : DataType.FLOAT64;
    return Field.of(view + "_" + what + "_" + window.label(), type).orNull();
  }

  String text() {
    return aggregate.label()
        + "("
        + (column == null ? "" : column)
        + (integer ? " as INT64" : "")
        + ") over "
        + window.length().toString();
  }
}
