package dev.mlops.registry;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model answered, in the columns that somebody else named: by their names, else by their
 * places, else as the numbers of the one output that has as many. MLflow never looks at the names
 * of outputs, so they are often other ones, and it writes a single number as a vector of one.
 */
final class OwnOutputs {

  private OwnOutputs() {}

  /**
   * Names the answers.
   *
   * @throws IllegalArgumentException if they cannot be those that are wanted
   */
  static Dataset named(Dataset own, Schema wanted) {
    List<String> names = own.schema().names();
    if (names.containsAll(wanted.names()) && fit(own, wanted.names(), wanted)) {
      return taken(own, wanted.names(), wanted);
    }
    if (names.size() == wanted.fields().size() && fit(own, names, wanted)) {
      return taken(own, names, wanted);
    }
    if (isNumeric(wanted)) {
      for (boolean isFloating : new boolean[] {true, false}) {
        for (Field field : own.schema().fields()) {
          if (isFloating(field) == isFloating && width(field) == RowNumbers.width(wanted)) {
            return laidOut(own.select(field.name()), wanted);
          }
        }
      }
      if (isNumeric(own.schema()) && RowNumbers.width(own.schema()) == RowNumbers.width(wanted)) {
        return laidOut(own, wanted);
      }
    }
    throw new IllegalArgumentException(
        "the model answered [" + own.schema() + "]; its outputs are [" + wanted + "]");
  }

  private static boolean fit(Dataset own, List<String> names, Schema wanted) {
    for (int i = 0; i < names.size(); i++) {
      Field from = own.schema().get(names.get(i));
      Field to = wanted.fields().get(i);
      boolean fits =
          from.dataType().equals(to.dataType()) || (width(from) > 0 && width(from) == width(to));
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static Dataset taken(Dataset own, List<String> names, Schema wanted) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      columns.add(column(own, names.get(i), wanted.fields().get(i).dataType()));
    }
    return Dataset.of(wanted, columns);
  }

  private static Column column(Dataset own, String name, DataType wanted) {
    if (own.schema().get(name).dataType().equals(wanted)) {
      return own.column(name);
    }
    List<@Nullable Object> cells = new ArrayList<>();
    for (Row row : own) {
      cells.add(cell(row.value(name), wanted));
    }
    return Column.of(wanted, cells);
  }

  private static @Nullable Object cell(@Nullable Object value, DataType wanted) {
    Object single = value instanceof float[] vector && vector.length == 1 ? vector[0] : value;
    Object numeric = single instanceof Boolean flag ? (flag ? 1L : 0L) : single;
    if (!(numeric instanceof Number number)) {
      return value;
    }
    return switch (wanted.kind()) {
      case INT64 -> number.longValue();
      case FLOAT32 -> number.floatValue();
      case FLOAT64 -> number.doubleValue();
      case BOOLEAN -> number.doubleValue() != 0;
      case VECTOR -> new float[] {number.floatValue()};
      case STRING, INSTANT -> value;
    };
  }

  static Dataset laidOut(Dataset from, Schema to) {
    Dataset.Builder table = Dataset.builder(to);
    for (Row row : from) {
      table.row(RowNumbers.unpack(RowNumbers.pack(row), to));
    }
    return table.build();
  }

  static boolean isNumeric(Schema schema) {
    return schema.fields().stream().allMatch(field -> width(field) > 0);
  }

  private static boolean isFloating(Field field) {
    return switch (field.dataType().kind()) {
      case FLOAT32, FLOAT64, VECTOR -> true;
      default -> false;
    };
  }

  /** How many numbers a field is; 0 if it is a text or a time. */
  private static int width(Field field) {
    return switch (field.dataType().kind()) {
      case VECTOR -> field.dataType().dimension();
      case STRING, INSTANT -> 0;
      default -> 1;
    };
  }
}
