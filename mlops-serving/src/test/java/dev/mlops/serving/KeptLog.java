package dev.mlops.serving;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * A prediction log that keeps records as they come, or does with them what a test asks for; labels
 * are kept and handed on.
 */
final class KeptLog implements PredictionLog, Labels {

  final List<PredictionRecord> records = Collections.synchronizedList(new ArrayList<>());
  final List<Label> labels = Collections.synchronizedList(new ArrayList<>());
  private final List<LabelListener> listeners = new CopyOnWriteArrayList<>();
  private final Predicate<PredictionRecord> taking;

  KeptLog() {
    taking = records::add;
  }

  KeptLog(Predicate<PredictionRecord> taking) {
    this.taking = taking;
  }

  @Override
  public boolean log(PredictionRecord prediction) {
    return taking.test(prediction);
  }

  @Override
  public Labels labels() {
    return this;
  }

  @Override
  public LabelReceipt add(String receipt, List<? extends Label> more) {
    labels.addAll(more);
    LabelReceipt taken =
        new LabelReceipt(receipt, Instant.EPOCH, more.size(), more.size(), 0, 0, List.of(), false);
    listeners.forEach(listener -> listener.added(List.copyOf(more), taken));
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
