package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterParserTest {

  private static final Instant START = Instant.parse("2001-09-10T12:00:00.000900Z");

  private static Workspace workspace;
  private static Experiment delays;

  @BeforeAll
  static void record() {
    workspace = Workspace.builder().clock(Clock.fixed(START, ZoneOffset.UTC)).open();
    delays = ExperimentTracker.of(workspace).experiment("delays");
    delays.run(
        "gbm",
        run -> {
          run.metric("auc", 0.8);
          run.metric("val loss", 0.3);
          run.param("model", "gbm");
          run.param("depth", "6");
          run.tag("team.name", "Risk");
          run.tag("quoted", "it's");
          run.input("training", "flights", Digest.of("flights".getBytes(UTF_8)));
        });
    delays.run(
        "forest",
        run -> {
          run.metric("auc", 0.7);
          run.param("model", "forest");
          run.param("depth", "6.0");
        });
    delays.run("diverged", run -> run.metric("auc", Double.NaN));
  }

  @AfterAll
  static void close() {
    workspace.close();
  }

  private static List<String> found(String filter) {
    return delays.runs().where(filter).list().stream().map(RunView::name).sorted().toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "metrics.auc > 0.75 | gbm",
        "metric.auc >= 7e-1 and metrics.auc<.75 | forest",
        "metrics.auc != 0.8 | forest",
        "metrics.auc = 0.8 | gbm",
        "metrics.auc = 0 | ",
        "metrics.`val loss` < 1 | gbm",
        "metrics.\"val loss\" < 1 | gbm",
        "metrics.auc IS NULL | ",
        "metrics.'val loss' IS NOT NULL | gbm",
        "params.model = 'gbm' | gbm",
        "params.model != 'gbm' | forest",
        "params.depth = '6' | gbm",
        "params.depth <= 6 | forest,gbm",
        "params.depth = 6 | forest,gbm",
        "parameters.model LIKE 'g_m' | gbm",
        "params.model like 'G%' | ",
        "params.model ILIKE 'G%' | gbm",
        "params.model NOT LIKE 'g%' | forest",
        "params.model IN ('gbm', \"svm\") | gbm",
        "params.model NOT IN ('gbm') | forest",
        "params.model IS NULL | diverged",
        "NOT params.model = 'gbm' | diverged,forest",
        "params.model = 'gbm' OR params.model = 'forest' | forest,gbm",
        "params.model = 'gbm' OR params.model = 'forest' AND metrics.auc > 0.75 | gbm",
        "(params.model = 'gbm' OR params.model = 'forest') AND metrics.auc < 0.75 | forest",
        "tags.team.name = 'Risk' | gbm",
        "tags.quoted = \"it's\" | gbm",
        "status = 'FINISHED' and run_name = 'gbm' | gbm",
        "attributes.status != 'FINISHED' | ",
        "attr.`run name` LIKE '%st' | forest",
        "start_time = 1000123200000 | diverged,forest,gbm",
        "created > 1000123200000 | ",
        "end_time <= 1000123200000.5 | diverged,forest,gbm",
        "datasets.name = 'flights' | gbm",
        "dataset.context = 'training' AND dataset.digest LIKE 'sha256:%' | gbm",
        "dataset.context = 'test' | ",
      })
  void findsWhatMlflowWouldFind(String filter, String names) {
    assertThat(found(filter)).isEqualTo(names == null ? List.of() : List.of(names.split(",")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "metrics.auc > | filter, character 14 (at the end): metric auc is compared with a number, such as 0.8, found the end",
        "metrics.auc > 'high' | filter, character 15 (at ''high''): metric auc is compared with a number, such as 0.8, found 'high'",
        "metrics.auc == 1 | filter, character 13 (at '== 1'): expected a comparison after metric auc (=, !=, <, <=, >, >=, IS NULL), found '=='; equal is =",
        "metrics.auc LIKE '1' | filter, character 1 (at 'metrics.auc LIKE '1''): metric auc takes =, !=, <, <=, >, >=, IS NULL and not LIKE",
        "params.a <> 'x' | filter, character 10 (at '<> 'x''): expected a comparison after param a (=, !=, <, <=, >, >=, LIKE, ILIKE, IN, IS NULL), found '<>'; not equal is !=",
        "params.a BETWEEN 1 | filter, character 10 (at 'BETWEEN 1'): expected a comparison after param a (=, !=, <, <=, >, >=, LIKE, ILIKE, IN, IS NULL), found 'BETWEEN'; write it as two comparisons joined by AND",
        "params.a > 'x' | filter, character 12 (at ''x''): param a takes =, !=, <, <=, >, >=, LIKE, ILIKE, IN, IS NULL with a text and not >",
        "status = FINISHED | filter, character 10 (at 'FINISHED'): status is compared with a text in quotes, found 'FINISHED'",
        "status > 'A' | filter, character 10 (at ''A''): status takes =, !=, LIKE, ILIKE, IN with a text and not >",
        "speed > 1 | filter, character 1 (at 'speed > 1'): a run has no attribute 'speed'; it has end_time, run_id, run_name, start_time and status. A metric, param or tag is named with its kind: metrics.speed",
        "model.a = 'x' | filter, character 1 (at 'model.a = 'x''): 'model' is nothing that a run has; there are metrics, params, tags, attributes and datasets",
        "dataset.size = '1' | filter, character 1 (at 'dataset.size = '1''): a dataset has no 'size'; it has context, digest and name",
        "metrics.auc > 1 AND | filter, character 20 (at the end): expected a field, such as metrics.auc, params.depth, tags.team or status, found the end",
        "metrics.auc > 1 metrics.b > 2 | filter, character 17 (at 'metrics.b > 2'): expected AND, OR or the end, found 'metrics.b'",
        "(metrics.auc > 1 | filter, character 17 (at the end): expected ) for the bracket at character 1, found the end",
        "1 < metrics.auc | filter, character 1 (at '1 < metrics.auc'): expected a field, such as metrics.auc, params.depth, tags.team or status, found '1'",
        "params.a = 'x | filter, character 12 (at ''x'): the quote ' is never closed",
        "params.a; = 'x' | filter, character 9 (at '; = 'x''): ';' means nothing here; put a name that holds it between backticks: metrics.`val loss`",
        "params.a IN () | filter, character 14 (at ')'): IN is followed by texts in quotes, such as ('a', 'b'), found ')'",
        "params.a IS 'x' | filter, character 13 (at ''x''): expected NULL or NOT NULL, found 'x'",
      })
  void saysWhereAFilterIsWrongAndWhy(String filter, String message) {
    assertThatThrownBy(() -> RunFilter.parse(filter))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void refusesABlankFilter() {
    assertThatThrownBy(() -> RunFilter.parse(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "filter is blank; leave where(...) out to find all runs, or compare something: metrics.auc > 0.8");
  }

  @Test
  void refusesWhatWouldExhaustAStack() {
    assertThatThrownBy(() -> RunFilter.parse("(".repeat(10_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("brackets and NOT are nested deeper than 100");
  }
}
