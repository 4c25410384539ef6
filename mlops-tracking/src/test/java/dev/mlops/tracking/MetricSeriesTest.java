package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import org.junit.jupiter.api.Test;

class MetricSeriesTest {

  @Test
  void points_that_arrive_while_others_are_stored_stay_pending() {
    try (Workspace workspace = Workspace.inMemory();
        Run run = ExperimentTracker.of(workspace).experiment("delays").start("gbm")) {
      MetricSeries loss = run.series("loss");
      log(loss, 0, 10);
      MetricSeries.Pending early = loss.pending();
      log(loss, 10, 1_510);
      assertThat(early.points().size()).isEqualTo(10);
      early.markStored();
      MetricSeries.Pending rest = loss.pending();
      assertThat(rest.offset()).isEqualTo(10);
      assertThat(rest.points().size()).isEqualTo(1_500);
      assertThat(rest.points().step(0)).isEqualTo(10);
      rest.markStored();
      assertThat(loss.isPending()).isFalse();
      log(loss, 1_510, 1_511);
      assertThat(loss.pending().offset()).isEqualTo(1_510);
      loss.pending().markStored();
    }
  }

  private static void log(MetricSeries series, int from, int to) {
    for (int step = from; step < to; step++) {
      series.log(step, 0.5);
    }
  }
}
