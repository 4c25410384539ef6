package dev.mlops.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.models.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The questions that MLflow keeps, in the forms that MLflow 3.17 writes. */
class InputExampleTest {

  private static final Schema TABLE =
      Schema.of(
          Field.of("distance", DataType.FLOAT64),
          Field.of("wind", DataType.FLOAT32),
          Field.of("stops", DataType.INT64),
          Field.of("carrier", DataType.STRING),
          Field.of("late", DataType.BOOLEAN),
          Field.of("time", DataType.INSTANT));

  private static Dataset read(String json, Schema inputs) {
    return InputExample.read(ModelFile.of("input_example.json", json.getBytes(UTF_8)), inputs);
  }

  @Test
  void of_a_data_frame_is_read_by_name() {
    Dataset rows =
        read(
            "{\"columns\": [\"wind\", \"distance\", \"stops\", \"carrier\", \"late\", \"time\"],"
                + " \"data\": [[2.5, 1.5, 3, \"AA\", true, \"2001-03-04T12:00:01\"],"
                + " [0.5, NaN, NaN, null, false, \"2001-03-04 12:00:01\"], [0.5, 1, 2.0, null, null, null]]}",
            TABLE);
    assertThat(rows.row(0).toMap().toString())
        .isEqualTo(
            "{distance=1.5, wind=2.5, stops=3, carrier=AA, late=true, time=2001-03-04T12:00:01Z}");
    assertThat(rows.row(1).toMap().toString())
        .isEqualTo(
            "{distance=null, wind=0.5, stops=null, carrier=null, late=false, time=2001-03-04T12:00:01Z}");
    assertThat(rows.row(2).getLong("stops")).isEqualTo(2);
  }

  @Test
  void of_arrays_is_read_by_name_or_as_rows() {
    Schema pair =
        Schema.of(Field.of("distance", DataType.FLOAT32), Field.of("wind", DataType.vector(1)));
    Dataset named = read("{\"distance\": [[1.5], [2.5]], \"wind\": [[0.5], [4.5]]}", pair);
    assertThat(named.rowCount()).isEqualTo(2);
    assertThat(named.row(1).getVector("wind")).containsExactly(4.5f);
    Schema matrix = Schema.of(Field.of("X", DataType.vector(4)));
    assertThat(read("[[1, 2, 3, 4], [5, 6, 7, NaN]]", matrix).row(1).getVector("X"))
        .containsExactly(5, 6, 7, Float.NaN);
    assertThat(read("[[[1, 2], [3, 4]]]", matrix).row(0).getVector("X"))
        .containsExactly(1, 2, 3, 4); // laid out, last dimension fastest
    assertThat(read("[[1.5, [2.5]]]", pair).row(0).getFloat("distance")).isEqualTo(1.5f);
    assertThat(read("[1.5, 2.5]", Schema.of(Field.of("x", DataType.FLOAT64))).rowCount())
        .isEqualTo(2);
  }

  @Test
  void of_another_signature_is_refused() {
    Schema x = Schema.of(Field.of("x", DataType.INT64));
    refuses("[1.5]", x, "'x INT64' is 1.5");
    refuses("[\"a\"]", x, "'x INT64' is \"a\"");
    refuses("[[1, 2]]", x, "'x INT64' has 2 values in a row");
    refuses(
        "[[1, 2, 3]]",
        Schema.of(Field.of("a", DataType.INT64), Field.of("b", DataType.INT64)),
        "a row of 3 values is not one of [a INT64, b INT64]");
    refuses("[1", x, "Unexpected end-of-input: expected close marker for Array");
    refuses("{\"columns\": [\"y\"], \"data\": [[1]]}", x, "it has no value of 'x INT64'");
    refuses(
        "{\"x\": [1, 2], \"y\": [1]}",
        Schema.of(Field.of("x", DataType.INT64), Field.of("y", DataType.INT64)),
        "it has no value of 'y INT64'");
    Schema optional =
        Schema.of(Field.of("x", DataType.INT64), Field.of("y", DataType.INT64).orNull());
    assertThat(read("{\"columns\": [\"x\"], \"data\": [[1]]}", optional).row(0).isNull("y"))
        .isTrue();
  }

  private static void refuses(String json, Schema inputs, String reason) {
    assertThatThrownBy(() -> read(json, inputs))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the input example 'input_example.json' cannot be read: " + reason);
  }

  @Test
  void is_kept_with_a_package_and_a_version(@TempDir Path directory) throws IOException {
    Files.write(directory.resolve("model.onnx"), TinyOnnx.bytes());
    Files.writeString(directory.resolve("input_example.json"), "[[100, 1], [0, 0]]");
    Files.writeString(
        directory.resolve("MLmodel"),
        """
        flavors:
          onnx:
            data: model.onnx
        saved_input_example_info:
          artifact_path: input_example.json
          type: ndarray
        signature:
          inputs: '[{"type": "tensor", "name": "features", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}]'
          outputs: '[{"type": "tensor", "name": "delay", "tensor-spec": {"dtype": "float32", "shape": [-1, 1]}}]'
        """);
    ModelPackage read = ModelPackage.read(directory, TinyOnnx.FORMAT);
    assertThat(read.example().orElseThrow().rowCount()).isEqualTo(2);
    assertThat(TinyOnnx.candidate().build().example()).isEmpty();
    try (Workspace workspace = Workspace.inMemory()) {
      ModelVersion version = ModelRegistry.of(workspace).model("delays").register(read);
      Dataset example = version.example().orElseThrow();
      assertThat(example.row(0).getVector("features")).containsExactly(100, 1);
    }
    Files.delete(directory.resolve("input_example.json"));
    ModelPackage without = ModelPackage.read(directory, TinyOnnx.FORMAT);
    assertThatThrownBy(without::example)
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no file 'input_example.json' in the model; found: [MLmodel, model.onnx]");
  }
}
