package dev.mlops.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.models.ModelSource;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page about ONNX models; a test of the examples compares it with these regions. */
class AnyModelGuideTest {

  record Flight(double wind, String carrier) {
    Map<String, Object> asMap() {
      return Map.of("wind", wind, "carrier", carrier);
    }
  }

  private static Path path(String name) {
    return Path.of("src/test/resources/models", name + ".onnx");
  }

  @Test
  void the_page_asks_a_model_by_names() {
    Path file = path("data_frame");
    // guide:begin
    OnnxModel model = OnnxModel.load(file);
    OnnxSignature signature = model.signature(); // [wind FLOAT[?, 1], carrier STRING[?, 1]] -> ...
    Answer answer = model.predict(Map.of("wind", 1.5, "carrier", "AA"));
    String label = answer.label();
    double late = answer.probability("late");
    // guide:end
    try (model) {
      assertThat(signature)
          .asString()
          .startsWith("[wind FLOAT[?, 1], carrier STRING[?, 1]] -> [output_label STRING[?], ");
      assertThat(label).isEqualTo("late");
      assertThat(late).isBetween(0.3, 1.0);
    }
  }

  @Test
  void the_page_asks_about_records_and_datasets() {
    Dataset flights = Dataset.of(List.of(new Flight(1.5, "AA"), new Flight(-1.5, "DL")));
    try (OnnxModel model = OnnxModel.load(path("data_frame"))) {
      // guide:begin
      Answer one = model.predict(new Flight(1.5, "AA"));
      Answers all = model.predict(flights);
      Dataset scored =
          flights
              .withColumn("label", all.labels())
              .withColumn("late", all.probabilities().column("late"));
      // guide:end
      assertThat(scored.row(0).getString("label")).isEqualTo(one.label());
      assertThat(scored.row(0).getDouble("late")).isEqualTo(one.probability("late"));
      assertThat(scored.row(1).getString("label")).isEqualTo("early");
    }
  }

  @Test
  void the_page_names_columns_and_classes() {
    Path matrix = path("perceptron");
    // guide:begin
    OnnxOptions options =
        OnnxOptions.defaults()
            .columns("wind", "rain", "traffic", "distance") // in the order of the training
            .classes("early", "late", "never");
    OnnxModel model = OnnxModel.load(matrix, options);
    Map<String, Integer> flight = Map.of("distance", 2, "wind", 1, "rain", 0, "traffic", 1);
    Map<String, Double> chances = model.predict(flight).probabilities();
    // guide:end
    try (model) {
      Map<String, float[]> whole = Map.of("features", new float[] {1, 0, 1, 2});
      assertThat(chances).isEqualTo(model.predict(whole).probabilities());
      assertThat(chances.keySet()).containsExactly("early", "late", "never");
    }
  }

  @Test
  void the_page_serves_a_model() {
    ModelSource source = ModelSource.file("flight-delay", 8, path("data_frame"));
    // guide:begin
    Candidate<Flight, Double> candidate =
        Candidate.open(source, OnnxModel::load)
            .compose(Flight::asMap)
            .andThen(answer -> answer.probability("late"));
    // guide:end
    try (Workspace workspace = Workspace.inMemory();
        DeploymentRouter<Flight, Double> router =
            DeploymentRouter.builder(workspace, "departures")
                .live(candidate)
                .features(Flight::asMap)
                .open()) {
      assertThat(router.predict(new Flight(1.5, "AA"))).isBetween(0.3, 1.0);
    }
  }
}
