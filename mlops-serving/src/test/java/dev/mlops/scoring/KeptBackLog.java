package dev.mlops.scoring;

import dev.mlops.data.Batches;
import dev.mlops.error.StorageException;
import dev.mlops.labels.Labels;
import dev.mlops.predictions.LogCounts;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionRecord;

/** A log that is away or full when a test says so; closing it leaves the real one open. */
final class KeptBackLog implements PredictionLog {

  private final PredictionLog log;
  private int flushesUntilFailure = -1;
  private boolean isFull;
  private boolean isEmptied;

  KeptBackLog(PredictionLog log) {
    this.log = log;
  }

  /** Lets a flush fail, counted from 1. */
  void failAt(int flush) {
    flushesUntilFailure = flush;
  }

  void beFull() {
    isFull = true;
    isEmptied = false;
  }

  void beFullUntilFlushed() {
    isFull = true;
    isEmptied = true;
  }

  @Override
  public boolean log(PredictionRecord prediction) {
    return !isFull && log.log(prediction);
  }

  @Override
  public void flush() {
    if (--flushesUntilFailure == 0) {
      throw new StorageException("the log is away");
    }
    isFull = isFull && !isEmptied;
    log.flush();
  }

  @Override
  public Labels labels() {
    return log.labels();
  }

  @Override
  public LogCounts counts() {
    return log.counts();
  }

  @Override
  public Batches pages(PredictionQuery query) {
    return log.pages(query);
  }

  @Override
  public void close() {}
}
