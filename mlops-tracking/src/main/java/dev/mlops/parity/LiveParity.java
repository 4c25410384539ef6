package dev.mlops.parity;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Row;
import dev.mlops.stats.SplitRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A sampled check of the features that are served, by code that computes what Python computed.
 * Nothing that it does reaches the caller: what cannot be judged is counted. Safe for use by many
 * threads; a row that is judged costs its caller a second preparation, the others cost a counter.
 */
public final class LiveParity {

  private final RecordedTable features;
  private final Function<Row, ? extends Map<String, ?>> preparation;
  private final double share;
  private final long seed;
  private final AtomicLong seen = new AtomicLong();
  private final Object lock = new Object();
  private final Tally tally;
  private long judged;
  private long diverging;
  private long failed;
  private @Nullable String failure;

  LiveParity(
      RecordedTable features,
      Function<Row, ? extends Map<String, ?>> preparation,
      double share,
      long seed) {
    this.features = features;
    this.preparation = preparation;
    this.share = share;
    this.seed = seed;
    this.tally = new Tally(ParityStage.FEATURES, features);
  }

  /**
   * Tells of a row that was served, and judges it if it is of the sample. Never throws because of
   * what the row or the features hold.
   *
   * @param raw the raw row
   * @param served the features that the model was given, by name; all the recorded ones and no
   *     others
   */
  public void observe(Row raw, Map<String, ?> served) {
    requireNonNull(raw, "raw");
    requireNonNull(served, "served");
    long number = seen.getAndIncrement();
    if (!isSampled(number)) {
      return;
    }
    try {
      Map<String, @Nullable Object> wanted = wanted(raw);
      synchronized (lock) {
        int row = (int) Math.min(number, Integer.MAX_VALUE);
        diverging += tally.compare(row, wanted, served, true, raw.toMap()) ? 0 : 1;
        judged++;
      }
    } catch (Throwable e) { // An Error of the preparation is no reason to fail a request either.
      synchronized (lock) {
        failed++;
        failure = failure == null ? e.toString() : failure;
      }
    }
  }

  private Map<String, @Nullable Object> wanted(Row raw) {
    return RecordedRows.table(features.schema(), List.of(preparation.apply(raw))).row(0).toMap();
  }

  /** Whether the row of a number is of the sample, on whatever thread it comes. */
  private boolean isSampled(long number) {
    return SplitRandom.seeded(seed).split(number).nextDouble() < share;
  }

  /**
   * Returns what came of it up to now.
   *
   * @return the counts, and each column
   */
  public LiveParityReport report() {
    synchronized (lock) {
      return new LiveParityReport(
          seen.get(), judged, diverging, failed, failure, new ParityCheck(rows(), tally.columns()));
    }
  }

  private int rows() {
    return (int) Math.min(judged, Integer.MAX_VALUE);
  }

  /** Returns the report in one line. */
  @Override
  public String toString() {
    return report().toString();
  }
}
