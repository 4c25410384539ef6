package dev.mlops.predictions;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a record has copied of somebody's features; unmodifiable. */
record KeptFeatures(
    Map<String, @Nullable Object> logged,
    Map<String, String> absent,
    Map<String, @Nullable Object> request,
    String service,
    String definition,
    Instant at,
    long position)
    implements ServedFeatures {

  KeptFeatures {
    Objects.requireNonNull(service, "service");
    Objects.requireNonNull(definition, "definition");
    Objects.requireNonNull(at, "at");
  }

  static KeptFeatures of(ServedFeatures features) {
    return new KeptFeatures(
        copy(features.logged()),
        copy(features.absent()),
        copy(features.request()),
        features.service(),
        features.definition(),
        features.at().truncatedTo(ChronoUnit.MICROS),
        features.position());
  }

  static <T extends @Nullable Object> Map<String, T> copy(Map<String, ? extends T> map) {
    Map<String, T> copy = new LinkedHashMap<>();
    map.forEach((name, value) -> copy.put(Objects.requireNonNull(name, "features[null]"), value));
    return Collections.unmodifiableMap(copy);
  }
}
