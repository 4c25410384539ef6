package dev.mlops.tracking.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.testkit.GuidePage;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunView;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareGuideTest {

  private static RunView train(ExperimentTracker tracker, String name, int depth) {
    return tracker
        .experiment("delays")
        .run(
            name,
            run -> {
              run.param("depth", depth);
              run.metric("auc", 0.7 + depth / 100.0);
              run.metric("loss", 0, 1.0);
              run.metric("loss", 1, 1.0 / depth);
            });
  }

  @Test
  void the_page_works(@TempDir Path directory) {
    Path page = directory.resolve("comparison.html");
    try (Workspace workspace = Workspace.inMemory()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      RunView shallow = train(tracker, "shallow", 2);
      RunView deep = train(tracker, "deep", 8);
      // guide:begin
      RunComparison comparison = RunComparison.of(tracker, List.of(shallow.id(), deep.id()));

      Dataset params = comparison.params(); // those that differ, a column for each run
      Dataset inputs = comparison.inputs(); // the data that differ, by their digests
      Dataset metrics = comparison.metrics(); // latest, least and greatest of each
      Dataset environments = comparison.environments(); // where they ran differently
      Dataset loss = comparison.curve("loss"); // at most 1,000 points of each run
      Dataset depth = comparison.scatter("depth", "auc"); // a param against a metric

      comparison.report().write(page); // all of it in one HTML file
      // guide:end
      assertThat(params.row(0).toMap())
          .isEqualTo(Map.of("param", "depth", "shallow", "2", "deep", "8"));
      assertThat(inputs.rowCount()).isZero();
      assertThat(metrics.rowCount()).isEqualTo(6);
      assertThat(environments.schema().names()).containsExactly("part", "shallow", "deep");
      assertThat(loss.rowCount()).isEqualTo(4);
      assertThat(depth.rowCount()).isEqualTo(2);
      assertThat(page).content().contains("shallow", "auc by depth");
    }
  }

  @Test
  void the_page_shows_this_code() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/compare.md"),
        Path.of("src/test/java/dev/mlops/tracking/compare/CompareGuideTest.java"));
  }
}
