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
 * Each value, or each combination of values, is there once; rows in which all are missing are
 * skipped.
 */
record UniqueRule(List<String> columns) implements Rule {

  @Override
  public Observation observe(Dataset batch, Instant asOf) {
    Optional<String> missing =
        columns.stream().filter(c -> !batch.schema().contains(c)).findFirst();
    if (missing.isPresent()) {
      return ColumnRule.on(batch, missing.get(), column -> Whole.seen(false, ""));
    }
    List<Column> values = columns.stream().map(batch::column).toList();
    return rows(batch.rowCount(), row -> key(values, row));
  }

  /** Whether a value is there once is known when all of them have been seen, and kept. */
  @Override
  public Optional<Tally> tally() {
    return Optional.empty();
  }

  private Observation rows(int size, IntFunction<@Nullable Object> key) {
    Map<Object, Integer> first = new HashMap<>();
    Map<Object, Integer> second = new HashMap<>();
    BitSet failing = new BitSet(size);
    long considered = 0;
    for (int row = 0; row < size; row++) {
      Object value = key.apply(row);
      if (value != null) {
        considered++;
        Integer earlier = first.putIfAbsent(value, row);
        if (earlier != null) {
          failing.set(earlier);
          second.putIfAbsent(value, row);
          failing.set(row);
        }
      }
    }
    return new Rows(considered, failing, key, row -> reason(key.apply(row), row, first, second));
  }

  private String reason(
      @Nullable Object value, int row, Map<Object, Integer> first, Map<Object, Integer> second) {
    int earliest = first.getOrDefault(value, row);
    int other = earliest == row ? second.getOrDefault(value, row) : earliest;
    String what = columns.size() == 1 ? columns.get(0) + " " : columns + " ";
    return what + words(value) + " is in row " + other + " too";
  }

  private static String words(@Nullable Object value) {
    return value instanceof List<?> parts
        ? parts.stream().map(Wording::value).toList().toString()
        : Wording.value(value);
  }

  private static @Nullable Object key(List<Column> columns, int row) {
    if (columns.size() == 1) {
      return value(columns.get(0), row);
    }
    List<@Nullable Object> parts = new ArrayList<>(columns.size());
    columns.forEach(column -> parts.add(value(column, row)));
    return parts.stream().allMatch(part -> part == null) ? null : parts;
  }

  /**
   * Arrays are equal by identity, so a vector is compared as the list of its numbers; the two zeros
   * are one value.
   */
  private static @Nullable Object comparable(@Nullable Object value) {
    if (value instanceof Double real) {
      return real + 0.0;
    }
    if (value instanceof Float real) {
      return real + 0.0f;
    }
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
      Object value = value(values, row);
      if (value != null) {
        seen.add(value);
      }
    }
    return seen.size();
  }

  /** The value as it is compared; null if it is missing. */
  private static @Nullable Object value(Column values, int row) {
    return Missing.at(values, row) ? null : comparable(values.value(row));
  }
}
