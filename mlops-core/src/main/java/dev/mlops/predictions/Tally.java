package dev.mlops.predictions;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what becomes of records, and tells the application's log of each kind of loss when it
 * begins; the rest is counted only, so that a long fault does not fill the disk too.
 */
final class Tally {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionLog.class);

  private final LongAdder dropped = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong duplicates = new AtomicLong();
  private final AtomicLong conflicts = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong unreported = new AtomicLong();
  private final AtomicBoolean toldOfDropping = new AtomicBoolean();
  private final AtomicBoolean toldOfRefusing = new AtomicBoolean();
  private final AtomicBoolean toldOfFailing = new AtomicBoolean();
  private final AtomicBoolean toldOfConflicts = new AtomicBoolean();
  private volatile @Nullable Throwable failure;

  void dropped(String why) {
    dropped.increment();
    if (!toldOfDropping.getAndSet(true)) {
      LOG.warn("a prediction was dropped: {}; more of them are counted only", why);
    }
  }

  void refused(String why) {
    refused.increment();
    if (!toldOfRefusing.getAndSet(true)) {
      LOG.warn("a prediction was refused: {}; more of them are counted only", why);
    }
  }

  /** Counts records as durable, and is ready to tell of the next fault. */
  void wrote(int records) {
    written.addAndGet(records);
    toldOfDropping.set(false);
    toldOfFailing.set(false);
  }

  /** Counts records that were in the log already. */
  void repeated(int records) {
    duplicates.addAndGet(records);
  }

  /** Counts records whose ids other predictions have. */
  void conflicting(List<String> ids) {
    conflicts.addAndGet(ids.size());
    if (!ids.isEmpty() && !toldOfConflicts.getAndSet(true)) {
      LOG.warn(
          "the prediction '{}' is not kept: another one with this id is in the log, which stays as it is;"
              + " more of them are counted only",
          ids.get(0));
    }
  }

  void lost(int records, Throwable cause) {
    failed.addAndGet(records);
    unreported.addAndGet(records);
    failure = cause;
    if (!toldOfFailing.getAndSet(true)) {
      LOG.warn(
          "{} predictions cannot be written and are lost; more of them are counted only",
          records,
          cause);
    }
  }

  /** Returns how many were lost since this was asked last. */
  long takeUnreported() {
    return unreported.getAndSet(0);
  }

  /** Takes back what nobody was there to hear. */
  void report(long records) {
    unreported.addAndGet(records);
  }

  /** Returns how many records wait no longer. */
  long settled() {
    return written.get() + duplicates.get() + conflicts.get() + failed.get();
  }

  /** Returns why records were lost last. */
  @Nullable Throwable failure() {
    return failure;
  }

  /**
   * Returns the counts.
   *
   * @param logged how many records were taken up to now
   */
  LogCounts counts(long logged) {
    long kept = written.get();
    long repeated = duplicates.get();
    long refuted = conflicts.get();
    long lost = failed.get();
    long settled = kept + repeated + refuted + lost;
    // Records may have come and been written since.
    long all = Math.max(logged, settled);
    return new LogCounts(
        all, dropped.sum(), refused.sum(), kept, repeated, refuted, lost, all - settled);
  }
}
