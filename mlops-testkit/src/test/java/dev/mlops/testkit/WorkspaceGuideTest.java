package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Verification;
import dev.mlops.labels.Label;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.storage.GarbageReport;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceGuideTest {
  @TempDir Path directory;

  @Test
  @SuppressWarnings("UnusedVariable") // the page shows what comes back
  void an_embedded_workspace() {
    InputStream weights = new ByteArrayInputStream(new byte[] {1, 2, 3});
    // guide:begin
    try (Workspace workspace = Workspace.open(directory)) {
      Artifact model = workspace.artifacts().write("run/1", ArtifactPath.of("model.onnx"), weights);
      workspace
          .journal()
          .append(
              Entry.of("model.stored").subject("model", model.digest()).detail("name", "flights"));

      PredictionLog log = workspace.predictions();
      log.log(
          PredictionRecord.builder()
              .id("7d1f")
              .model("flights")
              .version(1)
              .time(workspace.clock().instant())
              .features(Map.of("distance", 940, "carrier", "UA"))
              .score(0.31)
              .build());
      workspace.labels().add(List.of(Label.of("7d1f", workspace.clock().instant(), 1)));
      Dataset labelled = log.query().model("flights").labelledOnly().features().list();

      Verification history = workspace.journal().verify();
      GarbageReport freed = workspace.artifacts().collectGarbage(Duration.ofHours(1));
    }
    // guide:end
    try (Workspace workspace = Workspace.open(directory)) {
      assertThat(workspace.artifacts().list("run/1"))
          .extracting(Artifact::size)
          .containsExactly(3L);
      assertThat(workspace.journal().find(1).orElseThrow().details())
          .containsEntry("name", "flights");
      assertThat(workspace.predictions().query().labelledOnly().list().rowCount()).isEqualTo(1);
    }
  }

  @Test
  void a_shared_workspace() {
    DataSource dataSource = TestDatabases.postgresDataSource();
    Path shared = directory;
    // guide:begin
    Workspace workspace =
        Workspace.builder()
            .database(Database.over(dataSource))
            .artifactStore(ArtifactStore.files(shared))
            .project("flights")
            .actor(Actor.ci("nightly build"))
            .open();
    // guide:end
    try (workspace) {
      assertThat(workspace.journal().append(Entry.of("a")).actor())
          .isEqualTo(Actor.ci("nightly build"));
    }
  }

  @Test
  void is_the_code_of_the_page() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/workspace.md"),
        Path.of("src/test/java/dev/mlops/testkit/WorkspaceGuideTest.java"));
  }
}
