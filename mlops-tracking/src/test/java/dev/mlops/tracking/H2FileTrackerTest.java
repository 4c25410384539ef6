package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2FileTrackerTest extends TrackerContract {

  @TempDir private Path directory;

  @Override
  Database open() {
    return TestDatabases.h2(directory);
  }

  @Test
  void runs_are_there_when_the_workspace_is_opened_again(@TempDir Path place) {
    RunView before;
    try (Workspace workspace = Workspace.open(place)) {
      before =
          ExperimentTracker.of(workspace)
              .experiment("delays")
              .run(
                  "gbm",
                  run -> {
                    run.param("depth", 6);
                    run.metric("auc", 0.81);
                    run.artifact("a.txt", new byte[] {1});
                  });
    }
    try (Workspace workspace = Workspace.open(place)) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      assertThat(tracker.get(before.id())).isEqualTo(before);
      assertThat(tracker.history(before.id(), "auc").rowCount()).isEqualTo(1);
      assertThat(tracker.artifacts(before.id())).hasSize(1);
    }
  }
}
