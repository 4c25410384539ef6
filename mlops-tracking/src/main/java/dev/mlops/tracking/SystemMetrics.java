package dev.mlops.tracking;

import dev.mlops.data.Micros;
import dev.mlops.error.Exactly;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the process while a run is recorded. What is measured over time, processor and
 * collections, is a share of the time since the point before, so that no peak between two points is
 * lost in a look at one moment.
 *
 * <p>The timer of the tracker measures, before it stores, and alone: no training waits for it. A
 * database that blocks the timer leaves a gap, which the steps show. If a measurement fails, that
 * is said once for a run, and the next interval is another attempt.
 */
final class SystemMetrics {

  /** What their names begin with. */
  static final String PREFIX = "system/";

  static final String RESIDENT_MEMORY = PREFIX + "rss";

  private static final Logger LOG = LoggerFactory.getLogger(SystemMetrics.class);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final double NANOS_PER_MILLI = 1e6;

  private final RunBuffer buffer;
  private final long start;
  private final long interval;
  private final Supplier<ProcessReading> process;
  private @Nullable ProcessReading before;
  private long last;
  private boolean failed;

  /**
   * Begins to measure.
   *
   * @param buffer takes the points
   * @param interval at least how long after a point the next one comes
   * @param process what is measured
   */
  SystemMetrics(RunBuffer buffer, Duration interval, Supplier<ProcessReading> process) {
    this.buffer = buffer;
    this.start = Micros.floor(buffer.run().start());
    this.interval = TimeUnit.NANOSECONDS.toMicros(interval.toNanos());
    this.process = process;
    this.last = buffer.micros() - this.interval; // The first second has a point.
    guarded(() -> before = process.get());
  }

  static Duration checked(Duration interval) {
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "the interval of system metrics must be "
              + Exactly.duration(SHORTEST)
              + " to "
              + Exactly.duration(LONGEST)
              + ": "
              + Exactly.duration(interval));
    }
    return interval;
  }

  /** Logs a point of each metric if it is time; only the timer calls this. */
  void measure() {
    long now = buffer.micros();
    long passed = now - last;
    if (passed >= 0 && passed < interval) {
      return; // A clock that was set back begins a new interval.
    }
    last = now;
    guarded(
        () -> {
          ProcessReading reading = process.get();
          log(reading, TimeUnit.MICROSECONDS.toSeconds(now - start));
          before = reading;
        });
  }

  /** A runtime that was made without the module of these beans throws an Error. */
  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      if (!failed && !buffer.hasEnded()) {
        failed = true;
        LOG.warn(
            "system metrics of run '{}' could not be recorded; the next attempt is in {}",
            buffer.run().name(),
            Exactly.duration(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(interval))),
            e);
      }
    }
  }

  private void log(ProcessReading reading, long step) {
    if (before != null) {
      logShares(before, reading, step);
    }
    log(PREFIX + "heap", step, (double) reading.heapBytes());
    reading.residentBytes().ifPresent(bytes -> log(RESIDENT_MEMORY, step, (double) bytes));
  }

  private void logShares(ProcessReading earlier, ProcessReading reading, long step) {
    double nanos = (double) (reading.nanos() - earlier.nanos());
    if (nanos <= 0) {
      return;
    }
    if (reading.cpuNanos().isPresent() && earlier.cpuNanos().isPresent()) {
      double used = (double) (reading.cpuNanos().getAsLong() - earlier.cpuNanos().getAsLong());
      log(PREFIX + "cpu", step, used / nanos / reading.processors());
    }
    double collecting = (double) (reading.gcMillis() - earlier.gcMillis());
    log(PREFIX + "gc", step, collecting * NANOS_PER_MILLI / nanos);
  }

  /** Each by itself: a point that could not be stored waits, and the others are not to be lost. */
  private void log(String metric, long step, double value) {
    guarded(() -> buffer.series(metric).log(step, value));
  }
}
