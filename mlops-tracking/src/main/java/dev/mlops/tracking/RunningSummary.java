package dev.mlops.tracking;

import dev.mlops.data.Micros;

/**
 * Keeps what {@link MetricSummary} tells while points arrive, without an object per point; not
 * thread-safe. Zero has no sign here: H2 keeps none and PostgreSQL does.
 */
final class RunningSummary {

  private final Extreme first = new Extreme();
  private final Extreme latest = new Extreme();
  private final Extreme min = new Extreme();
  private final Extreme max = new Extreme();
  private long count;

  /** Goes on from what was known before. */
  static RunningSummary of(MetricSummary before) {
    RunningSummary summary = new RunningSummary();
    summary.count = before.count();
    summary.first.set(before.first());
    summary.latest.set(before.latest());
    summary.min.set(before.min());
    summary.max.set(before.max());
    return summary;
  }

  void add(long step, long micros, double signed) {
    double value = signed + 0.0;
    boolean start = count++ == 0;
    if (start || first.compareTo(step, micros, value) > 0) {
      first.set(step, micros, value);
    }
    if (start || latest.compareTo(step, micros, value) < 0) {
      latest.set(step, micros, value);
    }
    if (start || min.yields(step, micros, value, -1)) {
      min.set(step, micros, value);
    }
    if (start || max.yields(step, micros, value, 1)) {
      max.set(step, micros, value);
    }
  }

  MetricSummary toSummary(String name) {
    return new MetricSummary(name, count, first.point(), latest.point(), min.point(), max.point());
  }

  private static final class Extreme {
    private long step;
    private long micros;
    private double value;

    void set(long newStep, long newMicros, double newValue) {
      step = newStep;
      micros = newMicros;
      value = newValue;
    }

    void set(MetricPoint point) {
      set(point.step(), Micros.floor(point.time()), point.value());
    }

    int compareTo(long otherStep, long otherMicros, double otherValue) {
      int order = compareMoment(otherStep, otherMicros);
      return order != 0 ? order : MetricPoint.compareValues(value, otherValue);
    }

    private int compareMoment(long otherStep, long otherMicros) {
      int order = Long.compare(step, otherStep);
      return order != 0 ? order : Long.compare(micros, otherMicros);
    }

    /**
     * Tells whether a point takes this place; direction 1 wants the greatest value, -1 the
     * smallest.
     */
    boolean yields(long otherStep, long otherMicros, double otherValue, int direction) {
      if (Double.isNaN(value) || Double.isNaN(otherValue)) {
        return Double.isNaN(value)
            && (!Double.isNaN(otherValue) || compareMoment(otherStep, otherMicros) > 0);
      }
      int order = Double.compare(otherValue, value) * direction;
      return order > 0 || (order == 0 && compareMoment(otherStep, otherMicros) > 0);
    }

    MetricPoint point() {
      return new MetricPoint(step, Micros.instant(micros), value);
    }
  }
}
