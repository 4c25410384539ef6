package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

/**
 * What a run knows of one metric without reading its history.
 *
 * @param name the metric's name
 * @param count how many points were logged; at least 1
 * @param first the smallest point by (step, time, value)
 * @param latest the greatest point by (step, time, value), NaN being the lowest value
 * @param min the first point, by (step, time), with the smallest value; NaN only if there is no
 *     other value
 * @param max the first point, by (step, time), with the greatest value; NaN only if there is no
 *     other value
 */
public record MetricSummary(
    String name,
    long count,
    MetricPoint first,
    MetricPoint latest,
    MetricPoint min,
    MetricPoint max) {

  /**
   * Checks the parts.
   *
   * @param name the metric's name
   * @param count how many points were logged; at least 1
   * @param first the smallest point by (step, time, value)
   * @param latest the greatest point by (step, time, value), NaN being the lowest value
   * @param min the first point, by (step, time), with the smallest value; NaN only if there is no
   *     other value
   * @param max the first point, by (step, time), with the greatest value; NaN only if there is no
   *     other value
   */
  public MetricSummary {
    requireNonNull(name, "name");
    requireNonNull(first, "first");
    requireNonNull(latest, "latest");
    requireNonNull(min, "min");
    requireNonNull(max, "max");
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1: " + count);
    }
  }

  /**
   * Returns the latest value.
   *
   * @return the value of {@link #latest()}
   */
  public double value() {
    return latest.value();
  }
}
