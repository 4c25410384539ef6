package dev.mlops.registry;

import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.Plural;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lays a row out as numbers, as models take and give them. */
final class RowNumbers {

  private RowNumbers() {}

  static float[] pack(Row row) {
    float[] numbers = new float[width(row.schema())];
    int at = 0;
    for (Field field : row.schema().fields()) {
      at = put(numbers, at, row, field);
    }
    return numbers;
  }

  private static int put(float[] numbers, int at, Row row, Field field) {
    int width = width(field);
    if (row.isNull(field.name())) {
      Arrays.fill(numbers, at, at + width, Float.NaN);
    } else if (field.dataType().kind() == DataType.Kind.VECTOR) {
      System.arraycopy(row.getVector(field.name()), 0, numbers, at, width);
    } else if (field.dataType().kind() == DataType.Kind.BOOLEAN) {
      numbers[at] = row.getBoolean(field.name()) ? 1 : 0;
    } else {
      numbers[at] = (float) row.getDouble(field.name());
    }
    return at + width;
  }

  static @Nullable Object[] unpack(float[] numbers, Schema schema) {
    if (numbers.length != width(schema)) {
      throw new IllegalArgumentException(
          "the model answered "
              + Plural.of(numbers.length, "number")
              + "; its outputs ["
              + schema
              + "] are "
              + width(schema));
    }
    @Nullable Object[] cells = new Object[schema.fields().size()];
    int at = 0;
    for (int i = 0; i < cells.length; i++) {
      Field field = schema.fields().get(i);
      cells[i] = cell(numbers, at, field);
      at += width(field);
    }
    return cells;
  }

  private static Object cell(float[] numbers, int at, Field field) {
    return switch (field.dataType().kind()) {
      case BOOLEAN -> numbers[at] != 0;
      case INT64 -> (long) numbers[at];
      case FLOAT32 -> numbers[at];
      case FLOAT64 -> (double) numbers[at];
      case VECTOR -> Arrays.copyOfRange(numbers, at, at + width(field));
      case STRING, INSTANT -> throw noNumber(field);
    };
  }

  static int width(Schema schema) {
    return schema.fields().stream().mapToInt(RowNumbers::width).sum();
  }

  private static int width(Field field) {
    return switch (field.dataType().kind()) {
      case VECTOR -> field.dataType().dimension();
      case STRING, INSTANT -> throw noNumber(field);
      default -> 1;
    };
  }

  private static IllegalArgumentException noNumber(Field field) {
    return new IllegalArgumentException(
        "column '"
            + field.name()
            + "' is "
            + field.dataType().kind()
            + ", not a number; use replayTable(...)");
  }
}
