package dev.mlops.predictions;

import dev.mlops.error.InvalidInputException;
import dev.mlops.storage.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets records into a database that may be away for a while, and leaves out those that it refuses.
 * One thread uses it.
 *
 * <p>A failure does not say whether the database is away or a record is bad: drivers name both as
 * they like, and some throw an Error. So another record is tried, which nobody keeps. If the
 * database does not take that one either, it is away: everything is kept and tried again, with
 * pauses of 20 ms that double up to a second. If it takes it, several times, while it refuses the
 * records at hand, one of them is bad, and they are halved until that one is alone.
 */
final class PersistentInsert {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionLog.class);
  private static final int CONFIRMATIONS = 3;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int DOUBLINGS = 6;
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Database database;
  private final SegmentWriter segments;
  private final Tally tally;
  private final LongPredicate pause;
  private int unsettled;
  private long batch;
  private SegmentWriter.@Nullable Outcome outcome;
  private boolean away;
  private volatile @Nullable Throwable lastFailure;

  /**
   * Makes the way into a database.
   *
   * @param pause waits for so many nanoseconds; false if it is time to give up
   */
  PersistentInsert(Database database, SegmentWriter segments, Tally tally, LongPredicate pause) {
    this.database = database;
    this.segments = segments;
    this.tally = tally;
    this.pause = pause;
  }

  /** Returns once each record is counted as written or as lost. */
  void settle(List<PredictionRecord> records) {
    unsettled = records.size();
    try {
      insert(rows(records));
    } catch (Throwable e) {
      // Memory that has run out, most likely: counted, and told to whoever called.
      lost(unsettled, e);
      throw e;
    }
  }

  /** Returns why the database did not take the records at hand, or null if it is not away. */
  @Nullable Throwable lastFailure() {
    return lastFailure;
  }

  private List<ReadRecord> rows(List<PredictionRecord> records) {
    List<ReadRecord> rows = new ArrayList<>(records.size());
    List<String> names = List.of();
    for (PredictionRecord record : records) {
      try {
        ReadRecord read = ReadRecord.of(record, names);
        names = read.names();
        rows.add(read);
      } catch (Throwable e) {
        // A value is somebody else's code: whatever it throws, the record is lost alone.
        lost(1, e);
      }
    }
    return rows;
  }

  private void insert(List<ReadRecord> rows) {
    int refusals = 0;
    for (int attempt = 0; !rows.isEmpty(); attempt++) {
      boolean again = attempt > 0;
      Throwable failure = tried(() -> insertOnce(rows, again));
      if (failure == null) {
        settled(rows.size());
        return;
      }
      Throwable other = failure instanceof InvalidInputException ? null : tried(this::insertProbe);
      refusals = other == null ? refusals + 1 : 0;
      if (failure instanceof InvalidInputException || refusals == CONFIRMATIONS) {
        isolate(rows, failure);
        return;
      }
      if (isHopeless(failure, other) || !pauses(attempt, failure)) {
        lost(rows.size(), failure);
        return;
      }
    }
  }

  private static @Nullable Throwable tried(Runnable work) {
    try {
      work.run();
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  private void insertOnce(List<ReadRecord> rows, boolean again) {
    if (!again || !isCommitted()) {
      batch++;
      outcome = null;
      segments.forgetTails(again);
      database.transaction(
          session -> {
            outcome = segments.append(session, rows, batch);
            return rows.size();
          });
    }
  }

  /** The database may have committed the attempt before and could not say so. */
  private boolean isCommitted() {
    return outcome != null && database.read(session -> segments.isCommitted(session, batch));
  }

  private void insertProbe() {
    PredictionRecord probe =
        PredictionRecord.builder()
            .id("probe-" + UUID.randomUUID())
            .model("probe")
            .version(1)
            .time(Instant.EPOCH)
            .build();
    try {
      database.transaction(
          session -> {
            segments.probe(session, ReadRecord.of(probe));
            throw new NotKept();
          });
    } catch (NotKept taken) {
      LOG.trace("the database takes other records", taken);
    }
  }

  /** A database that was closed does not come back. */
  private static boolean isHopeless(Throwable failure, @Nullable Throwable other) {
    return failure instanceof IllegalStateException && other instanceof IllegalStateException;
  }

  private boolean pauses(int attempt, Throwable failure) {
    lastFailure = failure;
    if (!away) {
      away = true;
      LOG.warn("predictions cannot be written now; they are kept and tried again", failure);
    }
    long nanos = Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(attempt, DOUBLINGS));
    return pause.test(nanos);
  }

  private void isolate(List<ReadRecord> rows, Throwable cause) {
    int half = rows.size() / 2;
    if (half == 0) {
      lost(1, cause);
    } else {
      insert(rows.subList(0, half));
      insert(rows.subList(half, rows.size()));
    }
  }

  private void settled(int records) {
    unsettled -= records;
    SegmentWriter.Outcome done = Objects.requireNonNull(outcome);
    done.committed().run();
    tally.wrote(done.written());
    tally.repeated(done.duplicates());
    tally.conflicting(done.conflicts());
    lastFailure = null;
    if (away) {
      away = false;
      LOG.info("predictions are written again");
    }
  }

  private void lost(int records, Throwable cause) {
    unsettled -= records;
    tally.lost(records, cause);
  }

  /** Rolls a probe back. */
  private static final class NotKept extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
