package dev.mlops.benchmarks;

import dev.mlops.data.Dataset;
import dev.mlops.data.Schema;
import dev.mlops.predictions.Label;
import dev.mlops.predictions.LogCounts;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionRecord;
import java.util.List;

/** A prediction log that takes every record and keeps none, so that a router alone is measured. */
final class TakesAll implements PredictionLog {
  @Override
  public boolean log(PredictionRecord prediction) {
    return true;
  }

  @Override
  public void label(List<Label> labels) {}

  @Override
  public void flush() {}

  @Override
  public Dataset read(PredictionQuery query) {
    return Dataset.builder(Schema.of()).build();
  }

  @Override
  public LogCounts counts() {
    return new LogCounts(0, 0, 0, 0, 0, 0, 0);
  }

  @Override
  public void close() {}
}
