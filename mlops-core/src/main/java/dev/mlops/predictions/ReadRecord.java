package dev.mlops.predictions;

import dev.mlops.data.Micros;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A record whose values have been asked once what they are: a value may be somebody else's code,
 * which throws, or says something else the next time.
 *
 * @param features null, Boolean, Long, Double or String, in the order of the record's names
 */
record ReadRecord(
    PredictionRecord record,
    List<@Nullable Object> features,
    long micros,
    long latency,
    long hash) {

  static ReadRecord of(PredictionRecord record) {
    @Nullable Object[] features = new Object[record.features().size()];
    int next = 0;
    for (Map.Entry<String, @Nullable Object> value : record.features().entrySet()) {
      features[next++] = plain(value.getKey(), value.getValue());
    }
    return new ReadRecord(
        record,
        Collections.unmodifiableList(Arrays.asList(features)),
        Micros.floor(record.time()),
        TimeUnit.NANOSECONDS.toMicros(record.latency().toNanos()),
        IdHash.of(record.id()));
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

  /** About how many characters its texts have. */
  long characters() {
    long characters = record.id().length();
    for (Object value : features) {
      characters += value instanceof String text ? text.length() : 8;
    }
    ModelOutput output = record.output();
    return characters + (output instanceof TextOutput text ? text.text().length() : 0);
  }
}
