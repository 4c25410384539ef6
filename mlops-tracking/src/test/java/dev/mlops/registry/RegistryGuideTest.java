package dev.mlops.registry;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.registry.onnx.OnnxEngine;
import dev.mlops.registry.onnx.OnnxFormat;
import dev.mlops.testkit.GuidePage;
import dev.mlops.testkit.TestClock;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryGuideTest {

  private final TestClock clock = TestClock.at(Instant.parse("2001-02-28T12:00:00Z"));

  @Test
  void the_page_works(@TempDir Path target, @TempDir Path place) throws IOException {
    Path file = Files.write(place.resolve("flights.onnx"), TinyOnnx.bytes());
    Schema inputs = TinyOnnx.SIGNATURE.inputs();
    Schema outputs = TinyOnnx.SIGNATURE.outputs();
    Dataset flights = TinyOnnx.ROWS;
    Regression trained = TinyOnnx::delay;
    OnnxEngine engine = TinyOnnx.ENGINE;
    Function<float[], float[]> loaded = TinyOnnx.MODEL;
    try (Workspace workspace = Workspace.builder().clock(clock).open()) {
      RunView run =
          ExperimentTracker.of(workspace).experiment("flight-delay").run("gbm-7", r -> {});
      registerSix(ModelRegistry.of(workspace).model("flights"));
      // guide:begin
      ModelFormat onnx = OnnxFormat.runBy(engine); // with mlops-onnx: OnnxModel::answer
      ModelSignature signature = new ModelSignature(inputs, outputs); // two schemas
      ModelPackage candidate =
          ModelPackage.builder(onnx, file, signature)
              .golden(
                  GoldenPredictions.fromTrainer(
                      signature,
                      flights.head(100),
                      row -> Map.of("delay", trained.predict(row)), // not the exported file
                      1e-6))
              .run(run.id())
              .data(flights.digest())
              .description("gradient boosting, hourly weather")
              .build();

      ModelRegistry registry = ModelRegistry.of(workspace);
      ModelVersion seventh = registry.model("flights").register(candidate); // 1, 2, 3: no gap

      Alias champion = registry.alias("flights", "champion");
      champion.moveTo(seventh.number(), Expect.version(6), because("auc +0.4")); // or it throws

      Optional<ModelVersion> lastWeek = champion.asOf(Instant.parse("2001-03-01T14:03:00Z"));
      GoldenCheck replay = seventh.golden().orElseThrow().replay(loaded); // the same answers here?
      Path directory = seventh.exportTo(target); // mlflow.onnx.load_model(directory)

      seventh
          .tag("reviewed", "yes", because("audit of March"))
          .describe("best so far", because("auc"));
      List<ModelVersion> made = registry.trainedOn(flights.digest()); // of all models
      // guide:end
      assertThat(made).containsExactly(seventh);
      assertThat(made.get(0).tags()).containsEntry("reviewed", "yes");
      assertThat(made.get(0).description()).contains("best so far");
      assertThat(lastWeek).map(ModelVersion::number).contains(6);
      assertThat(replay).isEqualTo(new GoldenCheck.Same(3, 1e-6, 0));
      assertThat(directory.resolve("MLmodel")).exists();
    }
  }

  /** A model in the library that trained it. */
  private interface Regression {
    float predict(Row row);
  }

  private void registerSix(RegisteredModel flights) {
    IntStream.range(0, 6).forEach(i -> flights.register(TinyOnnx.candidate().build()));
    flights.alias("champion").moveTo(6, Expect.none(), because("first"));
    clock.set(Instant.parse("2001-03-08T12:00:00Z"));
  }

  @Test
  void the_page_shows_this_code() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/registry.md"),
        Path.of("src/test/java/dev/mlops/registry/RegistryGuideTest.java"));
  }
}
