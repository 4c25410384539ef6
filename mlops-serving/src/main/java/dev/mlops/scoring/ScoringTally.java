package dev.mlops.scoring;

import dev.mlops.scoring.ScoringTable.StoredBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;

/** The batches that are recorded, those of earlier calls first. Used by one thread. */
final class ScoringTally {

  private final List<StoredBatch> batches;
  private final int earlier;
  private long rows;
  private long listenerFailures;

  private ScoringTally(List<StoredBatch> batches) {
    this.batches = new ArrayList<>(batches);
    this.earlier = batches.size();
    this.rows = sum(batches, StoredBatch::rows);
  }

  static ScoringTally of(List<StoredBatch> earlier) {
    return new ScoringTally(earlier);
  }

  /** Takes a batch that follows the others. */
  void add(StoredBatch batch) {
    batches.add(batch);
    rows += batch.rows();
  }

  /** Takes what is known of a batch now. */
  void set(StoredBatch batch) {
    batches.set((int) batch.number(), batch);
  }

  /** Counts it; returns how many it were. */
  long listenerFailed() {
    return ++listenerFailures;
  }

  List<StoredBatch> batches() {
    return batches;
  }

  int count() {
    return batches.size();
  }

  long rows() {
    return rows;
  }

  /** Reports what is recorded, and that no call did it now. */
  ScoringReport report(boolean isLogging) {
    return report(isLogging, Duration.ZERO, Double.NaN);
  }

  ScoringReport report(boolean isLogging, Duration duration, double rowsPerSecond) {
    return new ScoringReport(
        batches.size(),
        rows,
        earlier,
        sum(batches.subList(0, earlier), StoredBatch::rows),
        sum(batches, StoredBatch::invalid),
        isLogging,
        sum(batches, batch -> Objects.requireNonNullElse(batch.logged(), 0L)),
        sum(batches, StoredBatch::repeated),
        sum(batches, StoredBatch::refused),
        listenerFailures,
        duration,
        rowsPerSecond);
  }

  private static long sum(List<StoredBatch> batches, ToLongFunction<StoredBatch> count) {
    return batches.stream().mapToLong(count).sum();
  }
}
