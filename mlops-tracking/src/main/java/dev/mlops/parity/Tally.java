package dev.mlops.parity;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.error.Exactly;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what one stage compares, column by column. Used by one thread. */
final class Tally {

  /** Stands for a value that was not given, which is more than a missing one. */
  private static final Object NOT_GIVEN = new Object();

  private static final int MOST_UNKNOWN = 100;

  private final ParityStage stage;
  private final RecordedTable recorded;
  private final Map<String, Count> counts = new LinkedHashMap<>();

  Tally(ParityStage stage, RecordedTable recorded) {
    this.stage = stage;
    this.recorded = recorded;
    recorded.schema().names().forEach(name -> counts.put(name, new Count()));
  }

  private static final class Count {
    private long compared;
    private long missing;
    private long diverging;
    private long worst;
    private @Nullable Divergence first;
  }

  /**
   * Compares a row.
   *
   * @param row the row, from 0
   * @param expected what was recorded, by column
   * @param computed what was computed, by column
   * @param closed whether the computed columns must be the recorded ones and no others
   * @param raw the raw row, to be shown
   * @return whether all is as recorded
   */
  @CanIgnoreReturnValue
  boolean compare(
      int row,
      Map<String, ? extends @Nullable Object> expected,
      Map<String, ? extends @Nullable Object> computed,
      boolean closed,
      Map<String, @Nullable Object> raw) {
    boolean same = true;
    for (Field field : recorded.schema().fields()) {
      String name = field.name();
      Object value = computed.containsKey(name) ? computed.get(name) : NOT_GIVEN;
      same &= compare(row, field, expected.get(name), value, raw);
    }
    for (String name : computed.keySet()) {
      if (closed && !recorded.schema().contains(name)) {
        same = false;
        Count count = counts.computeIfAbsent(counted(name), unknown -> new Count());
        diverges(
            count,
            new Divergence(
                stage,
                name,
                row,
                "no column",
                text(computed.get(name)),
                Distance.NO_NUMBER,
                "the recorded columns " + recorded.schema().names(),
                raw));
      }
    }
    return same;
  }

  private boolean compare(
      int row,
      Field field,
      @Nullable Object expected,
      @Nullable Object value,
      Map<String, @Nullable Object> raw) {
    DataType type = field.dataType();
    Count count = counts.computeIfAbsent(field.name(), name -> new Count());
    if (Distance.isMissing(type, expected) && Distance.isMissing(type, value)) {
      count.missing++;
      return true;
    }
    Limit limit = recorded.limit(field.name());
    Distance distance = Distance.between(type, expected, value, limit);
    if (distance.ulps() != Distance.NO_NUMBER) {
      count.worst = Math.max(count.worst, distance.ulps());
    }
    if (distance.within()) {
      count.compared++;
      return true;
    }
    diverges(
        count,
        new Divergence(
            stage,
            field.name(),
            row,
            Distance.isMissing(type, expected) ? "missing" : text(expected),
            value != NOT_GIVEN && Distance.isMissing(type, value) ? "missing" : text(value),
            distance.ulps(),
            limit.toString(),
            raw));
    return false;
  }

  /** Names that nobody recorded come without end, where somebody makes them of values. */
  private String counted(String name) {
    boolean hasRoom = counts.size() < recorded.schema().fields().size() + MOST_UNKNOWN;
    return hasRoom || counts.containsKey(name) ? name : "(further columns)";
  }

  private static void diverges(Count count, Divergence divergence) {
    count.compared++;
    count.diverging++;
    if (count.first == null) {
      count.first = divergence;
    }
  }

  private static String text(@Nullable Object value) {
    if (value == NOT_GIVEN) {
      return "no value";
    }
    if (value instanceof String text) {
      return "'" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "'";
    }
    if (value instanceof Float || value instanceof Double) {
      return value instanceof Float ? value.toString() : Exactly.typed(((Double) value));
    }
    return value instanceof float[] vector ? Arrays.toString(vector) : String.valueOf(value);
  }

  List<ColumnParity> columns() {
    return counts.entrySet().stream()
        .map(
            entry -> {
              Count count = entry.getValue();
              return new ColumnParity(
                  stage,
                  entry.getKey(),
                  count.compared,
                  count.missing,
                  count.diverging,
                  count.worst,
                  count.first);
            })
        .toList();
  }
}
