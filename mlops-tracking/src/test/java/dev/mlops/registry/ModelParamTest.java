package dev.mlops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.models.ModelFiles;
import dev.mlops.models.ModelRunner;
import dev.mlops.registry.onnx.OnnxFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that are given when a model is asked, as MLflow's signatures have them. */
class ModelParamTest {

  private static final String ALL =
      "[{\"name\":\"flag\",\"type\":\"boolean\",\"default\":true,\"shape\":null},"
          + "{\"name\":\"count\",\"type\":\"long\",\"default\":9007199254740993,\"shape\":null},"
          + "{\"name\":\"limit\",\"type\":\"double\",\"default\":0.5,\"shape\":null},"
          + "{\"name\":\"share\",\"type\":\"float\",\"default\":0.25,\"shape\":null},"
          + "{\"name\":\"mode\",\"type\":\"string\",\"default\":\"fast\",\"shape\":null},"
          + "{\"name\":\"since\",\"type\":\"datetime\",\"default\":\"2001-03-04T12:00:01\",\"shape\":null},"
          + "{\"name\":\"weights\",\"type\":\"double\",\"default\":[0.5,2.0],\"shape\":[-1]}]";
  private static final ModelSignature SIGNATURE = TinyOnnx.SIGNATURE.withParams(ALL);
  private static final ModelParam LIMIT = ModelParam.of("limit", DataType.FLOAT32, 0.5);

  @Test
  void are_read_and_written_as_mlflow_does() {
    assertThat(SIGNATURE.paramsJson()).isEqualTo(ALL);
    assertThat(SIGNATURE.complete(Map.of()))
        .isEqualTo(
            Map.of(
                "flag",
                true,
                "count",
                9007199254740993L,
                "limit",
                0.5,
                "share",
                0.25f,
                "mode",
                "fast",
                "since",
                Instant.parse("2001-03-04T12:00:01Z"),
                "weights",
                List.of(0.5, 2.0)));
    assertThat(TinyOnnx.SIGNATURE.withParams(ALL.replace("\"long\"", "\"integer\"")))
        .isEqualTo(SIGNATURE);
    assertThat(new ModelSignature(SIGNATURE.inputs(), SIGNATURE.outputs(), List.of(LIMIT)))
        .hasToString(
            "[distance FLOAT32, wind FLOAT32] -> [delay FLOAT32] with [limit FLOAT32 = 0.5]");
  }

  @Test
  void take_what_is_given_in_their_type() {
    Map<String, Object> given = SIGNATURE.complete(Map.of("limit", 1, "weights", List.of(3)));
    assertThat(given).containsEntry("limit", 1.0).containsEntry("weights", List.of(3.0));
    assertThat(given.keySet())
        .containsExactly("flag", "count", "limit", "share", "mode", "since", "weights");
    refuses(
        Map.of("limits", 1),
        "the signature has no param 'limits'; it has [flag, count, limit, share, mode, since, weights]");
    refuses(Map.of("count", 1.5), "param 'count' is INT64, and was given 1.5");
    refuses(Map.of("limit", "1"), "param 'limit' is FLOAT64, and was given the text '1'");
    refuses(Map.of("weights", 2), "param 'weights' is a list of FLOAT64, and was given 2");
    refuses(Map.of("flag", 1), "param 'flag' is BOOLEAN, and was given 1");
  }

