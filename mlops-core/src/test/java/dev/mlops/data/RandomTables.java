package dev.mlops.data;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes tables of all types with the values that break things, from a seed. */
final class RandomTables {

  private static final List<String> STRINGS =
      List.of(
          "",
          " ",
          "NA",
          "null",
          "a,b",
          "\"q\"",
          "two\nlines",
          "\r\n",
          "é",
          "日本",
          "😀",
          "\u0000",
          "x".repeat(300),
          "1",
          "true",
          ";",
          "\uFEFFb");
  private static final double[] DOUBLES = {
    0.0,
    -0.0,
    1,
    -1,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    0.1,
    1e22,
    1.2345678901234568E+17
  };
  private static final long[] LONGS = {
    0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 53, (1L << 53) + 1
  };

  private static final List<DataType.Kind> KINDS = List.of(DataType.Kind.values());

  private final Random random;

  RandomTables(long seed) {
    this.random = new Random(seed);
  }

  Dataset dataset() {
    return dataset(random.nextInt(90));
  }

  Dataset dataset(int rows) {
    return dataset(schema(), rows);
  }

  Dataset dataset(Schema schema, int rows) {
    return Dataset.of(schema, schema.fields().stream().map(field -> column(field, rows)).toList());
  }

  Schema schema() {
    List<Field> fields = new ArrayList<>();
    int count = 1 + random.nextInt(9);
    for (int i = 0; i < count; i++) {
      fields.add(new Field("c" + i + (i % 3 == 1 ? " é,\"" : ""), type(), random.nextBoolean()));
    }
    return Schema.of(fields);
  }

  private DataType type() {
    DataType.Kind kind = KINDS.get(random.nextInt(KINDS.size()));
    return new DataType(kind, kind == DataType.Kind.VECTOR ? 1 + random.nextInt(4) : 0);
  }

  /**
   * A column, half of the time as a slice of a longer one, so that its bits begin inside a byte.
   */
  private Column column(Field field, int rows) {
    int before = random.nextBoolean() ? random.nextInt(20) : 0;
    int after = random.nextInt(3);
    double nulls = field.nullable() ? new double[] {0, 0.3, 1}[random.nextInt(3)] : 0;
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < before + rows + after; i++) {
      values.add(random.nextDouble() < nulls ? null : value(field.dataType()));
    }
    return Column.of(field.dataType(), values).slice(before, before + rows);
  }

  Object value(DataType type) {
    return switch (type.kind()) {
      case BOOLEAN -> random.nextBoolean();
      case INT64 ->
          random.nextBoolean() ? LONGS[random.nextInt(LONGS.length)] : (long) random.nextInt(100);
      case FLOAT32 ->
          random.nextBoolean() ? (float) real() : Float.intBitsToFloat(random.nextInt());
      case FLOAT64 -> real();
      case STRING ->
          random.nextBoolean()
              ? STRINGS.get(random.nextInt(STRINGS.size()))
              : "s" + random.nextInt(50);
      case INSTANT -> instant();
      case VECTOR -> vector(type.dimension());
    };
  }

  private double real() {
    return switch (random.nextInt(4)) {
      case 0 -> DOUBLES[random.nextInt(DOUBLES.length)];
      case 1 -> Double.longBitsToDouble(random.nextLong());
      case 2 -> random.nextInt(1000) / 8.0;
      default -> random.nextGaussian();
    };
  }

  private Instant instant() {
    return switch (random.nextInt(4)) {
      case 0 -> Micros.instant(random.nextLong());
      case 1 -> Micros.instant(random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE);
      case 2 -> Instant.ofEpochSecond(random.nextInt());
      default -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000) * 1000L);
    };
  }

  private float[] vector(int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) real();
    }
    return vector;
  }

  /** The rows as lists of objects; vectors as lists, so that equals compares them. */
  static List<List<@Nullable Object>> twin(Dataset dataset) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Row row : dataset) {
      List<@Nullable Object> values = new ArrayList<>();
      row.toMap()
          .values()
          .forEach(
              value ->
                  values.add(value instanceof float[] vector ? Arrays.toString(vector) : value));
      rows.add(values);
    }
    return rows;
  }
}
