package dev.mlops.registry;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.testkit.TestDatabases;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunView;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A run is not removed while a version of a model names it. */
class RunOfVersionStaysTest {

  @Test
  void onH2() {
    try (Workspace workspace = Workspace.inMemory()) {
      check(workspace);
    }
  }

  @Test
  void onPostgres() {
    try (Workspace workspace =
        Workspace.builder()
            .database(TestDatabases.emptied(TestDatabases.postgresPoolInEnglish()))
            .artifactStore(ArtifactStore.inMemory())
            .open()) {
      check(workspace);
    }
  }

  private static void check(Workspace workspace) {
    ExperimentTracker tracker = ExperimentTracker.of(workspace);
    RunView run = tracker.experiment("delays").run("a", open -> {});
    ModelVersion version =
        ModelRegistry.of(workspace)
            .model("flights")
            .register(TinyOnnx.candidate().run(run.id()).build());
    tracker.edit(run.id()).delete();
    assertThat(tracker.emptyTrash(Duration.ZERO).runs()).isEmpty();
    assertThat(tracker.previewTrash(Duration.ZERO).kept())
        .containsExactly(
            Map.entry(
                run.id(),
                "version 1 of model 'flights' was made by it; delete that version first"));
    version.delete(because("it was a test"));
    assertThat(tracker.emptyTrash(Duration.ZERO).runs()).containsExactly(run.id());
  }
}
