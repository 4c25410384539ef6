package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One component of a record class and the column it stands for. */
final class RecordPart {

  private static final Map<Class<?>, DataType.Kind> KINDS =
      Map.ofEntries(
          Map.entry(boolean.class, DataType.Kind.BOOLEAN),
          Map.entry(Boolean.class, DataType.Kind.BOOLEAN),
          Map.entry(int.class, DataType.Kind.INT64),
          Map.entry(Integer.class, DataType.Kind.INT64),
          Map.entry(long.class, DataType.Kind.INT64),
          Map.entry(Long.class, DataType.Kind.INT64),
          Map.entry(float.class, DataType.Kind.FLOAT32),
          Map.entry(Float.class, DataType.Kind.FLOAT32),
          Map.entry(double.class, DataType.Kind.FLOAT64),
          Map.entry(Double.class, DataType.Kind.FLOAT64),
          Map.entry(String.class, DataType.Kind.STRING),
          Map.entry(Instant.class, DataType.Kind.INSTANT),
          Map.entry(float[].class, DataType.Kind.VECTOR));

  private final RecordComponent component;
  private final Class<?> type;
  private final DataType.Kind kind;
  private final boolean nullable;

  private RecordPart(RecordComponent component, Class<?> type, DataType.Kind kind) {
    this.component = component;
    this.type = type;
    this.kind = kind;
    this.nullable = isOptional() || isBoxed(component.getType()) || isMarked(component);
  }

  static RecordPart of(RecordComponent component) {
    Class<?> type = valueType(component);
    DataType.Kind kind = type.isEnum() ? DataType.Kind.STRING : KINDS.get(type);
    if (kind == null) {
      throw new IllegalArgumentException(
          "component '"
              + component.getName()
              + "' of record "
              + component.getDeclaringRecord().getSimpleName()
              + " is "
              + type.getSimpleName()
              + ", which no column holds; use boolean, int, long, float, double, String,"
              + " an enum, Instant, float[] or an Optional of one");
    }
    return new RecordPart(component, type, kind);
  }

  private static Class<?> valueType(RecordComponent component) {
    if (component.getGenericType() instanceof ParameterizedType generic
        && generic.getRawType() == Optional.class) {
      Type argument = generic.getActualTypeArguments()[0];
      return argument instanceof Class<?> plain ? plain : Optional.class;
    }
    return component.getType();
  }

  private static boolean isBoxed(Class<?> type) {
    return type == Boolean.class || Number.class.isAssignableFrom(type);
  }

  private static boolean isMarked(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private boolean isOptional() {
    return component.getType() == Optional.class;
  }

  /** Returns the component's value as a column takes it. */
  @Nullable Object read(Record record, int row) {
    Object value = RecordMapping.call(component.getAccessor(), record);
    Object plain = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    if (plain == null && !nullable) {
      throw new IllegalArgumentException(
          "row "
              + row
              + ": component '"
              + component.getName()
              + "' is null; declare it @Nullable or Optional");
    }
    return plain instanceof Enum<?> constant ? constant.name() : plain;
  }

  Field field(List<? extends @Nullable Object> values) {
    return new Field(component.getName(), new DataType(kind, dimension(values)), nullable);
  }

  private int dimension(List<? extends @Nullable Object> values) {
    if (kind != DataType.Kind.VECTOR) {
      return 0;
    }
    float[] first =
        (float[])
            values.stream()
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(this::unknownDimension);
    return first.length;
  }

  private IllegalArgumentException unknownDimension() {
    return new IllegalArgumentException(
        "no record has a vector '"
            + component.getName()
            + "' that tells its dimension; use Dataset.empty(schema)");
  }

  Column column(Field field, List<? extends @Nullable Object> values) {
    try {
      return Column.of(field.dataType(), values);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("component '" + field.name() + "': " + e.getMessage(), e);
    }
  }

  /** Says why the column that this component needs is not in a schema, or nothing if it is. */
  Optional<String> misfit(Schema schema) {
    String name = component.getName();
    Optional<Field> field = schema.find(name);
    if (field.isEmpty()) {
      return Optional.of("component '" + name + "' has no column; found: " + schema.names());
    }
    DataType found = field.get().dataType();
    boolean widens = kind == DataType.Kind.FLOAT64 && found.kind() == DataType.Kind.FLOAT32;
    if (found.kind() != kind && !widens) {
      return Optional.of(
          "component '"
              + name
              + "' is "
              + type.getSimpleName()
              + " and needs "
              + kind
              + " but the column is "
              + found);
    }
    return Optional.empty();
  }

  /** Returns the row's value as the record's constructor takes it. */
  @Nullable Object write(Row row) {
    Object value = row.value(component.getName());
    if (value == null && !nullable) {
      throw new InvalidInputException(
          "row "
              + row.index()
              + ": column '"
              + component.getName()
              + "' is null but component '"
              + component.getName()
              + "' is not @Nullable, boxed or Optional");
    }
    Object converted = value == null ? null : convert(value, row);
    return isOptional() ? Optional.ofNullable(converted) : converted;
  }

  private Object convert(Object value, Row row) {
    if (type.isEnum()) {
      return constant((String) value, row);
    }
    if (type == int.class || type == Integer.class) {
      return narrow((Long) value, row);
    }
    return kind == DataType.Kind.FLOAT64 ? ((Number) value).doubleValue() : value;
  }

  private int narrow(long value, Row row) {
    if (value != (int) value) {
      throw new InvalidInputException(
          "row "
              + row.index()
              + ": "
              + value
              + " in column '"
              + component.getName()
              + "' does not fit an int; declare the component long");
    }
    return (int) value;
  }

  private Object constant(String name, Row row) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new InvalidInputException(
        "row "
            + row.index()
            + ": '"
            + name
            + "' in column '"
            + component.getName()
            + "' is none of "
            + Arrays.toString(type.getEnumConstants()));
  }
}
