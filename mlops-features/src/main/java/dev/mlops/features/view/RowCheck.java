package dev.mlops.features.view;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import dev.mlops.features.timeline.Numbers;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares rows with what a source and its views want of them, and collects what does not fit. */
final class RowCheck {

  private static final Set<DataType> NUMBERS =
      Set.of(DataType.INT64, DataType.FLOAT32, DataType.FLOAT64);

  private final Dataset rows;
  private final Set<String> misfits = new LinkedHashSet<>();

  RowCheck(Dataset rows) {
    this.rows = rows;
  }

  /** Wants a column of a type; a view that wants it is named in the message. */
  void require(@Nullable View view, Field field) {
    if (isThere(view, field.name(), Set.of(field.dataType()), field.dataType().toString())
        && !field.nullable()
        && rows.column(field.name()).nullCount() > 0) {
      misfit(
          view,
          "column '%s' has %s; leave those rows out"
              .formatted(field.name(), Plural.of(rows.column(field.name()).nullCount(), "null")));
    }
  }

  /** Wants a column that tells events apart. */
  void requireId(String name) {
    if (!isThere(null, name, Set.of(DataType.STRING, DataType.INT64), "STRING or INT64")) {
      return;
    }
    Column ids = rows.column(name);
    for (int row = 0; row < ids.size(); row++) {
      if (ids.isNull(row) || (ids instanceof Column.OfString texts && "".equals(texts.get(row)))) {
        misfit(null, "column '%s' has no event id in row %d".formatted(name, row));
        return;
      }
    }
  }

  /** Wants what an aggregate takes. */
  void require(View view, Measure measure) {
    String column = measure.column();
    if (column == null) {
      return;
    }
    if (measure.aggregate() == Aggregate.SHARE) {
      isThere(view, column, Set.of(DataType.BOOLEAN), "BOOLEAN");
    } else if (measure.integer()) {
      isThere(view, column, Set.of(DataType.INT64), "INT64");
    } else if (isThere(view, column, NUMBERS, "a number")) {
      checkDigits(view, column);
    }
  }

  void throwMisfits(String what) {
    if (!misfits.isEmpty()) {
      throw new InvalidInputException(what + ": " + String.join("; ", misfits));
    }
  }

  @CanIgnoreReturnValue
  private boolean isThere(@Nullable View view, String name, Set<DataType> types, String wanted) {
    if (!rows.schema().contains(name)) {
      misfit(view, "column '" + name + "' is missing");
      return false;
    }
    DataType type = rows.column(name).dataType();
    if (!types.contains(type)) {
      misfit(view, "column '" + name + "' is " + type + ", not " + wanted);
      return false;
    }
    return true;
  }

  /** Refuses whole numbers that would lose digits as doubles. */
  private void checkDigits(View view, String name) {
    if (rows.column(name) instanceof Column.OfLong numbers) {
      for (int row = 0; row < rows.rowCount(); row++) {
        if (!numbers.isNull(row) && !Numbers.isExactInDouble(numbers.get(row))) {
          misfit(
              view,
              "column '%s' has %d in row %d, which a FLOAT64 feature cannot hold; declare the column with integers(\"%s\")"
                  .formatted(name, numbers.get(row), row, name));
          return;
        }
      }
    }
  }

  private void misfit(@Nullable View view, String misfit) {
    misfits.add(view == null ? misfit : "view '" + view.name() + "': " + misfit);
  }
}
