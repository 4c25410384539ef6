package dev.mlops.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import dev.mlops.registry.GoldenPredictions;
import dev.mlops.registry.ModelPackage;
import dev.mlops.registry.ModelRegistry;
import dev.mlops.registry.ModelSignature;
import dev.mlops.registry.RegisteredModel;
import dev.mlops.registry.onnx.OnnxFormat;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The registry asks a classifier that takes numbers and texts, and gives a map for each row, its
 * golden predictions: those of scikit-learn.
 */
class GoldenOfAnyModelTest {

  private OracleCase frame;
  private ModelSignature signature;

  @BeforeEach
  void read() throws IOException {
    frame = OracleCase.of("data_frame");
    signature =
        new ModelSignature(
            frame.table().schema(),
            Schema.of(
                Field.of("early", DataType.FLOAT32),
                Field.of("late", DataType.FLOAT32),
                Field.of("never", DataType.FLOAT32)));
  }

  private ModelPackage model(double shift) {
    GoldenPredictions golden =
        GoldenPredictions.fromTrainer(signature, frame.table(), row -> trained(row, shift), 1e-6);
    ModelFiles files = ModelFiles.of(ModelFile.of("model.onnx", frame.file()));
    return ModelPackage.builder(OnnxFormat.runBy(OnnxModel::answer), files, signature)
        .golden(golden)
        .build();
  }

  private Map<String, Object> trained(Row row, double shift) {
    JsonNode output = frame.answer(row.index()).get("output_probability");
    Map<String, Object> answer = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      double probability = output.get("data").get(i).asDouble();
      answer.put(output.get("keys").get(i).asText(), (float) (probability + shift));
    }
    return answer;
  }

  @Test
  void are_those_of_the_trainer_or_the_model_is_refused() {
    try (Workspace workspace = Workspace.inMemory()) {
      RegisteredModel late = ModelRegistry.of(workspace).model("late");
      assertThat(late.register(model(0)).golden()).isPresent();
      assertThatThrownBy(() -> late.register(model(0.01)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(
              "the model does not answer as the trained one did: row 0 {wind=0.0012301534,"
                  + " carrier=UA}: expected {early=0.38302454, late=0.55461323,");
    }
  }
}
