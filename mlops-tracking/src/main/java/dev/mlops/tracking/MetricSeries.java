package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Micros;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One metric of one run, ready to take points.
 *
 * <p>Logging puts the point into memory and returns; it makes no object, and fails only when the
 * run has ended. Points become durable together with those of the run's other metrics, see {@link
 * Run#flush()}. Safe for use by many threads.
 */
public final class MetricSeries {

  static final int SEGMENT = 1_000;

  private final Run run;
  private final String name;
  private final RunningSummary summary = new RunningSummary();
  private final List<Points> segments = new ArrayList<>(List.of(new Points()));
  private int firstPosition;
  private long logged;
  private long stored;
  private boolean ended;

  MetricSeries(Run run, String name) {
    this.run = run;
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
    log(step, run.micros(), value);
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
    if (run.takesPoint()) {
      append(step, micros, value);
      run.gathered();
    }
  }

  private synchronized void append(long step, long micros, double value) {
    if (ended) {
      throw run.alreadyEnded("log '" + name + "'");
    }
    last().add(step, micros, value);
    summary.add(step, micros, value);
    logged++;
    if (last().size() == SEGMENT) {
      segments.add(new Points());
    }
  }

  private Points last() {
    return segments.get(segments.size() - 1);
  }

  synchronized void end() {
    ended = true;
  }

  synchronized boolean isPending() {
    return logged > stored;
  }

  /**
   * Returns all that is not stored yet, and the open segment from its start, because its row is
   * written anew.
   */
  synchronized Pending pending() {
    List<Points> snapshots =
        segments.stream().filter(points -> points.size() > 0).map(Points::snapshot).toList();
    return new Pending(this, firstPosition, snapshots, summary.toSummary(name), logged - stored);
  }

  private synchronized void stored(Pending pending) {
    stored += pending.points();
    int full = (int) pending.segments().stream().filter(points -> points.size() == SEGMENT).count();
    segments.subList(0, full).clear();
    firstPosition += full;
  }

  /**
   * What a flush has to write of one series: segments from a position on, and the summary of all
   * points so far.
   */
  record Pending(
      MetricSeries series,
      int firstPosition,
      List<Points> segments,
      MetricSummary summary,
      long points) {
    void markStored() {
      series.stored(this);
    }
  }
}
