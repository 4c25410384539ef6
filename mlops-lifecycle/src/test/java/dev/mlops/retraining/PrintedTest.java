package dev.mlops.retraining;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.features.FeatureStore;
import dev.mlops.journal.Entry;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.Run;
import dev.mlops.tracking.RunQuery;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What somebody sees who types a name at a prompt, or finds an object in a log. */
class PrintedTest {

  @Test
  void objects_say_in_one_line_what_they_are() {
    try (Workspace workspace = Workspace.inMemory()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      String of = workspace.toString();
      assertThat(tracker).hasToString("experiments of " + of);
      try (Run run = tracker.experiment("delays").start("first")) {
        assertThat(run).hasToString("run 'first' (" + run.id() + ")");
        assertThat(run.series("loss")).hasToString("metric 'loss' of run 'first'");
      }
      assertThat(tracker.runs().where(RunQuery.metric("auc").atLeast(0.7)).limit(3))
          .hasToString("runs where metric auc >= 0.7, limit 3");
      assertThat(workspace.journal()).asString().startsWith("journal of project 'default', ");
      assertThat(workspace.journal().events().kind("run").limit(2))
          .hasToString("events of project 'default', kinds that begin with 'run', limit 2");
      assertThat(Entry.of("model.checked").about("model", "flights").detail("rows", "3"))
          .hasToString("model.checked (ok) about model 'flights' {rows=3}");
      assertThat(
              PredictionRecord.builder()
                  .id("7d1f")
                  .model("m")
                  .version(3)
                  .time(Instant.EPOCH)
                  .build())
          .hasToString("prediction '7d1f' of m 3 at 1970-01-01T00:00:00Z, variant 'live', ok");
      assertThat(ModelMonitor.of(workspace).model("m")).hasToString("monitor of model 'm', " + of);
      try (FeatureStore store = FeatureStore.open(workspace)) {
        assertThat(store.asBackfill())
            .hasToString("backfill of feature store of project 'default'");
      }
    }
  }
}
