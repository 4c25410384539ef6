package dev.mlops.predictions;

import dev.mlops.data.Micros;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A record whose values have been asked once what they are: a value may be somebody else's code,
 * which throws, or says something else the next time.
 *
 * @param names of the features, in the order of the record; records of one kind share the list, so
 *     that to compare their names costs nothing
 * @param features null, Boolean, Long, Double or String, in the order of the names
 * @param characters about how many its texts have
 * @param request what was asked, as the features are; empty unless the record says where its
 *     features come from
 */
record ReadRecord(
    PredictionRecord record,
    List<String> names,
    List<@Nullable Object> features,
    List<@Nullable Object> request,
    long micros,
    long latency,
    long hash,
    long characters) {

  static ReadRecord of(PredictionRecord record) {
    return of(record, List.of());
  }

  /**
   * Reads a record.
   *
   * @param before the names of the record before this one
   */
  static ReadRecord of(PredictionRecord record, List<String> before) {
    Map<String, @Nullable Object> values = record.features();
    @Nullable Object[] features = new Object[values.size()];
    boolean same = before.size() == features.length;
    int next = 0;
    long characters = record.id().length();
    if (record.output() instanceof TextOutput output) {
      characters += output.text().length();
    }
    for (Map.Entry<String, @Nullable Object> value : values.entrySet()) {
      same = same && before.get(next).equals(value.getKey());
      Object feature = plain(value.getKey(), value.getValue());
      features[next++] = feature;
      characters += feature instanceof String text ? text.length() : 8;
    }
    ServedFeatures served = record.served();
    List<@Nullable Object> request = served == null ? List.of() : plain(served.request());
    return new ReadRecord(
        record,
        same ? before : List.copyOf(values.keySet()),
        Collections.unmodifiableList(Arrays.asList(features)),
        request,
        Micros.floor(record.time()),
        TimeUnit.NANOSECONDS.toMicros(record.latency().toNanos()),
        IdHash.of(record.id()),
        characters + characters(request));
  }

  private static long characters(List<@Nullable Object> values) {
    long characters = 0;
    for (Object value : values) {
      characters += value instanceof String text ? text.length() : 8;
    }
    return characters;
  }

  private static List<@Nullable Object> plain(Map<String, ? extends @Nullable Object> values) {
    @Nullable Object[] plain = new Object[values.size()];
    int next = 0;
    for (Map.Entry<String, ? extends @Nullable Object> value : values.entrySet()) {
      plain[next++] = plain(value.getKey(), value.getValue());
    }
    return Collections.unmodifiableList(Arrays.asList(plain));
  }

  private static @Nullable Object plain(String name, @Nullable Object value) {
    if (value == null
        || value instanceof Double
        || value instanceof String
        || value instanceof Long
        || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Number number) {
      // A float as the double that equals it, so that a column of floats and the log agree.
      return number.doubleValue();
    }
    throw new IllegalArgumentException("value '" + name + "' is of " + value.getClass().getName());
  }

  String id() {
    return record.id();
  }

  /** The names of the columns that it has since it says where its features come from. */
  Set<String> originNames() {
    ServedFeatures served = record.served();
    if (served == null) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    served.request().keySet().forEach(name -> names.add(Shape.REQUEST + name));
    served.absent().keySet().forEach(name -> names.add(Shape.ABSENT + name));
    return names;
  }
}
