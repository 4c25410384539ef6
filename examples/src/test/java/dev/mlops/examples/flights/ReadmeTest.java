package dev.mlops.examples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.Entity;
import dev.mlops.features.EventView;
import dev.mlops.features.FeatureService;
import dev.mlops.features.FeatureStore;
import dev.mlops.features.FeatureVector;
import dev.mlops.features.TrainingSet;
import dev.mlops.features.Window;
import dev.mlops.journal.Verification;
import dev.mlops.predictions.Label;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import dev.mlops.serving.Prediction;
import dev.mlops.serving.onnx.OnnxPredictor;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.GuidePage;
import dev.mlops.testkit.TestDatabases;
import dev.mlops.tracking.Experiment;
import dev.mlops.tracking.ExperimentTracker;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's code, as a reader would type it. */
class ReadmeTest {
  private static final Schema PAYMENTS =
      Schema.of(
          Field.of("customer", DataType.STRING),
          Field.of("at", DataType.INSTANT),
          Field.of("booked", DataType.INSTANT),
          Field.of("amount", DataType.FLOAT64),
          Field.of("late", DataType.BOOLEAN));

  @TempDir Path directory;

  @Test
  void fifteen_lines_go_all_the_way() {
    Dataset payments = payments();
    Dataset customers = payments.select("customer", "at", "late");
    byte[] onnx =
        Classifier.LOGISTIC_REGRESSION.train(
            payments, List.of("amount"), "late", new Classifier.Settings(0.1, 3, 0, 1));
    EventView spending =
        EventView.builder("spending", Entity.of("customer", "customer"))
            .eventTime("at")
            .knownAt("booked")
            .over(Window.days(7))
            .sum("amount")
            .build();
    FeatureService service = FeatureService.of("churn", spending);
    Instant now = Instant.parse("2026-03-01T08:00:00Z");
    Instant later = now.plusSeconds(3600);
    // guide:begin
    try (Workspace workspace = Workspace.open(directory);
        OnnxPredictor model = OnnxPredictor.load(onnx)) {
      FeatureStore store = FeatureStore.in(workspace);
      store.register(service);
      store.ingest(spending, payments); // when it happened, and when anyone could know
      TrainingSet training = store.trainingSet(service).labels(customers, "at").build();
      Experiment churn = ExperimentTracker.in(workspace).experiment("churn");
      churn.run("first", run -> run.input("training", training.digest()));
      try (var router =
          DeploymentRouter.builder("churn").in(workspace).live(candidate(model)).open()) {
        FeatureVector ann = store.online(service).get(Map.of("customer", "ann"), now);
        Prediction<float[]> answer = router.answer(ann.toFloats()); // sticky, logged, guarded
        router.feedback(List.of(new Label(answer.id(), later, 1))); // the truth, when it comes
      }
    }
    // guide:end
    try (Workspace again = Workspace.open(directory)) {
      assertThat(again.journal().verify()).isInstanceOf(Verification.Intact.class);
      assertThat(again.predictions().counts().written()).isEqualTo(0);
    }
  }

  @Test
  void storage_is_swapped_by_passing_instances() {
    Database postgres = TestDatabases.postgres();
    Path artifacts = directory.resolve("artifacts");
    // guide:begin
    Workspace workspace =
        Workspace.builder()
            .database(postgres) // Database.over(dataSource)
            .artifactStore(ArtifactStore.files(artifacts))
            .project("churn")
            .open();
    // guide:end
    try (postgres;
        workspace) {
      assertThat(workspace.journal().verify()).isInstanceOf(Verification.Intact.class);
    }
  }

  @Test
  void the_page_shows_this_code() {
    GuidePage.assertSameCode(
        Path.of("../README.md"),
        Path.of("src/test/java/dev/mlops/examples/flights/ReadmeTest.java"));
  }

  private static Candidate<float[], float[]> candidate(OnnxPredictor model) {
    return Candidate.of("churn", "1", model);
  }

  private static Dataset payments() {
    Dataset.Builder rows = Dataset.builder(PAYMENTS);
    Instant at = Instant.parse("2026-02-27T08:00:00Z");
    for (int day = 0; day < 40; day++) {
      Instant time = at.plusSeconds(3600L * day);
      rows.row(day % 2 == 0 ? "ann" : "bob", time, time.plusSeconds(60), 10.0 + day, day % 3 == 0);
    }
    return rows.build();
  }
}
