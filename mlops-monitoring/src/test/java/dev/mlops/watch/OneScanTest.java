package dev.mlops.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.design.Metric;
import dev.mlops.design.Task;
import dev.mlops.drift.DriftDetector;
import dev.mlops.error.StorageException;
import dev.mlops.monitoring.LoggedFlights;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.monitoring.TimeWindow;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionSource;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However many rules a watch has, each prediction that they need is read once. */
class OneScanTest {
  private static final TimeWindow MARCH = TimeWindow.month(2001, 3);
  private static final TimeWindow APRIL = TimeWindow.month(2001, 4);
  private static final TimeWindow JUNE = TimeWindow.month(2001, 6);
  private static final Instant NOW = Instant.parse("2001-09-01T00:00:00Z");

  private final Workspace workspace = Workspace.builder().clock(TestClock.at(NOW)).open();
  private final Counting source = new Counting(workspace.predictions());
  private final ModelMonitor monitor =
      ModelMonitor.of(workspace).source(source).task(Task.binary()).model("flights");

  /** Counts how often each prediction is read, and fails where it is told to. */
  private static final class Counting implements PredictionSource {
    private final PredictionSource log;
    private final Map<String, Integer> reads = new HashMap<>();
    private int scans;
    private boolean featuresFail;

    private Counting(PredictionSource log) {
      this.log = log;
    }

    @Override
    public Batches pages(PredictionQuery query) {
      if (featuresFail && query.hasFeatures()) {
        throw new StorageException("the features are gone", null);
      }
      scans++;
      List<Dataset> pages = new ArrayList<>();
      for (Dataset page : log.pages(query)) {
        page.forEach(row -> reads.merge(row.getString("id"), 1, Integer::sum));
        pages.add(page);
      }
      return Batches.of(log.pages(query).schema(), pages);
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void log() {
    for (int month = 2; month <= 7; month++) {
      LoggedFlights.log(workspace, TimeWindow.month(2001, month), month != 6);
    }
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private static DriftDetector detector() {
    Dataset.Builder rows = Dataset.builder(Schema.of(Field.of("distance", DataType.FLOAT64)));
    for (int i = 0; i < 1_000; i++) {
      rows.row(300.0 + i / 10.0);
    }
    return DriftDetector.reference(rows.build()).build();
  }

  private WatchBuilder everyRule() {
    return ModelWatch.of(monitor)
        .metricBelow(Metric.ROC_AUC, 0.7)
        .metricBelow(Metric.ACCURACY, 0.6)
        .failuresAbove(0.01)
        .latencyAbove(0.99, Duration.ofMillis(50))
        .heartbeat()
        .constantOutput()
        .errorsAbove(MARCH)
        .errorsAbove(APRIL)
        .drift(detector());
  }

  @Test
  void serves_all_rules_of_a_watch() {
    List<Alert> alerts = everyRule().build().evaluate(JUNE);
    assertThat(alerts)
        .extracting(Alert::rule)
        .contains("roc_auc below 0.7", "errors above baseline " + MARCH)
        .doesNotContain("drift");
    assertThat(source.reads.values()).as("how often each prediction was read").containsOnly(1);
    assertThat(source.reads.keySet())
        .as("from the first baseline to the end of the window, and no label too many")
        .noneMatch(id -> id.startsWith("2001-02") || id.startsWith("2001-07"))
        .hasSizeGreaterThan(4 * 1_400);
    assertThat(source.scans).as("the windows that are compared, and what is before").isEqualTo(4);
  }

  @Test
  void says_what_each_rule_says_alone() {
    List<String> together = sentences(everyRule().build().evaluate(JUNE));
    List<String> alone = new ArrayList<>();
    List<WatchBuilder> rules =
        List.of(
            ModelWatch.of(monitor).metricBelow(Metric.ROC_AUC, 0.7),
            ModelWatch.of(monitor).metricBelow(Metric.ACCURACY, 0.6),
            ModelWatch.of(monitor).errorsAbove(MARCH),
            ModelWatch.of(monitor).errorsAbove(APRIL),
            ModelWatch.of(monitor).drift(detector()));
    for (WatchBuilder rule : rules) {
      alone.addAll(sentences(rule.windows("another kind").build().evaluate(JUNE)));
    }
    assertThat(together).isNotEmpty().containsExactlyInAnyOrderElementsOf(alone);
    assertThat(together)
        .contains(monitor.errors(MARCH, TimeWindow.of(MARCH.to(), JUNE.to())).sentence());
  }

  private static List<String> sentences(List<Alert> alerts) {
    return alerts.stream().map(Alert::sentence).toList();
  }

  @Test
  void reads_nothing_that_no_rule_needs() {
    assertThat(ModelWatch.of(monitor).errorsAbove(MARCH).build().evaluate(APRIL)).isEmpty();
    assertThat(source.reads.keySet())
        .allMatch(id -> id.startsWith("2001-03") || id.startsWith("2001-04"));
    assertThat(source.scans).as("both windows together").isEqualTo(1);
  }

  @Test
  void that_cannot_read_features_leaves_the_other_rules_judged() {
    source.featuresFail = true;
    assertThat(everyRule().build().evaluate(JUNE))
        .filteredOn(alert -> alert.kind() == Alert.Kind.NOT_JUDGED)
        .extracting(Alert::rule)
        .containsExactly("drift");
    assertThat(source.reads.values()).containsOnly(1);
  }

  @Test
  void that_fails_is_told_by_every_rule() {
    workspace.predictions().close();
    assertThatThrownBy(() -> monitor.pages(JUNE).forEach(page -> {}));
    assertThat(everyRule().build().evaluate(JUNE))
        .extracting(Alert::kind)
        .containsOnly(Alert.Kind.NOT_JUDGED);
  }
}
