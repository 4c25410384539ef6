package dev.mlops.quality;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Each value, or each combination of values, is there once; rows in which all are null are skipped.
 */
record UniqueRule(List<String> columns) implements Rule {

  @Override
  public Observation observe(Dataset batch, Instant asOf) {
    Optional<String> missing =
        columns.stream().filter(c -> !batch.schema().contains(c)).findFirst();
    if (missing.isPresent()) {
      return ColumnRule.on(batch, missing.get(), column -> new Whole(false, ""));
    }
    List<Column> values = columns.stream().map(batch::column).toList();
    return rows(batch.rowCount(), row -> key(values, row));
  }

  private Observation rows(int size, IntFunction<@Nullable Object> key) {
    Map<Object, Integer> first = new HashMap<>();
    BitSet failing = new BitSet(size);
    long considered = 0;
    for (int row = 0; row < size; row++) {
      Object value = key.apply(row);
      if (value != null) {
        considered++;
        Integer earlier = first.putIfAbsent(value, row);
        if (earlier != null) {
          failing.set(earlier);
          failing.set(row);
        }
      }
    }
    return new Rows(considered, failing, key, row -> reason(key.apply(row), row, first));
  }

  private String reason(@Nullable Object value, int row, Map<Object, Integer> first) {
    int earlier = first.getOrDefault(value, row);
    String what = columns.size() == 1 ? columns.get(0) + " " : columns + " ";
    String where = earlier == row ? "is there again" : "is in row " + earlier + " too";
    return what + words(value) + " " + where;
  }

  private static String words(@Nullable Object value) {
    return value instanceof List<?> parts
        ? parts.stream().map(Wording::value).toList().toString()
        : Wording.value(value);
  }

  private static @Nullable Object key(List<Column> columns, int row) {
    if (columns.size() == 1) {
      return comparable(columns.get(0).value(row));
    }
    List<@Nullable Object> parts = new ArrayList<>(columns.size());
    columns.forEach(column -> parts.add(comparable(column.value(row))));
    return parts.stream().allMatch(part -> part == null) ? null : parts;
  }

  /** Arrays are equal by identity, so a vector is compared as the list of its numbers. */
  private static @Nullable Object comparable(@Nullable Object value) {
    if (!(value instanceof float[] vector)) {
      return value;
    }
    List<Float> numbers = new ArrayList<>(vector.length);
    for (float number : vector) {
      numbers.add(number);
    }
    return numbers;
  }

  static long distinct(Column values) {
    Set<Object> seen = new HashSet<>();
    for (int row = 0; row < values.size(); row++) {
      Object value = comparable(values.value(row));
      if (value != null) {
        seen.add(value);
      }
    }
    return seen.size();
  }
}
