package dev.mlops.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.NotFoundException;
import org.junit.jupiter.api.Test;

class MetricTest {

  @Test
  void every_metric_is_found_by_its_name() {
    assertThat(Task.allMetrics()).hasSize(14);
    for (Metric metric : Task.allMetrics()) {
      assertThat(Metric.get(metric.name())).isSameAs(metric);
      assertThat(metric.isBuiltIn()).isTrue();
      assertThat(metric.leastRows()).isPositive();
      assertThat(metric.least()).isLessThan(metric.greatest());
    }
  }

  @Test
  void a_metric_of_a_class_is_found_by_its_name() {
    assertThat(Metric.get("recall_2")).isEqualTo(Metric.recallOf(2));
    assertThat(Metric.get("precision_-1.5")).isEqualTo(Metric.precisionOf(-1.5));
    assertThat(Metric.find("recall_2.0")).isEmpty();
    assertThat(Metric.find(Metric.recallOf(1e-7).name())).contains(Metric.recallOf(1e-7));
    assertThat(Metric.recallOf(-0.0)).hasToString("recall_0");
    assertThat(Task.classes(2, 0).metrics())
        .extracting(Metric::name)
        .containsExactly("accuracy", "precision_0", "precision_2", "recall_0", "recall_2");
  }

  @Test
  void an_unknown_name_gets_the_nearest_known_one() {
    assertThatThrownBy(() -> Metric.get("roc_acu"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            "unknown metric 'roc_acu'; did you mean roc_auc? known: mean_score, roc_auc,"
                + " positive_rate, accuracy, precision, recall, log_loss, brier,"
                + " calibration_in_the_large, mean_label, bias, mae, median_absolute_error, rmse,"
                + " and precision_2 or recall_2 of class 2");
    assertThatThrownBy(() -> Metric.get("Log-Loss")).hasMessageContaining("did you mean log_loss?");
    assertThatThrownBy(() -> Metric.get("f1"))
        .hasMessageStartingWith("unknown metric 'f1'; known: mean_score");
    assertThatThrownBy(() -> Metric.get("x".repeat(1_000_000)))
        .hasMessageStartingWith("unknown metric '" + "x".repeat(40) + "...'; known");
  }

  @Test
  void a_metric_of_another_task_is_named_as_such() {
    assertThatThrownBy(() -> Task.regression().metric("roc_auc"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            "roc_auc is a metric of binary, not of regression; its metrics are mean_score,"
                + " mean_label, bias, mae, median_absolute_error, rmse");
    assertThatThrownBy(() -> Task.classes(0, 1).metric("recall_2"))
        .hasMessageStartingWith("recall_2 is a metric of classes with 2, not of classes [0, 1];");
    assertThatThrownBy(() -> Task.binary().metric("acuracy"))
        .hasMessageStartingWith("unknown metric 'acuracy' of binary; did you mean accuracy?");
  }

  @Test
  void belongs_to_the_tasks_that_have_it() {
    assertThat(Metric.ACCURACY.belongsTo(Task.binary())).isTrue();
    assertThat(Metric.ACCURACY.belongsTo(Task.classes(0, 1))).isTrue();
    assertThat(Metric.ACCURACY.belongsTo(Task.regression())).isFalse();
    assertThat(Metric.RMSE.belongsTo(Task.forecasting())).isTrue();
    assertThat(Metric.recallOf(2).belongsTo(Task.classes(0, 1))).isFalse();
  }

  @Test
  void a_measure_of_ones_own_belongs_everywhere_and_takes_no_built_in_name() {
    Metric own = Metric.named("kept per call", Metric.Direction.HIGHER, "customers");
    assertThat(own.belongsTo(Task.regression())).isTrue();
    assertThat(own.isBuiltIn()).isFalse();
    assertThat(own).isEqualTo(Metric.named("kept per call", Metric.Direction.HIGHER, "customers"));
    assertThat(own)
        .isNotEqualTo(Metric.named("kept per call", Metric.Direction.LOWER, "customers"));
    assertThatThrownBy(() -> Metric.named("roc_auc", Metric.Direction.LOWER, "share"))
        .hasMessage("the metric 'roc_auc' is built in; take Metric.get(\"roc_auc\")");
    assertThatThrownBy(() -> Metric.named(" ", Metric.Direction.LOWER, "share"))
        .hasMessage("metric name must not be blank");
  }

  @Test
  void classes_are_at_least_two_different_numbers() {
    assertThatThrownBy(() -> Task.classes(1))
        .hasMessage("classes must be at least two different numbers: [1.0]");
    assertThatThrownBy(() -> Task.classes(0.0, -0.0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Task.classes(1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Task.classes(3, 1)).hasToString("classes [1, 3]").isEqualTo(Task.classes(1, 3));
  }
}
