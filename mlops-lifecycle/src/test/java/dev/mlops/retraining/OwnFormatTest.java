package dev.mlops.retraining;

import static dev.mlops.journal.Reason.because;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.journal.Event;
import dev.mlops.models.ModelRunner;
import dev.mlops.models.ModelSource;
import dev.mlops.registry.Expect;
import dev.mlops.registry.GoldenCheck;
import dev.mlops.registry.GoldenPredictions;
import dev.mlops.registry.ModelPackage;
import dev.mlops.registry.ModelRegistry;
import dev.mlops.registry.ModelSignature;
import dev.mlops.registry.ModelVersion;
import dev.mlops.registry.onnx.OnnxFormat;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import dev.mlops.serving.Guard;
import dev.mlops.serving.Rollout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kind of model that the library never heard of goes all the way from a package to a rollout. */
class OwnFormatTest {

  private static final LinearFormat LINEAR = new LinearFormat();
  private static final ModelSignature SIGNATURE =
      new ModelSignature(
          Schema.of(Field.of("distance", DataType.FLOAT64), Field.of("wind", DataType.FLOAT64)),
          Schema.of(Field.of("delay", DataType.FLOAT64)));
  private static final Dataset ROWS =
      Dataset.builder(SIGNATURE.inputs()).row(100.0, 1.0).row(0.0, 0.0).row(-1.5, 4.0).build();

  @TempDir private Path place;

  private static ModelPackage linear(double bias) {
    byte[] text = ("distance 0.5\nwind -2\n= " + bias + "\n").getBytes(UTF_8);
    return ModelPackage.builder(LINEAR, text, SIGNATURE)
        .golden(
            GoldenPredictions.fromTrainer(
                SIGNATURE,
                ROWS,
                row ->
                    Map.of(
                        "delay", 0.5 * row.getDouble("distance") - 2 * row.getDouble("wind") + 3),
                1e-9))
        .build();
  }

  @Test
  void is_registered_if_it_answers_as_it_was_trained() {
    try (Workspace workspace = Workspace.inMemory()) {
      ModelRegistry registry = ModelRegistry.of(workspace);
      assertThatThrownBy(() -> registry.model("delay").register(linear(4)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(
              "the model does not answer as the trained one did: row 0 {distance=100.0, wind=1.0}:"
                  + " expected {delay=51.0} but the model answered {delay=52.0}");
      ModelVersion first = registry.model("delay").register(linear(3));
      assertThat(first.format()).isEqualTo("linear");
      assertThat(first.signature()).isEqualTo(SIGNATURE);
      assertThat(first.resolve().files().paths()).containsExactly("model.linear");
      try (ModelRunner model = first.run(LINEAR)) {
        assertThat(first.golden().orElseThrow().replayTable(model::answer))
            .isEqualTo(new GoldenCheck.Same(3, 1e-9, 0));
      }
      assertThatThrownBy(() -> first.run(OnnxFormat.withoutEngine()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("model 'delay' version 1 is of the format 'linear', not 'onnx'");
      Event registered = workspace.journal().events().list().get(0);
      assertThat(registered.details())
          .containsEntry("format", "linear")
          .containsEntry("golden", "3 rows, largest difference 0, tolerance 1e-9");
    }
  }

  @Test
  void is_exported_and_read_again_by_its_own_format_alone() throws IOException {
    try (Workspace workspace = Workspace.inMemory()) {
      ModelRegistry registry = ModelRegistry.of(workspace);
      ModelVersion first = registry.model("delay").register(linear(3));
      Path directory = first.exportTo(place.resolve("delay"));
      ModelPackage read = ModelPackage.read(directory, OnnxFormat.withoutEngine(), LINEAR);
      assertThat(read.format()).isSameAs(LINEAR);
      assertThat(read.model().digest()).isEqualTo(first.digest());
      assertThat(registry.model("delay").register(read).digest()).isEqualTo(first.digest());
      assertThatThrownBy(() -> ModelPackage.read(directory, OnnxFormat.withoutEngine()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "MLmodel of '"
                  + directory.toRealPath()
                  + "' is of the format 'linear', which none of the given formats reads: [onnx];"
                  + " give its format to ModelPackage.read(directory, formats)");
      Files.writeString(directory.resolve("model.linear"), "distance 0.5\nwind -2\n= 4\n");
      assertThatThrownBy(() -> ModelPackage.read(directory, LINEAR))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(
              "names the file 'model.linear' with the digest " + first.digest() + ", but it has ");
    }
  }

  @Test
  void is_served_with_the_digest_of_the_registry() {
    try (Workspace workspace = Workspace.inMemory()) {
      ModelRegistry registry = ModelRegistry.of(workspace);
      ModelVersion first = registry.model("delay").register(linear(3));
      registry.alias("delay", "champion").moveTo(1, Expect.none(), because("the first"));
      ModelVersion second = registry.model("delay").register(linear(3.0000000001));
      try (DeploymentRouter<List<Double>, Double> router =
          DeploymentRouter.builder(workspace, "departures")
              .live(candidate(registry.alias("delay", "champion")))
              .open()) {
        registry.alias("delay", "champion").moveTo(2, Expect.version(1), because("the second"));
        assertThat(router.predict(List.of(100.0, 1.0))).isEqualTo(51.0);
        assertThat(router.live()).hasToString("delay:1");
        Rollout rollout = router.canary(candidate(second)).share(50).guard(Guard.errors()).start();
        assertThat(rollout.certificate().terms().digests().live()).isEqualTo(first.digest());
        assertThat(rollout.certificate().terms().digests().candidate())
            .isEqualTo(second.digest())
            .isNotEqualTo(first.digest());
      }
    }
  }

  private static Candidate<List<Double>, Double> candidate(ModelSource source) {
    return Candidate.open(
        source,
        files -> {
          LinearFormat.Model model = LinearFormat.Model.read(files);
          return model::answer;
        });
  }
}
