package dev.mlops.features.view;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.timeline.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The columns that rows of a view must have. */
final class ViewSchema {

  private static final Set<DataType> NUMBERS =
      Set.of(DataType.INT64, DataType.FLOAT32, DataType.FLOAT64);

  private record Wanted(Set<DataType> types, String text, boolean nullable) {}

  private final String view;
  private final Map<String, Wanted> wanted = new LinkedHashMap<>();
  private final Set<String> doubles = new LinkedHashSet<>();
  private final List<String> problems = new ArrayList<>();

  private ViewSchema(String view) {
    this.view = view;
  }

  static ViewSchema of(View view) {
    ViewSchema schema = new ViewSchema(view.name());
    view.entity().keys().forEach(key -> schema.add(key.orNull()));
    schema.add(view.timing());
    view.addColumns(schema);
    return schema;
  }

  /** Returns the view's columns of the rows, or names everything that does not fit. */
  Dataset check(Dataset rows) {
    List<String> misfits = new ArrayList<>(problems);
    wanted.forEach((name, want) -> check(name, want, rows, misfits));
    doubles.forEach(name -> checkDigits(name, rows, misfits));
    if (!misfits.isEmpty()) {
      throw new InvalidInputException(
          "rows do not fit view '" + view + "': " + String.join("; ", misfits));
    }
    return rows.select(wanted.keySet().toArray(String[]::new));
  }

  private void add(Timing timing) {
    timing.columns().forEach(column -> add(Field.of(column, DataType.INSTANT)));
  }

  void add(Field field) {
    add(field.name(), new Wanted(Set.of(field.type()), field.type().toString(), field.nullable()));
  }

  void add(Measure measure) {
    if (measure.column() != null) {
      add(measure.column(), input(measure));
      if (!measure.integer()) {
        doubles.add(measure.column());
      }
    }
  }

  private static Wanted input(Measure measure) {
    if (measure.aggregate() == Aggregate.SHARE) {
      return new Wanted(Set.of(DataType.BOOLEAN), "BOOLEAN", true);
    }
    return measure.integer()
        ? new Wanted(Set.of(DataType.INT64), "INT64", true)
        : new Wanted(NUMBERS, "a number", true);
  }

  /** One column may serve twice, as a key and a feature say, when a type is left that fits both. */
  private void add(String name, Wanted want) {
    Wanted first = wanted.putIfAbsent(name, want);
    if (first == null || want.types.containsAll(first.types)) {
      return;
    }
    if (first.types.containsAll(want.types)) {
      wanted.put(name, want);
    } else {
      problems.add("column '" + name + "' is wanted as " + first.text + " and as " + want.text);
    }
  }

  /** Refuses whole numbers that would lose digits as doubles. */
  private static void checkDigits(String name, Dataset rows, List<String> misfits) {
    if (rows.schema().contains(name) && rows.column(name) instanceof Column.OfLong numbers) {
      for (int row = 0; row < rows.rowCount(); row++) {
        if (!numbers.isNull(row) && !Numbers.isExactInDouble(numbers.get(row))) {
          misfits.add(
              "column '%s' has %d in row %d, which a FLOAT64 feature cannot hold; declare the column with integers(\"%s\")"
                  .formatted(name, numbers.get(row), row, name));
          return;
        }
      }
    }
  }

  private static void check(String name, Wanted want, Dataset rows, List<String> misfits) {
    if (!rows.schema().contains(name)) {
      misfits.add("column '" + name + "' is missing");
      return;
    }
    Column column = rows.column(name);
    if (!want.types.contains(column.type())) {
      misfits.add("column '" + name + "' is " + column.type() + ", not " + want.text);
    } else if (!want.nullable && column.nullCount() > 0) {
      misfits.add(
          "column '" + name + "' has " + column.nullCount() + " nulls; leave those rows out");
    }
  }
}
