package dev.mlops.benchmarks;

import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.data.Schema;
import dev.mlops.labels.Label;
import dev.mlops.labels.LabelListener;
import dev.mlops.labels.LabelReceipt;
import dev.mlops.labels.Labels;
import dev.mlops.predictions.LogCounts;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionRecord;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A prediction log that takes every record and keeps none, and hands labels on, so that a router
 * alone is measured.
 */
final class TakesAll implements PredictionLog, Labels {
  private final List<LabelListener> listeners = new CopyOnWriteArrayList<>();

  @Override
  public boolean log(PredictionRecord prediction) {
    return true;
  }

  @Override
  public Labels labels() {
    return this;
  }

  @Override
  public LabelReceipt add(String receipt, List<? extends Label> labels) {
    LabelReceipt taken =
        new LabelReceipt(
            receipt, Instant.EPOCH, labels.size(), labels.size(), 0, 0, List.of(), false);
    listeners.forEach(listener -> listener.added(List.copyOf(labels), taken));
    return taken;
  }

  @Override
  public Runnable subscribe(LabelListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public long position() {
    return 0;
  }

  @Override
  public long hearOthers(long position, LabelListener listener) {
    return position;
  }

  @Override
  public Dataset list(Instant from, Instant to) {
    return Dataset.empty(Schema.of());
  }

  @Override
  public void flush() {}

  @Override
  public Batches pages(PredictionQuery query) {
    return Batches.of(Dataset.empty(Schema.of()));
  }

  @Override
  public LogCounts counts() {
    return new LogCounts(0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Override
  public void close() {}
}
