package dev.mlops.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Row;
import dev.mlops.error.InvalidInputException;
import dev.mlops.parity.ColumnParity;
import dev.mlops.parity.Parity;
import dev.mlops.parity.ParityCheck;
import dev.mlops.registry.ModelFormat;
import dev.mlops.registry.ModelPackage;
import dev.mlops.registry.ModelRegistry;
import dev.mlops.registry.ModelVersion;
import dev.mlops.registry.onnx.OnnxFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twelve models of scikit-learn, LightGBM and XGBoost as MLflow saved them, with what Python
 * computed ({@code interop/mlflow_models.py} makes them).
 */
class MlflowModelsTest {

  private static final Path MODELS = Path.of("src/test/resources/mlflow");
  private static final ModelFormat ONNX = OnnxFormat.runBy(OnnxModel::answer);

  static Stream<String> models() throws IOException {
    return names(MODELS).stream().filter(name -> !name.contains("/"));
  }

  /** Every directory and file below, in order. */
  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.skip(1).map(each -> directory.relativize(each).toString()).sorted().toList();
    }
  }

  private static Map<String, Object> features(String model, Row flight) {
    Map<String, Object> features = new HashMap<>();
    features.put("wind", Math.log1p(flight.getDouble("wind")));
    features.put("rain", Math.min(5, flight.getDouble("rain")));
    features.put("distance", flight.getDouble("distance") / 1000);
    features.put("hour", flight.getLong("hour") / 24.0);
    if (model.equals("sklearn-frame")) {
      features.put("carrier", flight.getString("carrier"));
    }
    return features;
  }

  @Test
  void are_twelve() throws IOException {
    assertThat(models()).hasSize(12);
  }

  @ParameterizedTest
  @MethodSource("models")
  void answer_here_as_in_python_and_come_out_as_they_went_in(String model, @TempDir Path place)
      throws IOException {
    Path directory = MODELS.resolve(model);
    try (Workspace workspace = Workspace.inMemory()) {
      ModelVersion version =
          ModelRegistry.of(workspace)
              .model(model)
              .register(ModelPackage.read(directory, ONNX).preparedBy(row -> features(model, row)));
      assertThat(workspace.journal().events().kind("model").list().get(0).details().get("parity"))
          .startsWith("passed: 24 rows, " + columns(version) + " columns");
      Path exported = version.exportTo(place.resolve("out"));
      assertThat(names(exported)).isEqualTo(names(directory));
      for (String file : names(directory)) {
        assertThat(exported.resolve(file)).hasSameBinaryContentAs(directory.resolve(file));
      }
    }
  }

  /** Each feature once, and each answer of the model and of the pipeline. */
  private static int columns(ModelVersion version) {
    Parity parity = version.parity().orElseThrow();
    return parity.features().schema().fields().size()
        + 2 * parity.answers().schema().fields().size();
  }

  @ParameterizedTest
  @MethodSource("models")
  void are_refused_with_a_planted_skew(String model) {
    ModelPackage skewed =
        ModelPackage.read(MODELS.resolve(model), ONNX)
            .preparedBy(
                row -> {
                  Map<String, Object> features = features(model, row);
                  features.put("wind", Math.log(row.getDouble("wind")));
                  return features;
                });
    try (Workspace workspace = Workspace.inMemory()) {
      assertThatThrownBy(() -> ModelRegistry.of(workspace).model(model).register(skewed))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("1 column of ")
          .hasMessageContaining(" diverges; first feature 'wind' of row 0: recorded ");
    }
  }

  @Test
  void are_found_out_by_another_models_file() {
    try (Workspace workspace = Workspace.inMemory()) {
      ModelVersion version =
          ModelRegistry.of(workspace)
              .model("m")
              .register(ModelPackage.read(MODELS.resolve("lightgbm-regressor"), ONNX));
      ModelFormat other =
          OnnxFormat.runBy(
              (files, rows) ->
                  OnnxModel.answer(
                      ModelPackage.read(MODELS.resolve("xgboost-regressor"), ONNX).model(), rows));
      ParityCheck check = version.replay(other, row -> features("lightgbm-regressor", row));
      assertThat(check.diverging()).extracting(ColumnParity::column).containsOnly("variable");
    }
  }

  @Test
  void keep_what_mlflow_says_of_them() {
    ModelPackage open = ModelPackage.read(MODELS.resolve("sklearn-tree"), ONNX);
    assertThat(open.signature().inputs()).hasToString("X VECTOR(4)"); // MLflow says [-1, -1]
    ModelPackage labelled = ModelPackage.read(MODELS.resolve("lightgbm-classifier"), ONNX);
    assertThat(labelled.signature().outputs()).hasToString("label INT64, probabilities VECTOR(2)");
    ModelPackage params = ModelPackage.read(MODELS.resolve("sklearn-logistic"), ONNX);
    assertThat(params.signature().params().toString())
        .isEqualTo("[limit FLOAT64 = 0.5, weights INT64 list = [1, 2]]");
    ModelPackage frame = ModelPackage.read(MODELS.resolve("sklearn-frame"), ONNX);
    assertThat(frame.signature().inputs().names())
        .containsExactly("wind", "rain", "distance", "hour", "carrier");
    ModelPackage linear = ModelPackage.read(MODELS.resolve("sklearn-linear"), ONNX);
    assertThat(linear.example().orElseThrow().row(1).getVector("X")[3]).isEqualTo(0.125f);
    ModelPackage both = ModelPackage.read(MODELS.resolve("sklearn-boosting"), ONNX);
    assertThat(both.model().paths()).containsExactly("model.onnx"); // and model.pkl is kept
  }
}
