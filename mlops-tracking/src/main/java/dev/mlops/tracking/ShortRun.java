package dev.mlops.tracking;

import dev.mlops.tracking.RunBuffer.Waiting;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run that ended before it was stored: all that it is, and nothing else knows of it.
 *
 * @param metrics as they will be stored
 * @param environment where it ran, which the database has already; null if it was not said
 */
record ShortRun(
    Waiting told,
    List<MetricWriter.Fresh> metrics,
    RunEnd.Outcome ending,
    Instant end,
    EnvironmentRecords.@Nullable Row environment) {

  static ShortRun of(
      Waiting told,
      RunEnd.Outcome ending,
      Instant end,
      EnvironmentRecords.@Nullable Row environment) {
    List<MetricWriter.Fresh> metrics = told.points().stream().map(MetricWriter.Fresh::of).toList();
    return new ShortRun(told, metrics, ending, end, environment);
  }
}
