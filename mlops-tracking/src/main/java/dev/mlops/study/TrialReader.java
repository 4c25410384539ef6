package dev.mlops.study;

import dev.mlops.tracking.MetricSummary;
import dev.mlops.tracking.RunView;
import java.util.HashMap;
import java.util.Map;

/** Reads from a run what a trial has found. */
record TrialReader(StudyTerms terms) {

  StudyRecords.Ending finished(RunView run) {
    Map<String, Double> metrics = metrics(run);
    Double objective = metrics.get(terms.goal().metric());
    if (run.tags().containsKey(Trial.PRUNED)) {
      return new StudyRecords.Ending(TrialState.PRUNED, metrics);
    }
    boolean measured = objective != null && Double.isFinite(objective);
    return new StudyRecords.Ending(measured ? TrialState.FINISHED : TrialState.UNMEASURED, metrics);
  }

  /** The latest value of the objective and of each metric with a limit, as far as it has them. */
  private Map<String, Double> metrics(RunView run) {
    Map<String, Double> metrics = new HashMap<>();
    add(metrics, run, terms.goal().metric());
    terms.constraints().forEach(constraint -> add(metrics, run, constraint.metric()));
    return metrics;
  }

  private static void add(Map<String, Double> metrics, RunView run, String name) {
    MetricSummary summary = run.metrics().get(name);
    if (summary != null) {
      metrics.put(name, summary.value());
    }
  }
}
