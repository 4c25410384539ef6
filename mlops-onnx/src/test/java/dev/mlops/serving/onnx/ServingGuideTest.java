package dev.mlops.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.predictions.Label;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.Verdict;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import dev.mlops.serving.Guard;
import dev.mlops.serving.Prediction;
import dev.mlops.serving.Predictor;
import dev.mlops.serving.Rollout;
import dev.mlops.testkit.GuidePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServingGuideTest {

  record Flight(String tail, float wind, float traffic) {

    float[] values() {
      return new float[] {traffic, wind};
    }

    Map<String, Object> asMap() {
      return Map.of("wind", wind, "traffic", traffic);
    }
  }

  // guide:begin
  static Predictor<Flight, Double> delayBy(OnnxPredictor model) {
    return model.compose(Flight::values).andThen(probabilities -> (double) probabilities[1]);
  }

  // guide:end

  @Test
  void the_page_shows_code_that_runs(@TempDir Path directory) throws IOException {
    Path modelSeven = Files.write(directory.resolve("7.onnx"), OnnxModels.trained());
    Path modelEight = Files.write(directory.resolve("8.onnx"), OnnxModels.trained());
    Flight flight = new Flight("N101UA", 0.9f, 0.8f);
    Instant landed = Instant.parse("2026-11-23T12:00:00Z");
    try (Workspace workspace = Workspace.inMemory()) {
      // guide:begin
      OnnxPredictor seven = OnnxPredictor.load(modelSeven);
      OnnxPredictor eight = OnnxPredictor.load(modelEight);
      DeploymentRouter<Flight, Double> router =
          DeploymentRouter.builder("departures")
              .in(workspace)
              .live(Candidate.of("flight-delay", "7", delayBy(seven)).closing(seven))
              .unitKey(Flight::tail)
              .features(Flight::asMap)
              .score(Double::doubleValue)
              .open();

      Rollout rollout =
          router
              .canary(Candidate.of("flight-delay", "8", delayBy(eight)).closing(eight))
              .steps(1, 5, 25, 50, 100)
              .minimum(500)
              .deadline(Duration.ofHours(6))
              .guard(Guard.errors())
              .guard(Guard.latencyOver(Duration.ofMillis(20)).ratio(1.25))
              .guard(Guard.labelErrors((score, label) -> (score > 0.5) != (label > 0.5)))
              .start();

      Prediction<Double> answer = router.answer(flight); // a tail always meets the same model
      router.feedback(List.of(new Label(answer.id(), landed, 1))); // hours later, the truth

      Verdict verdict = rollout.verdict(); // each guard's evidence, in numbers and words
      Certificate certificate = Certificate.fromJson(rollout.certificate().toJson());
      Certificate.Check check = certificate.verify(); // replays every count, bit for bit
      // guide:end
      assertThat(answer.value()).isBetween(0.0, 1.0);
      assertThat(verdict.sentence()).startsWith("flight-delay:8 is RUNNING at 1 %");
      assertThat(check).isInstanceOf(Certificate.Check.Confirmed.class);
      router.close();
      assertThatThrownBy(() -> eight.predict(flight.values()))
          .hasMessage("the ONNX predictor is closed");
    }
  }

  @Test
  void the_page_and_this_class_agree() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/serving.md"),
        Path.of("src/test/java/dev/mlops/serving/onnx/ServingGuideTest.java"));
  }
}
