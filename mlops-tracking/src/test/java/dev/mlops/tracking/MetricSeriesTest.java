package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import org.junit.jupiter.api.Test;

class MetricSeriesTest {

  @Test
  void points_that_arrive_while_others_are_stored_stay_pending() {
    try (Workspace workspace = Workspace.inMemory();
        Run run = ExperimentTracker.in(workspace).experiment("delays").start("gbm")) {
      MetricSeries loss = run.series("loss");
      log(loss, 0, 10);
      MetricSeries.Pending early = loss.pending();
      log(loss, 10, 1_510);
      assertThat(early.segments()).extracting(Points::size).containsExactly(10);
      early.markStored();
      MetricSeries.Pending rest = loss.pending();
      assertThat(rest.points()).isEqualTo(1_500);
      assertThat(rest.firstPosition()).isZero();
      assertThat(rest.segments()).extracting(Points::size).containsExactly(1_000, 510);
      rest.markStored();
      assertThat(loss.isPending()).isFalse();
      log(loss, 1_510, 1_511);
      assertThat(loss.pending().firstPosition()).isEqualTo(1);
      assertThat(loss.pending().segments()).extracting(Points::size).containsExactly(511);
    }
  }

  private static void log(MetricSeries series, int from, int to) {
    for (int step = from; step < to; step++) {
      series.log(step, 0.5);
    }
  }
}
