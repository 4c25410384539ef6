package dev.mlops.scoring;

import dev.mlops.Workspace;
import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.error.Once;
import dev.mlops.serving.BatchPrediction;
import dev.mlops.serving.Candidate;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a scoring was told. An option that was not said is null.
 *
 * @param lease for how long a process that has died keeps a run from others
 */
record ScoringPlan(
    Workspace workspace,
    String job,
    Candidate<? super Dataset, ? extends Column> model,
    ScoredColumns columns,
    @Nullable Boolean withoutLog,
    @Nullable Consumer<? super ScoredBatch> listener,
    Duration lease) {

  static ScoringPlan of(
      Workspace workspace, String job, Candidate<? super Dataset, ? extends Column> model) {
    return new ScoringPlan(workspace, job, model, ScoredColumns.NONE, null, null, RunLease.TIME);
  }

  ScoringPlan columns(UnaryOperator<ScoredColumns> change) {
    return new ScoringPlan(
        workspace, job, model, change.apply(columns), withoutLog, listener, lease);
  }

  ScoringPlan leaveLog() {
    return new ScoringPlan(
        workspace, job, model, columns, Once.set("withoutLog", withoutLog, true), listener, lease);
  }

  ScoringPlan listener(Consumer<? super ScoredBatch> told) {
    return new ScoringPlan(
        workspace, job, model, columns, withoutLog, Once.set("listener", listener, told), lease);
  }

  ScoringPlan lease(Duration time) {
    return new ScoringPlan(workspace, job, model, columns, withoutLog, listener, time);
  }

  BatchPrediction prediction() {
    return columns.of(BatchPrediction.of(model));
  }

  boolean isLogging() {
    return withoutLog == null;
  }

  @Override
  public String toString() {
    return "scoring '%s' with %s: %s%s"
        .formatted(job, model, columns, isLogging() ? "" : ", without log");
  }
}
