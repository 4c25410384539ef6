package dev.mlops.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models of scikit-learn, XGBoost, LightGBM and hand-made graphs give what they give in Python: to
 * 1e-6, absolutely for numbers up to 1, relatively above.
 */
class OnnxOracleTest {

  static Stream<OracleCase> cases() throws IOException {
    return OracleCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answers_row_by_row_as_python_does(OracleCase model) {
    try (OnnxModel loaded = model.load()) {
      for (int row = 0; row < model.rows(); row++) {
        assertSame(model, row, loaded.predict(model.features(row)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answers_a_dataset_as_python_does(OracleCase model) {
    try (OnnxModel loaded = model.load()) {
      Answers answers = loaded.predict(model.table());
      assertThat(answers.rowCount()).isEqualTo(model.rows());
      for (int row = 0; row < model.rows(); row++) {
        assertSame(model, row, answers.row(row));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tells_the_classes_that_the_graph_notes(OracleCase model) {
    Map<String, List<String>> told = new LinkedHashMap<>();
    try (OnnxModel loaded = model.load()) {
      for (OnnxSignature.Value output : loaded.signature().outputs()) {
        if (!output.classes().isEmpty()) {
          told.put(output.name(), output.classes());
        }
      }
    }
    assertThat(told).isEqualTo(model.classes());
  }

  @Test
  void has_the_models_that_the_script_makes() throws IOException {
    assertThat(OracleCase.all()).hasSize(54);
  }

  private static void assertSame(OracleCase model, int row, Answer answer) {
    model
        .answer(row)
        .properties()
        .forEach(output -> assertSame(model, output.getKey(), output.getValue(), answer));
  }

  private static void assertSame(
      OracleCase model, String output, JsonNode expected, Answer answer) {
    switch (expected.get("kind").asText()) {
      case "map" -> {
        assertThat(List.copyOf(answer.probabilities().keySet()))
            .isEqualTo(OracleCase.texts(expected.get("keys")));
        List<Double> values = List.copyOf(answer.probabilities().values());
        assertClose(values.stream().mapToDouble(Double::doubleValue).toArray(), expected);
        assertClose(answer.scores(), expected);
      }
      case "sequence" -> {
        List<Tensor> tensors = answer.tensors(output);
        assertThat(tensors).hasSize(expected.get("items").size());
        for (int i = 0; i < tensors.size(); i++) {
          assertSame(model, tensors.get(i), expected.get("items").get(i));
        }
      }
      default -> assertSame(model, answer.tensor(output), expected);
    }
  }

  private static void assertSame(OracleCase model, Tensor tensor, JsonNode expected) {
    List<Integer> shape = new ArrayList<>();
    expected.get("shape").forEach(size -> shape.add(size.asInt()));
    assertThat(tensor.shape())
        .isEqualTo(model.isWithoutRows() ? shape : shape.subList(1, shape.size()));
    JsonNode data = expected.get("data");
    switch (tensor.tensorType()) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> assertClose(tensor.doubles(), expected);
      default -> assertThat(tensor.texts()).isEqualTo(OracleCase.texts(data));
    }
  }

  private static void assertClose(double[] given, JsonNode expected) {
    JsonNode data = expected.get("data");
    assertThat(given).hasSize(data.size());
    for (int i = 0; i < given.length; i++) {
      double wanted = OracleCase.number(data.get(i));
      if (Double.isNaN(wanted)) {
        assertThat(given[i]).isNaN();
      } else {
        assertThat(Math.abs(given[i] - wanted))
            .isLessThanOrEqualTo(1e-6 * Math.max(1, Math.abs(wanted)));
      }
    }
  }
}
