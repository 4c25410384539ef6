package dev.mlops.serving;

import dev.mlops.data.Dataset;
import dev.mlops.predictions.Label;
import dev.mlops.predictions.LogCounts;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/** A prediction log that keeps records as they come, or does with them what a test asks for. */
final class KeptLog implements PredictionLog {

  final List<PredictionRecord> records = Collections.synchronizedList(new ArrayList<>());
  final List<Label> labels = Collections.synchronizedList(new ArrayList<>());
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
  public void label(List<Label> more) {
    labels.addAll(more);
  }

  @Override
  public void flush() {}

  @Override
  public Dataset read(PredictionQuery query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public LogCounts counts() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
