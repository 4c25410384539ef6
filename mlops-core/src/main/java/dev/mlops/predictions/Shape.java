package dev.mlops.predictions;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.ConflictException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which columns some segments have besides those that all have; immutable.
 *
 * <p>Their names say what they are: {@code f.NAME} a feature, {@code n.NAME} a feature that was
 * null in all records, so that its type is not known, {@code c.NAME} the score of a class, {@code
 * v.N} vectors of N numbers; {@code entity}, {@code trace} and {@code output} (a text) are there
 * where a record has one. Of features that say where they come from there are {@code s.service},
 * {@code s.definition}, {@code s.at} and {@code s.position}, {@code r.NAME} a value of the request,
 * and {@code a.NAME} why a feature has no value, where a record has one.
 */
final class Shape {
  static final String ENTITY = "entity";
  static final String TRACE = "trace";
  static final String OUTPUT = "output";
  static final String FEATURE = "f.";
  static final String UNKNOWN = "n.";
  static final String CLASS = "c.";
  static final String VECTOR = "v.";
  static final String SERVED = "s.";
  static final String REQUEST = "r.";
  static final String ABSENT = "a.";

  /** What segments have of features that say where they come from. */
  static final List<Field> SERVED_FIELDS =
      List.of(
          Field.of(SERVED + "service", DataType.STRING).orNull(),
          Field.of(SERVED + "definition", DataType.STRING).orNull(),
          Field.of(SERVED + "at", DataType.INSTANT).orNull(),
          Field.of(SERVED + "position", DataType.INT64).orNull());

  /** What every segment has. */
  static final List<Field> COMMON =
      List.of(
          Field.of("id", DataType.STRING),
          Field.of("version", DataType.STRING),
          Field.of("variant", DataType.STRING),
          Field.of("time", DataType.INSTANT),
          Field.of("score", DataType.FLOAT64),
          Field.of("latency", DataType.INT64),
          Field.of("outcome", DataType.STRING));

  static final Shape NONE = new Shape(Map.of());

  /** By name, features of unknown type as {@code f.NAME} with null. */
  private final Map<String, @Nullable DataType> columns;

  private Shape(Map<String, @Nullable DataType> columns) {
    this.columns = columns;
  }

  /** Returns the shape of stored columns. */
  static Shape of(Schema stored) {
    Map<String, @Nullable DataType> columns = new LinkedHashMap<>();
    for (Field field : stored.fields()) {
      if (!COMMON.contains(field)) {
        boolean unknown = field.name().startsWith(UNKNOWN);
        columns.put(
            unknown ? FEATURE + field.name().substring(UNKNOWN.length()) : field.name(),
            unknown ? null : field.dataType());
      }
    }
    return new Shape(columns);
  }

  /** Returns the shape that holds the values of both. */
  Shape and(Shape other) {
    if (columns.equals(other.columns)) {
      return this;
    }
    Map<String, @Nullable DataType> both = new LinkedHashMap<>(columns);
    other.columns.forEach((name, type) -> both.put(name, common(both.get(name), type)));
    return new Shape(both);
  }

  /** Returns the narrowest type for the values of both; null is that of no value. */
  static @Nullable DataType common(@Nullable DataType one, @Nullable DataType other) {
    if (one == null || one.equals(other)) {
      return other;
    }
    if (other == null) {
      return one;
    }
    return isNumber(one) && isNumber(other) ? DataType.FLOAT64 : DataType.STRING;
  }

  private static boolean isNumber(DataType type) {
    return type.equals(DataType.INT64) || type.equals(DataType.FLOAT64);
  }

  /** Returns the columns by name, features of unknown type with null. */
  Map<String, @Nullable DataType> columns() {
    return Collections.unmodifiableMap(columns);
  }

  /** Returns these columns only, as fields of a schema. */
  Schema schema() {
    List<Field> fields = new ArrayList<>();
    columns.forEach(
        (name, type) ->
            fields.add(
                type == null
                    ? Field.of(UNKNOWN + name.substring(FEATURE.length()), DataType.BOOLEAN)
                        .orNull()
                    : Field.of(name, type).orNull()));
    return Schema.of(fields);
  }

  /** Returns the same records with exactly these columns behind the common ones. */
  Dataset conform(Dataset stored) {
    List<Field> fields = new ArrayList<>(COMMON);
    List<Column> values = new ArrayList<>();
    COMMON.forEach(field -> values.add(stored.column(field.name())));
    for (Field field : schema().fields()) {
      fields.add(field);
      values.add(column(stored, field));
    }
    return Dataset.of(Schema.of(fields), values);
  }

  /** Returns the values of a column as another type, nulls where it is not there. */
  static Column column(Dataset stored, Field field) {
    if (!stored.schema().contains(field.name())) {
      return nulls(field.dataType(), stored.rowCount());
    }
    Column column = stored.column(field.name());
    if (column.dataType().equals(field.dataType())) {
      return column;
    }
    if (field.dataType().equals(DataType.FLOAT64) && isNumber(column.dataType())) {
      return doubles(stored, field.name());
    }
    if (field.dataType().equals(DataType.STRING)) {
      return texts(column);
    }
    throw new ConflictException(
        "column '"
            + field.name()
            + "' of the prediction log has become "
            + column.dataType()
            + " while it was read as "
            + field.dataType()
            + "; read again");
  }

  private static Column doubles(Dataset stored, String name) {
    Column.OfDouble widened = stored.doubles(name);
    BitSet present = new BitSet();
    for (int row = 0; row < widened.size(); row++) {
      present.set(row, !widened.isNull(row));
    }
    return Column.doubles(widened.toArray(), present);
  }

  private static Column texts(Column column) {
    List<@Nullable String> texts = new ArrayList<>(column.size());
    for (int row = 0; row < column.size(); row++) {
      Object value = column.value(row);
      texts.add(value == null ? null : value.toString());
    }
    return Column.strings(texts);
  }

  static Column nulls(DataType type, int rows) {
    return Column.of(type, Collections.nCopies(rows, null));
  }
}
