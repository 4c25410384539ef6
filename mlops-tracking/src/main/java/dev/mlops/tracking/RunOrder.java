package dev.mlops.tracking;

import dev.mlops.tracking.Condition.MetricValue;
import dev.mlops.tracking.Condition.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order of runs, made from a {@link MetricField} or a {@link TextField}. Numbers come first in
 * either direction, then texts that are no numbers, then NaN, then runs that have nothing to order
 * by; so nothing missing is ever the best. Immutable.
 */
public final class RunOrder {

  private final String name;
  private final MetricValue which;
  private final @Nullable Source source;
  private final boolean descending;
  private final String words;

  private RunOrder(
      String name, MetricValue which, @Nullable Source source, boolean descending, String words) {
    this.name = name;
    this.which = which;
    this.source = source;
    this.descending = descending;
    this.words = words;
  }

  static RunOrder ofMetric(String name, MetricValue which, boolean descending, String words) {
    return new RunOrder(name, which, null, descending, words);
  }

  static RunOrder ofText(Source source, String name, boolean descending, String words) {
    return new RunOrder(name, MetricValue.LATEST, source, descending, words);
  }

  String name() {
    return name;
  }

  MetricValue which() {
    return which;
  }

  /** Of what text it is; null for a metric. */
  @Nullable Source source() {
    return source;
  }

  boolean isDescending() {
    return descending;
  }

  /** Says exactly what it orders by, and which way round. */
  String exactly() {
    return List.of(isDescending(), source == null ? which : source, name).toString();
  }

  /** Reads what it orders by. */
  void read(RunColumns columns) {
    if (source == null) {
      var unused = columns.metric(name, which);
    } else {
      var unused = columns.text(source, name);
    }
  }

  @Override
  public String toString() {
    return words + (descending ? " descending" : " ascending");
  }
}
