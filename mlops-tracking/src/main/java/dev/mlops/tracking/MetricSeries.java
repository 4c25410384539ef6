package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Micros;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One metric of one run, ready to take points.
 *
 * <p>Logging puts the point into memory and returns; it makes no object, and fails only when the
 * run has ended. Points become durable together with those of the run's other metrics, see {@link
 * Run#flush()}. Safe for use by many threads.
 */
public final class MetricSeries {

  private final RunBuffer buffer;
  private final String name;
  private Points waiting = new Points();
  private long stored;
  private boolean ended;
  private boolean hasPoint;
  private long lastStep;
  private double lastValue;

  MetricSeries(RunBuffer buffer, String name) {
    this.buffer = buffer;
    this.name = name;
  }

  /**
   * Returns the metric's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Logs a point with the time of now.
   *
   * @param step where in the training; any number
   * @param value what was measured; NaN and infinities are kept as they are
   * @throws IllegalStateException if the run has ended
   */
  public void log(long step, double value) {
    log(step, buffer.micros(), value);
  }

  /**
   * Logs a point that was measured at another time.
   *
   * @param step where in the training; any number
   * @param time when it was measured; parts of a microsecond are cut off
   * @param value what was measured; NaN and infinities are kept as they are
   * @throws IllegalStateException if the run has ended
   */
  public void log(long step, Instant time, double value) {
    log(step, Micros.floor(requireNonNull(time, "time")), value);
  }

  private void log(long step, long micros, double value) {
    if (buffer.takesPoint()) {
      add(step, micros, value);
      buffer.gathered();
    }
  }

  synchronized void add(long step, long micros, double value) {
    if (ended) {
      throw buffer.alreadyEnded("log '" + name + "'");
    }
    waiting.add(step, micros, value);
    hasPoint = true;
    lastStep = step;
    lastValue = value;
  }

  /** Returns the point that was logged last here; null if there is none. */
  synchronized @Nullable Last last() {
    return hasPoint ? new Last(lastStep, lastValue) : null;
  }

  /** Step and value of a point. */
  record Last(long step, double value) {}

  synchronized void end() {
    ended = true;
  }

  synchronized boolean isPending() {
    return waiting.size() > 0;
  }

  /** Returns all that is not stored yet. */
  synchronized Pending pending() {
    return new Pending(this, name, stored, waiting.snapshot());
  }

  private synchronized void stored(int points) {
    waiting = waiting.after(points);
    stored += points;
  }

  @Override
  public String toString() {
    return "metric '" + name + "' of " + buffer;
  }

  /**
   * What a flush has to write of one series.
   *
   * @param offset how many points of this writer were stored before
   * @param points those that follow
   */
  record Pending(MetricSeries series, String name, long offset, Points points) {
    void markStored() {
      series.stored(points.size());
    }
  }
}
