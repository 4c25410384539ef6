package dev.mlops.parity;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lays computed values out as a table of the recorded types. */
final class RecordedRows {

  private RecordedRows() {}

  static Dataset table(Schema schema, List<? extends Map<String, ?>> rows) {
    Dataset.Builder table = Dataset.builder(schema);
    for (Map<String, ?> row : rows) {
      table.row(
          schema.fields().stream().map(field -> cell(row.get(field.name()), field)).toArray());
    }
    return table.build();
  }

  private static @Nullable Object cell(@Nullable Object value, Field field) {
    if (value instanceof Number number) {
      return switch (field.dataType().kind()) {
        case FLOAT32 -> number.floatValue();
        case FLOAT64 -> number.doubleValue();
        case INT64 -> number.longValue();
        default -> value;
      };
    }
    return field.dataType().kind() == DataType.Kind.VECTOR && value != null
        ? Distance.numbers(value)
        : value;
  }
}
