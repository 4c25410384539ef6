package dev.mlops.predictions;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns records into the columns that are stored, as {@link Shape} names them. */
final class RecordColumns {
  private final List<ReadRecord> records;
  private final List<Field> fields = new ArrayList<>();
  private final List<Column> columns = new ArrayList<>();

  private RecordColumns(List<ReadRecord> records) {
    this.records = records;
  }

  static Dataset of(List<ReadRecord> records) {
    RecordColumns columns = new RecordColumns(records);
    columns.addCommon();
    columns.addFeatures();
    columns.addServed();
    columns.addOutputs();
    return Dataset.of(Schema.of(columns.fields), columns.columns);
  }

  private void addCommon() {
    add("id", texts(PredictionRecord::id));
    add("version", texts(PredictionRecord::version));
    add("variant", texts(PredictionRecord::variant));
    add("time", Column.instantsOfMicros(records.stream().mapToLong(ReadRecord::micros).toArray()));
    add(
        "score",
        Column.doubles(records.stream().mapToDouble(read -> read.record().score()).toArray()));
    add("latency", Column.longs(records.stream().mapToLong(ReadRecord::latency).toArray()));
    add("outcome", texts(PredictionRecord::outcome));
    addUnlessNull(Shape.ENTITY, texts(PredictionRecord::entity));
    addUnlessNull(Shape.TRACE, texts(PredictionRecord::trace));
  }

  private Column texts(Function<PredictionRecord, @Nullable String> part) {
    @Nullable String[] texts = new String[records.size()];
    for (int row = 0; row < texts.length; row++) {
      texts[row] = part.apply(records.get(row).record());
    }
    return Column.strings(Arrays.asList(texts));
  }

  private void addFeatures() {
    Map<String, @Nullable Object[]> cells = new LinkedHashMap<>();
    List<String> names = List.of();
    List<@Nullable Object[]> places = List.of();
    for (int row = 0; row < records.size(); row++) {
      ReadRecord read = records.get(row);
      if (!read.names().equals(names)) {
        names = read.names();
        places = names.stream().map(name -> cells(cells, name)).toList();
      }
      for (int i = 0; i < places.size(); i++) {
        places.get(i)[row] = read.features().get(i);
      }
    }
    cells.forEach(this::addFeature);
  }

  private void put(
      Map<String, @Nullable Object[]> cells,
      int row,
      Collection<String> names,
      Collection<? extends @Nullable Object> values) {
    Iterator<? extends @Nullable Object> next = values.iterator();
    for (String name : names) {
      cells(cells, name)[row] = next.next();
    }
  }

  private void addServed() {
    if (records.stream().allMatch(read -> read.record().served() == null)) {
      return;
    }
    Map<String, @Nullable Object[]> cells = new LinkedHashMap<>();
    for (int row = 0; row < records.size(); row++) {
      ServedFeatures served = records.get(row).record().served();
      if (served != null) {
        put(
            cells,
            row,
            Shape.SERVED_FIELDS.stream().map(Field::name).toList(),
            List.of(served.service(), served.definition(), served.at(), served.position()));
      }
    }
    Shape.SERVED_FIELDS.forEach(
        field -> addNullable(field.name(), served(field, cells(cells, field.name()))));
    addAll(Shape.REQUEST, ServedFeatures::request, ReadRecord::request);
    addAll(Shape.ABSENT, ServedFeatures::absent, read -> absent(read).values());
  }

  private static Column served(Field field, @Nullable Object[] cells) {
    return Column.of(field.dataType(), Arrays.asList(cells));
  }

  private static Map<String, String> absent(ReadRecord read) {
    return Objects.requireNonNull(read.record().served()).absent();
  }

