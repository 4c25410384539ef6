package dev.mlops.tracking;

import static dev.mlops.tracking.RunQuery.metric;
import static dev.mlops.tracking.RunQuery.param;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.testkit.GuidePage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrackingGuideTest {

  record Config(double rate, int depth) {}

  @Test
  void the_page_works() {
    Dataset flights =
        Dataset.builder(Schema.of(Field.of("delay", DataType.INT64))).row(12L).build();
    try (Workspace workspace = Workspace.inMemory()) {
      // guide:begin
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      Experiment delays = tracker.experiment("flight-delay"); // its first run creates it

      RunView gbm =
          delays.run(
              "gbm-7",
              run -> {
                run.params(new Config(0.1, 6)); // each record component becomes a param
                run.input("training", flights); // the data's digest is the lineage
                MetricSeries loss = run.series("loss");
                for (int step = 0; step < 1_000; step++) {
                  loss.log(step, 1.0 / (1 + step)); // long, double: no boxing, no blocking
                }
                run.metric("auc", 0.81);
                run.artifact("report.txt", "late by the hour".getBytes(UTF_8));
              });

      List<RunView> best =
          delays
              .runs()
              .where(metric("auc").atLeast(0.7).and(metric("loss").min().below(0.01)))
              .orderBy(metric("auc").descending(), param("depth").ascending())
              .limit(10)
              .list();
      // guide:end
      assertThat(best).containsExactly(gbm);
      // guide:begin
      List<RunView> typed =
          delays
              .runs()
              .where("metrics.auc >= 0.7 AND (params.depth <= 6 OR tags.team LIKE 'risk%')")
              .orderBy(metric("auc").descending())
              .list();
      // guide:end
      assertThat(typed).containsExactly(gbm);
      // guide:begin
      RunQuery query = delays.runs().orderBy(metric("auc").descending());
      RunPage page = query.page(100);
      List<RunView> read = new ArrayList<>(page.runs());
      while (page.next().isPresent()) {
        page = query.page(100, page.next().get());
        read.addAll(page.runs());
      }
      // guide:end
      assertThat(read).containsExactly(gbm);
    }
  }

  @Test
  void the_page_shows_this_code() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/tracking.md"),
        Path.of("src/test/java/dev/mlops/tracking/TrackingGuideTest.java"));
  }
}
