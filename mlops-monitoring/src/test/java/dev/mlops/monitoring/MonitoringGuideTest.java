package dev.mlops.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.design.Metric;
import dev.mlops.design.Task;
import dev.mlops.testkit.GuidePage;
import dev.mlops.watch.Alert;
import dev.mlops.watch.AlertSink;
import dev.mlops.watch.ModelWatch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MonitoringGuideTest {

  @Test
  void the_page_shows_what_is_tested() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/monitoring.md"),
        Path.of("src/test/java/dev/mlops/monitoring/MonitoringGuideTest.java"));
  }

  @Test
  void the_page_is_true() {
    try (Workspace workspace = Workspace.inMemory()) {
      LoggedFlights.log(workspace, TimeWindow.month(2001, 4), true);
      LoggedFlights.log(workspace, TimeWindow.month(2001, 5), true);
      LoggedFlights.log(workspace, TimeWindow.month(2001, 6), false);
      // guide:begin
      ModelMonitor monitor = ModelMonitor.of(workspace).task(Task.binary()).model("flights");

      Performance may = monitor.performance(TimeWindow.month(2001, 5));
      Measurement auc = may.get(Metric.ROC_AUC); // 0.8259 [0.8033, 0.8461] of 1458
      assertThat(auc.low()).isLessThan(auc.value());
      assertThat(may.labels().coverage()).isGreaterThan(0.95);

      Timeline timeline = monitor.timeline(Period.ofMonths(1)); // April, May, June
      assertThat(timeline.series(Metric.ROC_AUC)).hasSize(3);

      List<Alert> alerts = new ArrayList<>();
      ModelWatch watch =
          ModelWatch.of(monitor)
              .heartbeat(10, Duration.ofHours(12))
              .notFiniteAbove(0.001)
              .metricBelow(Metric.ROC_AUC, 0.70)
              .coverageBelow(0.80)
              .latencyAbove(0.99, Duration.ofMillis(20))
              .errorsAbove(TimeWindow.month(2001, 4))
              .to(AlertSink.log(), alerts::add)
              .build();
      watch.evaluate(TimeWindow.month(2001, 5));
      watch.evaluate(TimeWindow.month(2001, 6));
      assertThat(alerts)
          .extracting(Alert::rule)
          .containsExactly("roc_auc below 0.7", "errors above baseline 2001-04");
      // guide:end
      assertThat(auc).hasToString("roc_auc 0.8259 [0.8033, 0.8461] of 1458");
      assertThat(timeline.chart(Metric.ROC_AUC)).startsWith("roc_auc\n2001-04       0.8366  |");
    }
  }
}