  private static void refuses(Map<String, ?> given, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SIGNATURE.complete(given))
        .withMessage(message);
  }

  @Test
  void have_names_of_their_own() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ModelSignature(
                    TinyOnnx.SIGNATURE.inputs(),
                    TinyOnnx.SIGNATURE.outputs(),
                    List.of(ModelParam.of("wind", DataType.FLOAT64, 1))))
        .withMessage("the name of param 'wind' occurs twice in the signature");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelParam.of(" ", DataType.FLOAT64, 1))
        .withMessage("a param needs a name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelParam.of("v", DataType.vector(2), 1))
        .withMessage("param 'v' must be of a type of single values; make it a list of them");
  }

  @Test
  void that_nothing_here_holds_are_refused() {
    refusesJson("{}", "a signature's params must be a list: {}");
    refusesJson("[", "a signature's params are not JSON: [");
    refusesJson(
        "[{\"name\":\"x\",\"type\":\"object\",\"default\":{},\"shape\":null}]",
        "the signature has a param that no code here holds, {\"name\":\"x\",\"type\":\"object\",\"default\":{},\"shape\":null};"
            + " known are single values and lists of boolean, integer, long, float, double, string and datetime");
    refusesJson(
        "[{\"name\":\"x\",\"type\":\"double\",\"default\":\"a\",\"shape\":null}]",
        "a signature's params are none: param 'x' is FLOAT64, and was given the text '\"a\"'");
  }

  private static void refusesJson(String json, String message) {
    assertThatThrownBy(() -> TinyOnnx.SIGNATURE.withParams(json))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @Test
  void stay_with_a_package_and_a_version(@TempDir Path place) throws IOException {
    ModelPackage made = ModelPackage.builder(TinyOnnx.FORMAT, TinyOnnx.bytes(), SIGNATURE).build();
    Path written = made.write(place.resolve("out"), Instant.EPOCH);
    assertThat(ModelPackage.read(written, TinyOnnx.FORMAT).signature()).isEqualTo(SIGNATURE);
    Files.delete(written.resolve("signature.json"));
    String mlflow = Files.readString(written.resolve("MLmodel"));
    int own = mlflow.indexOf("  mlops_java:");
    String without = mlflow.substring(0, own) + mlflow.substring(mlflow.indexOf("signature:\n"));
    Files.writeString(written.resolve("MLmodel"), without);
    assertThat(ModelPackage.read(written, TinyOnnx.FORMAT).signature()).isEqualTo(SIGNATURE);
    try (Workspace workspace = Workspace.inMemory()) {
      ModelVersion version = ModelRegistry.of(workspace).model("delays").register(made);
      assertThat(version.signature()).isEqualTo(SIGNATURE);
      assertThatThrownBy(() -> version.run(TinyOnnx.FORMAT, Map.of("limit", 1)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the ONNX model takes no param 'limit', though its signature has it: its inputs are [features]");
      assertThatThrownBy(() -> version.run(TinyOnnx.FORMAT, Map.of("limits", 1)))
          .hasMessageStartingWith("the signature has no param 'limits'");
    }
  }

  /** Answers with the limit that it is given, in each row. */
  private static Dataset limits(ModelFiles files, Dataset rows) {
    float[] answers = new float[rows.rowCount()];
    for (Row row : rows) {
      answers[row.index()] = row.getFloat("limit");
    }
    return TinyOnnx.output(1, answers);
  }

  @Test
  void reach_a_graph_that_takes_them() {
    ModelFormat onnx = OnnxFormat.runBy(ModelParamTest::limits);
    ModelSignature signature =
        new ModelSignature(
            TinyOnnx.SIGNATURE.inputs(), TinyOnnx.SIGNATURE.outputs(), List.of(LIMIT));
    try (Workspace workspace = Workspace.inMemory()) {
      ModelVersion version =
          ModelRegistry.of(workspace)
              .model("delays")
              .register(ModelPackage.builder(onnx, TinyOnnx.withLimit(), signature).build());
      assertThat(answers(version.run(onnx))).containsExactly(0.5f, 0.5f, 0.5f);
      assertThat(answers(version.run(onnx, Map.of("limit", 0.75))))
          .containsExactly(0.75f, 0.75f, 0.75f);
    }
    assertThatThrownBy(
            () -> ModelPackage.builder(onnx, TinyOnnx.withLimit(), TinyOnnx.SIGNATURE).build())
        .hasMessageStartingWith(
            "the signature's inputs [distance FLOAT32, wind FLOAT32] are not the model's");
  }

  private static float[] answers(ModelRunner model) {
    try (model) {
      Column.OfFloat delays = model.answer(TinyOnnx.ROWS).floats("delay");
      return new float[] {delays.get(0), delays.get(1), delays.get(2)};
    }
  }

  @Test
  void are_refused_by_a_format_that_gives_none() {
    ModelFormat plain =
        new ModelFormat() {
          @Override
          public String name() {
            return "plain";
          }

          @Override
          public void check(ModelFiles files, ModelSignature signature) {}

          @Override
          public ModelRunner open(ModelFiles files, ModelSignature signature) {
            return rows -> rows;
          }
        };
    ModelFiles files = TinyOnnx.candidate().build().model();
    ModelSignature signature =
        new ModelSignature(
            Schema.of(Field.of("x", DataType.FLOAT64)),
            Schema.of(Field.of("x", DataType.FLOAT64)),
            List.of(LIMIT));
    assertThatThrownBy(() -> plain.open(files, signature, Map.of("limit", 1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("models of the format 'plain' take no params, and were given [limit]");
    assertThat(plain.open(files, signature, Map.of())).isNotNull();
  }
}
