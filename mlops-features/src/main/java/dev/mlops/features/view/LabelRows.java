package dev.mlops.features.view;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Label rows as requests: of each only the request fields and the time can be seen. */
final class LabelRows {

  private final Dataset labels;
  private final Dataset visible;
  private final Column[] columns;
  private final Column.OfInstant times;

  LabelRows(FeatureService service, Dataset labels, String time) {
    check(service, labels, time);
    this.labels = labels;
    List<String> names = service.requestFields().stream().map(Field::name).toList();
    this.visible = labels.select(names.toArray(String[]::new));
    this.columns = names.stream().map(labels::column).toArray(Column[]::new);
    this.times = labels.instants(time);
  }

  Dataset labels() {
    return labels;
  }

  int size() {
    return labels.rowCount();
  }

  /** The columns of some request fields, given by their places. */
  Column[] columns(int[] fields) {
    return Arrays.stream(fields).mapToObj(field -> columns[field]).toArray(Column[]::new);
  }

  long time(int row) {
    return times.micros(row);
  }

  Request get(int row) {
    return new LabelRequest(row);
  }

  private static void check(FeatureService service, Dataset labels, String time) {
    List<String> misfits = new ArrayList<>();
    service.requestFields().forEach(field -> checkType(labels, field, misfits));
    Field clock = Field.of(time, DataType.INSTANT);
    checkType(labels, clock, misfits);
    if (misfits.isEmpty() && labels.column(time).nullCount() > 0) {
      misfits.add(
          "column '"
              + time
              + "' has "
              + Plural.of(labels.column(time).nullCount(), "null")
              + "; leave those rows out");
    }
    if (!misfits.isEmpty()) {
      throw new InvalidInputException(
          "labels do not fit service '" + service.name() + "': " + String.join("; ", misfits));
    }
  }

  private static void checkType(Dataset labels, Field field, List<String> misfits) {
    if (!labels.schema().contains(field.name())) {
      misfits.add("column '" + field.name() + "' is missing");
    } else if (!labels.column(field.name()).dataType().equals(field.dataType())) {
      misfits.add(
          "column '"
              + field.name()
              + "' is "
              + labels.column(field.name()).dataType()
              + ", not "
              + field.dataType());
    }
  }

  private final class LabelRequest implements Request {

    private final int row;

    LabelRequest(int row) {
      this.row = row;
    }

    @Override
    public @Nullable Object value(int field) {
      return columns[field].value(row);
    }

    @Override
    public Row row() {
      return visible.row(row);
    }
  }
}