  /** Adds a column for each name, unless all its values are null. */
  private void addAll(
      String prefix,
      Function<ServedFeatures, Map<String, ?>> names,
      Function<ReadRecord, Collection<? extends @Nullable Object>> values) {
    Map<String, @Nullable Object[]> cells = new LinkedHashMap<>();
    for (int row = 0; row < records.size(); row++) {
      ServedFeatures served = records.get(row).record().served();
      if (served != null) {
        put(cells, row, names.apply(served).keySet(), values.apply(records.get(row)));
      }
    }
    cells.forEach(
        (name, column) -> {
          DataType type = type(column);
          if (type != null) {
            addNullable(prefix + name, column(type, column));
          }
        });
  }

  private @Nullable Object[] cells(Map<String, @Nullable Object[]> all, String name) {
    @Nullable Object[] known = all.get(name);
    if (known == null) {
      known = new Object[records.size()];
      all.put(name, known);
    }
    return known;
  }

  /** The type that holds all values of a column; null if there are none. */
  private static @Nullable DataType type(@Nullable Object[] cells) {
    DataType type = null;
    for (Object cell : cells) {
      if (cell != null) {
        type = Shape.common(type, typeOf(cell));
      }
    }
    return type;
  }

  private void addFeature(String name, @Nullable Object[] cells) {
    DataType type = type(cells);
    if (type == null) {
      addNullable(Shape.UNKNOWN + name, Shape.nulls(DataType.BOOLEAN, cells.length));
    } else {
      addNullable(Shape.FEATURE + name, column(type, cells));
    }
  }

  private static DataType typeOf(Object cell) {
    if (cell instanceof Double) {
      return DataType.FLOAT64;
    }
    if (cell instanceof Long) {
      return DataType.INT64;
    }
    return cell instanceof Boolean ? DataType.BOOLEAN : DataType.STRING;
  }

  private static Column column(DataType type, @Nullable Object[] cells) {
    if (type.equals(DataType.FLOAT64)) {
      return doubles(cells);
    }
    if (type.equals(DataType.STRING)) {
      @Nullable String[] texts = new String[cells.length];
      for (int row = 0; row < cells.length; row++) {
        texts[row] = cells[row] == null ? null : String.valueOf(cells[row]);
      }
      return Column.strings(Arrays.asList(texts));
    }
    return Column.of(type, Arrays.asList(cells));
  }

  private static Column doubles(@Nullable Object[] cells) {
    double[] values = new double[cells.length];
    BitSet present = new BitSet(cells.length);
    for (int row = 0; row < cells.length; row++) {
      if (cells[row] instanceof Number number) {
        values[row] = number.doubleValue();
        present.set(row);
      }
    }
    return Column.doubles(values, present);
  }

  private void addOutputs() {
    Map<String, @Nullable Object[]> classes = new LinkedHashMap<>();
    Map<Integer, @Nullable Object[]> vectors = new LinkedHashMap<>();
    @Nullable Object[] texts = new Object[records.size()];
    for (int row = 0; row < records.size(); row++) {
      ModelOutput output = records.get(row).record().output();
      if (output instanceof TextOutput text) {
        texts[row] = text.text();
      } else if (output instanceof VectorOutput vector) {
        vectors.computeIfAbsent(vector.dimension(), absent -> new Object[records.size()])[row] =
            vector.values();
      } else if (output instanceof ClassScores scores) {
        int at = row;
        scores.scores().forEach((name, score) -> cells(classes, name)[at] = score);
      }
    }
    addUnlessNull(Shape.OUTPUT, column(DataType.STRING, texts));
    classes.forEach((name, scores) -> addNullable(Shape.CLASS + name, doubles(scores)));
    vectors.forEach(
        (dimension, values) ->
            addNullable(
                Shape.VECTOR + dimension,
                Column.of(DataType.vector(dimension), Arrays.asList(values))));
  }

  private void add(String name, Column column) {
    fields.add(Field.of(name, column.dataType()));
    columns.add(column);
  }

  private void addNullable(String name, Column column) {
    fields.add(Field.of(name, column.dataType()).orNull());
    columns.add(column);
  }

  private void addUnlessNull(String name, Column column) {
    if (column.nullCount() < column.size()) {
      addNullable(name, column);
    }
  }
}
