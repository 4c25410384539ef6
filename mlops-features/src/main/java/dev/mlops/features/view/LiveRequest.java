package dev.mlops.features.view;

import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.timeline.Numbers;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A request whose values came with a call. */
final class LiveRequest implements Request {

  private final Schema schema;
  private final @Nullable Object[] values;

  LiveRequest(Schema schema, @Nullable Object[] values) {
    this.schema = schema;
    this.values = values;
  }

  @Override
  public @Nullable Object value(int field) {
    return values[field];
  }

  @Override
  public Row row() {
    return Row.of(schema, values);
  }

  /** Widens without loss to the field's type, or refuses. */
  static @Nullable Object convert(Field field, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    Object converted =
        switch (field.dataType().kind()) {
          case BOOLEAN -> value instanceof Boolean ? value : null;
          case INT64 -> whole(value);
          case FLOAT32 -> value instanceof Float ? value : null;
          case FLOAT64 -> real(value);
          case STRING -> value instanceof String ? value : null;
          case INSTANT -> value instanceof Instant ? value : null;
          case VECTOR -> vector(field.dataType(), value);
        };
    if (converted == null) {
      throw new InvalidInputException(
          "request column '"
              + field.name()
              + "' is "
              + field.dataType()
              + ", not "
              + value.getClass().getSimpleName()
              + " '"
              + value
              + "'");
    }
    return converted;
  }

  private static @Nullable Object whole(Object value) {
    if (value instanceof Long) {
      return value;
    }
    boolean narrow = value instanceof Integer || value instanceof Short || value instanceof Byte;
    return narrow ? (Object) ((Number) value).longValue() : null;
  }

  private static @Nullable Object real(Object value) {
    if (value instanceof Double) {
      return value;
    }
    if (value instanceof Float || value instanceof Integer || value instanceof Short) {
      return ((Number) value).doubleValue();
    }
    boolean exact = value instanceof Long whole && Numbers.isExactInDouble(whole);
    return exact ? (Object) ((Number) value).doubleValue() : null;
  }

  private static @Nullable Object vector(DataType type, Object value) {
    return value instanceof float[] vector && vector.length == type.dimension() ? vector : null;
  }
}
