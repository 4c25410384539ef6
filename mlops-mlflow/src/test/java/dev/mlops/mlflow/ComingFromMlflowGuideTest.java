package dev.mlops.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.testkit.GuidePage;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunView;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComingFromMlflowGuideTest {

  @Test
  void the_page_works() {
    Path mlruns = MlflowStoreTest.FILES.resolve("store");
    try (Workspace workspace = Workspace.inMemory()) {
      // guide:begin
      ImportReport report = MlflowStore.open(mlruns).importInto(workspace);
      List<String> added = report.added(); // ids of runs, the same as in MLflow
      List<ImportReport.Left> left = report.left(); // what has no place here, counted

      List<RunView> best =
          ExperimentTracker.of(workspace)
              .runs()
              .where("metrics.`val/auc` > 0.8 AND params.depth = '6'") // as in search_runs
              .list();
      // guide:end
      assertThat(added).hasSize(7);
      assertThat(left).hasSize(2);
      assertThat(best).extracting(RunView::name).containsExactly("gbm-7");
    }
  }

  @Test
  void the_page_shows_this_code() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/coming-from-mlflow.md"),
        Path.of("src/test/java/dev/mlops/mlflow/ComingFromMlflowGuideTest.java"));
  }
}
