package dev.mlops.tracking.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Row;
import dev.mlops.environment.Environment;
import dev.mlops.error.NotFoundException;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.Run;
import dev.mlops.tracking.RunView;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunComparisonTest {

  private Workspace workspace;
  private ExperimentTracker tracker;

  @BeforeEach
  void open() {
    workspace = Workspace.inMemory();
    tracker = ExperimentTracker.of(workspace).withoutEnvironment();
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private RunView run(String name, Consumer<Run> work) {
    return tracker.experiment("delays").run(name, work::accept);
  }

  private RunComparison compare(RunView... runs) {
    return RunComparison.of(tracker, List.of(runs).stream().map(RunView::id).toList());
  }

  private static List<List<Object>> rows(Dataset table) {
    return StreamSupport.stream(table.spliterator(), false)
        .map(Row::toMap)
        .map(row -> table.schema().names().stream().map(name -> shown(row.get(name))).toList())
        .toList();
  }

  private static Object shown(@Nullable Object cell) {
    return cell == null ? "null" : cell;
  }

  @Test
  void lists_params_that_differ_or_are_missing_and_no_others() {
    RunView a = run("a", run -> run.params(Map.of("depth", 6, "rate", 0.1, "seed", 1)));
    RunView b = run("b", run -> run.params(Map.of("depth", "6.0", "rate", 0.2)));
    RunView c = run("c", run -> run.params(Map.of("depth", "6", "rate", 0.1, "seed", 1)));
    assertThat(rows(compare(a, b, c).params()))
        .containsExactly(List.of("rate", "0.1", "0.2", "0.1"), List.of("seed", "1", "null", "1"));
    assertThat(compare(a, c).params().rowCount()).isZero();
  }

  @Test
  void lists_data_that_differ_by_role_and_name() {
    Digest may = Digest.of("may".getBytes(UTF_8));
    Digest june = Digest.of("june".getBytes(UTF_8));
    RunView a =
        run(
            "a",
            run -> {
              run.input("training", "flights", may);
              run.input("test", may);
            });
    RunView b =
        run(
            "b",
            run -> {
              run.input("training", "flights", june);
              run.input("test", may);
            });
    RunView c = run("c", run -> run.input("training", "flights", june));
    assertThat(rows(compare(a, b).inputs()))
        .containsExactly(List.of("training/flights", may.toString(), june.toString()));
    assertThat(rows(compare(b, c).inputs()))
        .containsExactly(List.of("test/test", may.toString(), "null"));
  }

  @Test
  void lays_metrics_side_by_side_and_tells_nan_from_missing() {
    RunView a =
        run(
            "a",
            run -> {
              run.metric("loss", 0, 3);
              run.metric("loss", 1, 1);
              run.metric("loss", 2, 2);
            });
    RunView b = run("b", run -> run.metric("auc", Double.NaN));
    assertThat(rows(compare(a, b).metrics()))
        .containsExactly(
            List.of("auc", "latest", "null", Double.NaN),
            List.of("auc", "least", "null", Double.NaN),
            List.of("auc", "greatest", "null", Double.NaN),
            List.of("loss", "latest", 2.0, "null"),
            List.of("loss", "least", 1.0, "null"),
            List.of("loss", "greatest", 3.0, "null"));
  }

  @Test
  void counts_code_as_different_where_it_is_not_known() {
    RunView a = run("a", run -> {});
    RunView b = run("b", run -> {});
    assertThat(rows(compare(a, b).environments()))
        .containsExactly(List.of("changes", "null", "null"), List.of("commit", "null", "null"));
  }

  private RunView where(String name, Map<String, String> parts, String library) {
    return run(name, run -> run.environment(Environment.of(parts, Map.of("onnxruntime", library))));
  }

  @Test
  void lists_where_runs_ran_differently() {
    Map<String, String> same = Map.of("java", "17", "commit", "abc", "changes", "none");
    RunView a = where("a", same, "1.1");
    RunView b = where("b", Map.of("java", "21", "commit", "abc", "changes", "none"), "1.2");
    assertThat(rows(compare(a, b).environments()))
        .containsExactly(List.of("java", "17", "21"), List.of("library onnxruntime", "1.1", "1.2"));
    assertThat(compare(a, where("c", same, "1.1")).environments().rowCount()).isZero();
  }

  @Test
  void samples_a_curve_and_leaves_out_who_has_none() {
    RunView a =
        run(
            "a",
            run -> {
              for (int step = 0; step < 5_000; step++) {
                run.metric("loss", step, step == 2_345 ? 99 : 1.0 / (1 + step));
              }
            });
    RunView b = run("b", run -> run.metric("auc", 0.5));
    Dataset curve = compare(a, b).curve("loss");
    assertThat(curve.rowCount()).isBetween(100, 1_000);
    assertThat(curve.doubles("value").toArray()).contains(99);
    assertThat(curve.strings("run").get(0)).isEqualTo("a");
    assertThatThrownBy(() -> compare(a, b).curve("los"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no metric 'los' in the runs that are compared; found: [auc, loss]");
  }

  @Test
  void lays_a_param_against_a_metric() {
    RunView a =
        run(
            "a",
            run -> {
              run.param("depth", 6);
              run.metric("auc", 0.8);
            });
    RunView b = run("b", run -> run.param("depth", "deep"));
    assertThat(rows(compare(a, b).scatter("depth", "auc")))
        .containsExactly(List.of("a", 6.0, 0.8), List.of("b", "null", "null"));
    assertThatThrownBy(() -> compare(a, b).scatter("width", "auc"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no param 'width' in the runs that are compared; found: [depth]");
  }

  @Test
  void numbers_names_that_are_not_clear() {
    RunView a = run("gbm", run -> {});
    RunView b = run("gbm", run -> {});
    RunView param = run("param", run -> {});
    assertThat(compare(a, b).names()).containsExactly("1: gbm", "2: gbm");
    assertThat(compare(a, param).params().schema().names())
        .containsExactly("param", "1: gbm", "2: param");
    assertThat(compare(a, b)).hasToString("comparison of 1: gbm, 2: gbm");
  }

  @Test
  void shows_on_one_page_what_there_is_and_what_there_is_not() {
    RunView a =
        run(
            "a",
            run -> {
              run.param("depth", 6);
              run.metric("loss", 0, 3);
              run.metric("loss", 1, 2);
            });
    RunView b = run("<b>", run -> {});
    assertThat(compare(a, b).report().html())
        .contains(
            "Comparison of 2 runs",
            "loss by depth",
            "Without loss: &lt;b&gt;.",
            "Without depth as a number, or without loss: &lt;b&gt;.",
            "No run says what data it read.")
        .doesNotContain("<b>");
    assertThat(compare(b, run("c", run -> {})).report().html())
        .contains(
            "No run has a param.",
            "No run has a metric.",
            "No metric has more than one point.",
            "No param that differs is a number, or no run has a metric.");
  }

  @Test
  void says_how_many_charts_it_leaves_out() {
    RunView a =
        run(
            "a",
            run -> {
              for (int i = 0; i < 13; i++) {
                run.metric("m" + i, 0, 1);
                run.metric("m" + i, 1, 2);
              }
            });
    assertThat(compare(a, run("b", run -> {})).report().html())
        .contains("Only the first 12 of 13 curves are shown.");
  }

  @Test
  void refuses_too_few_too_many_the_same_twice_and_the_unknown() {
    RunView a = run("a", run -> {});
    assertThatThrownBy(() -> compare(a))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a comparison takes from 2 to 100 runs, and was given 1 run");
    assertThatThrownBy(() -> RunComparison.of(tracker, Collections.nCopies(101, a.id())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a comparison takes from 2 to 100 runs, and was given 101 runs");
    assertThatThrownBy(() -> compare(a, a))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("run " + a.id() + " is compared twice; name it once");
    assertThatThrownBy(() -> RunComparison.of(tracker, List.of(a.id(), "ghost")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageStartingWith("no run 'ghost' in project");
  }
}
