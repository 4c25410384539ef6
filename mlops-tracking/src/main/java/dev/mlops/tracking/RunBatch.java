package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.storage.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Params, tags and metric points that a run takes together, all or none: {@link Run#log}. Not safe
 * for use by several threads at once.
 */
public final class RunBatch {

  private final Map<String, String> params = new TreeMap<>();
  private final Map<String, String> tags = new TreeMap<>();
  private final List<Point> points = new ArrayList<>();

  RunBatch() {}

  /**
   * Adds a param; the same name again replaces it in the batch.
   *
   * @param name 1 to 250 characters
   * @param value kept as its text, and as a number if it is one
   * @return this batch
   * @throws IllegalArgumentException if the name is not allowed, or the value has no text of its
   *     own
   */
  @CanIgnoreReturnValue
  public RunBatch param(String name, Object value) {
    requireNonNull(name, "name");
    params.putAll(
        ParamTexts.of(Map.of(Names.checked("param", name), requireNonNull(value, "value"))));
    return this;
  }

  /**
   * Adds a tag; the same name again replaces it.
   *
   * @param name 1 to 250 characters
   * @param value any text
   * @return this batch
   * @throws IllegalArgumentException if the name or the text is not allowed
   */
  @CanIgnoreReturnValue
  public RunBatch tag(String name, String value) {
    requireNonNull(name, "name");
    requireNonNull(value, "value");
    tags.put(Names.checked("tag", name), KeptTexts.checked("tag '" + name + "'", value));
    return this;
  }

  /**
   * Adds a metric that has no steps: a point at step 0.
   *
   * @param name 1 to 250 characters
   * @param value what was measured; NaN and infinities are kept as they are
   * @return this batch
   * @throws IllegalArgumentException if the name is not allowed
   */
  @CanIgnoreReturnValue
  public RunBatch metric(String name, double value) {
    requireNonNull(name, "name");
    return metric(name, 0, value);
  }

  /**
   * Adds a point of a metric.
   *
   * @param name 1 to 250 characters
   * @param step where in the training; any number
   * @param value what was measured; NaN and infinities are kept as they are
   * @return this batch
   * @throws IllegalArgumentException if the name is not allowed
   */
  @CanIgnoreReturnValue
  public RunBatch metric(String name, long step, double value) {
    requireNonNull(name, "name");
    points.add(new Point(Names.checked("metric", name), step, value));
    return this;
  }

  Map<String, String> params() {
    return params;
  }

  Map<String, String> tags() {
    return tags;
  }

  List<Point> points() {
    return points;
  }

  /** A point of a metric. */
  record Point(String metric, long step, double value) {}

  @Override
  public String toString() {
    return "batch of params "
        + params.keySet()
        + ", tags "
        + tags.keySet()
        + " and metric points "
        + points.size();
  }
}
