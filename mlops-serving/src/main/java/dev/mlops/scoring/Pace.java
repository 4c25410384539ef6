package dev.mlops.scoring;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How fast a call scores, told every five seconds at most. Used by one thread. */
final class Pace {
  private static final Logger LOG = LoggerFactory.getLogger(BatchScoring.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final double NANOS = 1e9;

  private final Clock clock;
  private final RunName name;
  private final @Nullable Long expectedRows;
  private final Instant called;
  private Instant told;
  private @Nullable Instant begun;
  private long scored;

  Pace(Clock clock, RunName name, @Nullable Long expectedRows) {
    this.clock = clock;
    this.name = name;
    this.expectedRows = expectedRows;
    this.called = clock.instant();
    this.told = called;
  }

  /** The first batch that is not recorded yet comes. */
  void begin() {
    if (begun == null) {
      begun = clock.instant();
    }
  }

  /** Rows are done, and the call has come so far. */
  ScoringProgress scored(long rows, ScoringTally tally) {
    scored += rows;
    ScoringProgress progress =
        new ScoringProgress(tally.count(), tally.rows(), expectedRows, rowsPerSecond());
    Instant now = clock.instant();
    if (Duration.between(told, now).compareTo(PAUSE) >= 0) {
      told = now;
      LOG.info("{}: {}", name, progress);
    }
    return progress;
  }

  Duration duration() {
    Duration time = Duration.between(called, clock.instant());
    return time.isNegative() ? Duration.ZERO : time; // A clock may be set back.
  }

  double rowsPerSecond() {
    if (begun == null || scored == 0) {
      return Double.NaN;
    }
    double seconds = Duration.between(begun, clock.instant()).toNanos() / NANOS;
    return seconds > 0 ? scored / seconds : Double.NaN;
  }
}
