package dev.mlops.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.NotFoundException;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import dev.mlops.predictions.ServedFeatures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OnnxModelTest {

  private enum Carrier {
    AA,
    DL
  }

  private record Flight(double wind, Carrier carrier) {}

  private record Served(Map<String, ? extends @Nullable Object> logged) implements ServedFeatures {
    @Override
    public Map<String, String> absent() {
      return Map.of();
    }

    @Override
    public Map<String, Object> request() {
      return Map.of();
    }

    @Override
    public String service() {
      return "flights";
    }

    @Override
    public String definition() {
      return "1";
    }

    @Override
    public Instant at() {
      return Instant.EPOCH;
    }

    @Override
    public long position() {
      return -1;
    }
  }

  private static OnnxModel load(String name) {
    return OnnxModel.load(java.nio.file.Path.of("src/test/resources/models", name + ".onnx"));
  }

  private static OnnxModel load(String name, OnnxOptions options) {
    return OnnxModel.load(
        java.nio.file.Path.of("src/test/resources/models", name + ".onnx"), options);
  }

  /** Gives back one row of numbers of a type, or one number. */
  private static OnnxModel identity(int type, long... shape) {
    return OnnxModel.load(
        new OnnxModels()
            .input("x", type, shape)
            .output("y", type, shape)
            .node("Identity", List.of("x"), "y")
            .bytes());
  }

  private static AbstractThrowableAssert<?, ?> refused(ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(InvalidInputException.class);
  }

  private static Map<String, Object> only(String name, @Nullable Object value) {
    Map<String, Object> map = new HashMap<>();
    map.put(name, value);
    return map;
  }

  @Nested
  class Takes {

    @Test
    void the_same_features_from_every_holder() {
      Schema schema =
          Schema.of(Field.of("carrier", DataType.STRING), Field.of("wind", DataType.FLOAT64));
      Row row = Row.of(schema, "DL", 0.5);
      Map<String, Object> map = Map.of("wind", 0.5, "carrier", "DL");
      try (OnnxModel model = load("data_frame")) {
        Map<String, Double> expected = model.predict(map).probabilities();
        assertThat(List.copyOf(expected.keySet())).containsExactly("early", "late", "never");
        assertThat(model.predict(row).probabilities()).isEqualTo(expected);
        assertThat(model.predict(new Flight(0.5, Carrier.DL)).probabilities()).isEqualTo(expected);
        assertThat(model.predict((ServedFeatures) new Served(map)).probabilities())
            .isEqualTo(expected);
        Answers answers =
            model.predict(Dataset.builder(schema).row("AA", 1.5).row("DL", 0.5).build());
        assertThat(answers.row(1).probabilities()).isEqualTo(expected);
        assertThat(answers.probabilities().doubles("late").get(1)).isEqualTo(expected.get("late"));
        assertThat(answers.labels().get(1)).isEqualTo(model.predict(map).label());
      }
    }

    @Test
    void columns_of_a_matrix_by_the_names_that_the_options_or_the_file_tell() {
      float[] weights = {1, 10};
      OnnxModels graph =
          new OnnxModels()
              .input("input", OnnxModels.FLOAT, -1, 2)
              .output("sum", OnnxModels.FLOAT, -1, 1)
              .constant("w", weights, 2, 1)
              .node("MatMul", List.of("input", "w"), "sum");
      Map<String, Object> map = Map.of("b", 3, "a", 2);
      OnnxOptions named = OnnxOptions.defaults().columns("a", "b");
      try (OnnxModel byOptions = OnnxModel.load(graph.bytes(), named);
          OnnxModel byFile =
              OnnxModel.load(graph.metadata("mlops.features", "[\"b\", \"a\"]").bytes())) {
        assertThat(byOptions.predict(map).scores()).containsExactly(32);
        assertThat(byFile.predict(map).scores()).containsExactly(23);
        assertThat(byFile.signature().metadata()).containsKey("mlops.features");
        Dataset table =
            Dataset.of(
                Schema.of(Field.of("b", DataType.INT64), Field.of("a", DataType.FLOAT32)),
                List.of(Column.longs(3), Column.floats(2)));
        assertThat(byOptions.predict(table).row(0).scores()).containsExactly(32);
      }
    }

    @Test
    void columns_that_nobody_names_in_their_own_order() {
      record Pair(float first, float second) {}
      try (OnnxModel model = identity(OnnxModels.FLOAT, -1, 2)) {
        assertThat(model.predict(new Pair(1, 2)).scores()).containsExactly(1, 2);
        assertThat(model.predict(Map.of("x", new int[] {1, 2})).scores()).containsExactly(1, 2);
        refused(() -> model.predict(Map.of("first", 1, "second", 2)))
            .hasMessageContaining("have no order, and the model does not name the columns")
            .hasMessageEndingWith(
                "name them by OnnxOptions.columns(...), in the order of the training");
      }
    }

    @Test
    void arrays_lists_and_vectors_for_a_tensor() {
      try (OnnxModel model = identity(OnnxModels.FLOAT, -1, 2, 3)) {
        float[] flat = {1, 2, 3, 4, 5, 6};
        double[][] nested = {{1, 2, 3}, {4, 5, 6}};
        List<List<Integer>> lists = List.of(List.of(1, 2, 3), List.of(4, 5, 6));
        for (Object value : List.of(flat, nested, lists)) {
          Tensor given = model.predict(Map.of("x", value)).tensor("y");
          assertThat(given.shape()).containsExactly(2, 3);
          assertThat(given.floats()).containsExactly(flat);
        }
        refused(() -> model.predict(Map.of("x", new float[] {1, 2})))
            .hasMessage("input 'x' takes 6 values a row, shaped [2, 3], and was given 2");
        refused(() -> model.predict(Map.of("x", new float[3][2])))
            .hasMessage("input 'x' takes [2, 3] a row, and was given [3, 2]");
        refused(() -> model.predict(Map.of("x", List.of(List.of(1, 2, 3), List.of(4)))))
            .hasMessage(
                "input 'x': a tensor has no rows of different sizes, such as [3] and [1]; fill the"
                    + " shorter ones");
      }
    }

    @Test
    void bytes_streams_and_files_of_a_source() throws IOException {
      OracleCase external = OracleCase.of("external");
      byte[] bytes = Files.readAllBytes(OracleCase.of("tree").file());
      ModelFiles files =
          ModelFiles.of(
              ModelFile.of("external.onnx", external.file()),
              ModelFile.of("external.weights", external.file().resolveSibling("external.weights")));
      try (OnnxModel fromBytes = OnnxModel.load(bytes);
          OnnxModel fromStream = OnnxModel.load(new ByteArrayInputStream(bytes));
          OnnxModel fromFiles = OnnxModel.load(files, external.options())) {
        assertThat(fromBytes.signature()).isEqualTo(fromStream.signature());
        assertThat(fromFiles.predict(external.features(0)).scores()).hasSize(300);
      }
    }

    @Test
    void datasets_of_any_length_in_parts() {
      int rows = 50_000;
      long[] values = new long[rows];
      Arrays.setAll(values, row -> row);
      Dataset table =
          Dataset.of(Schema.of(Field.of("x", DataType.INT64)), List.of(Column.longs(values)));
      for (OnnxModel model :
          List.of(
              identity(OnnxModels.INT64, -1),
              identity(OnnxModels.INT64, 7, 1),
              identity(OnnxModels.FLOAT, -1))) {
        try (model) {
          Answers answers = model.predict(table);
          assertThat(answers.rowCount()).isEqualTo(rows);
          assertThat(answers.tensor("y").doubles())
              .isEqualTo(Arrays.stream(values).asDoubleStream().toArray());
        }
      }
    }

    @Test
    void no_rows() {
      Schema schema =
          Schema.of(Field.of("carrier", DataType.STRING), Field.of("wind", DataType.FLOAT64));
      try (OnnxModel model = load("data_frame")) {
        Answers answers = model.predict(Dataset.empty(schema));
        assertThat(answers.rowCount()).isZero();
        assertThat(answers.labels().size()).isZero();
        assertThat(answers.column("output_label").dataType()).isEqualTo(DataType.STRING);
        assertThat(answers.probabilities().schema().names())
            .containsExactly("early", "late", "never");
      }
    }

    /** Its output has as many rows as the input has columns. */
    @Test
    void models_that_mix_rows_one_by_one() {
      byte[] transpose =
          new OnnxModels()
              .input("x", OnnxModels.FLOAT, -1, 3)
              .output("y", OnnxModels.FLOAT, -1, -1)
              .node("Transpose", List.of("x"), "y")
              .bytes();
      Dataset table =
          Dataset.of(
              Schema.of(Field.of("v", DataType.vector(3))),
              List.of(Column.vectors(3, new float[] {1, 2, 3, 4, 5, 6})));
      try (OnnxModel model = OnnxModel.load(transpose)) {
        Answers answers = model.predict(table);
        assertThat(answers.row(1).tensor("y").shape()).containsExactly(3, 1);
        assertThat(answers.row(1).scores()).containsExactly(4, 5, 6);
      }
    }
  }

  @Nested
  class Casts {

    private double same(int type, Object value) {
      try (OnnxModel model = identity(type, -1)) {
        return model.predict(Map.of("x", value)).tensor("y").doubles()[0];
      }
    }

    private AbstractThrowableAssert<?, ?> refusedBy(int type, @Nullable Object value) {
      try (OnnxModel model = identity(type, -1)) {
        return refused(() -> model.predict(only("x", value)));
      }
    }

    @Test
    void what_is_kept() {
      assertThat(same(OnnxModels.FLOAT, 3L)).isEqualTo(3);
      assertThat(same(OnnxModels.FLOAT, true)).isEqualTo(1);
      assertThat(same(OnnxModels.FLOAT, 0.1)).isEqualTo(0.1f);
      assertThat(same(OnnxModels.FLOAT, Double.NEGATIVE_INFINITY)).isEqualTo(-1 / 0.0);
      assertThat(same(OnnxModels.FLOAT, Optional.of((short) 7))).isEqualTo(7);
      assertThat(same(OnnxModels.DOUBLE, 0.1f)).isEqualTo(0.1f);
      assertThat(same(OnnxModels.DOUBLE, 1L << 53)).isEqualTo(0x1p53);
      assertThat(same(OnnxModels.FLOAT16, 0.1)).isCloseTo(0.1, within(1e-4));
      assertThat(same(OnnxModels.FLOAT16, 2048)).isEqualTo(2048);
      assertThat(same(OnnxModels.INT64, 3.0)).isEqualTo(3);
      assertThat(same(OnnxModels.INT64, -0x1p62)).isEqualTo(-0x1p62);
      assertThat(same(OnnxModels.INT8, -128)).isEqualTo(-128);
      assertThat(same(OnnxModels.UINT8, 255)).isEqualTo(255);
    }

    @Test
    void what_is_missing() {
      try (OnnxModel floats = identity(OnnxModels.FLOAT, -1, 2);
          OnnxModel texts = identity(OnnxModels.STRING, -1)) {
        assertThat(floats.predict(only("x", null)).scores())
            .containsExactly(Double.NaN, Double.NaN);
        assertThat(floats.predict(Map.of("x", Arrays.asList(1, null))).scores())
            .containsExactly(1, Double.NaN);
        refused(() -> texts.predict(only("x", null)))
            .hasMessage(
                "input 'x' is STRING, which has no missing value; fill it, or leave the row out");
      }
      refusedBy(OnnxModels.INT64, null)
          .hasMessage(
              "input 'x' is INT64, which has no missing value; fill it, or leave the row out");
      refusedBy(OnnxModels.INT64, Double.NaN)
          .hasMessage(
              "input 'x' is INT64, which has no missing value; fill it, or leave the row out");
      refusedBy(OnnxModels.BOOL, null).hasMessageStartingWith("input 'x' is BOOL, which has no");
    }

    @Test
    void what_would_be_another_value() {
      refusedBy(OnnxModels.FLOAT, 16_777_217)
          .hasMessage(
              "input 'x': 16,777,217 has no FLOAT, which keeps every whole number only up to"
                  + " 16,777,216; give it as a double if the nearest will do, or export the model"
                  + " with a wider input");
      refusedBy(OnnxModels.FLOAT, 1e39).hasMessageStartingWith("input 'x': 1e39 lies beyond FLOAT");
      refusedBy(OnnxModels.DOUBLE, (1L << 53) + 1)
          .hasMessage(
              "input 'x' is DOUBLE and can't take 9,007,199,254,740,993; give it as a double if the"
                  + " nearest one will do");
      refusedBy(OnnxModels.FLOAT16, 2049).hasMessageContaining("is FLOAT16 and can't take 2,049");
      refusedBy(OnnxModels.FLOAT16, 70_000.0).hasMessageContaining("can't take 70,000; scale it");
      refusedBy(OnnxModels.INT64, 0.5)
          .hasMessage(
              "input 'x' is INT64 and can't take 0.5; round it, or export the model with a FLOAT"
                  + " input");
      refusedBy(OnnxModels.INT64, 0x1p63).hasMessageContaining("is INT64 and can't take");
      refusedBy(OnnxModels.UINT8, -1)
          .hasMessage("input 'x' is UINT8 and can't take -1; it takes whole numbers from 0 to 255");
      refusedBy(OnnxModels.INT8, 128).hasMessageEndingWith("from -128 to 127");
      refusedBy(OnnxModels.BOOL, 2).hasMessageEndingWith("from 0 to 1");
      refusedBy(OnnxModels.STRING, 3)
          .hasMessage(
              "input 'x' is STRING and can't take 3; give it as the text that the model was trained"
                  + " with");
      refusedBy(OnnxModels.FLOAT, "3")
          .hasMessage("input 'x' is FLOAT and can't take the text '3'; give it as a number");
      refusedBy(OnnxModels.FLOAT, Instant.EPOCH)
          .hasMessageContaining("is FLOAT and can't take a Instant");
    }

    @Test
    void what_is_wrong_in_a_dataset_by_its_row() {
      Dataset table =
          Dataset.of(
              Schema.of(Field.of("x", DataType.FLOAT64)), List.of(Column.doubles(1, 2, 2.5)));
      try (OnnxModel model = identity(OnnxModels.INT32, -1)) {
        refused(() -> model.predict(table))
            .hasMessageStartingWith("row 2: input 'x' is INT32 and can't take 2.5");
      }
    }
  }

  @Nested
  class Refuses {

    @Test
    void missing_and_unknown_names() {
      try (OnnxModel model = load("data_frame")) {
        refused(() -> model.predict(Map.of("wind", 1, "Carrier", "AA")))
            .hasMessageContaining("the model takes [wind, carrier], and was given [")
            .hasMessageEndingWith("missing [carrier]; not taken [Carrier], so leave them out");
        refused(() -> model.predict(Map.of("wind", 1)))
            .hasMessage("the model takes [wind, carrier], and was given [wind]: missing [carrier]");
        refused(() -> model.predict(Map.of())).hasMessageEndingWith("missing [wind, carrier]");
      }
      OnnxOptions named = OnnxOptions.defaults().columns("a", "b", "c", "d");
      try (OnnxModel model = load("tree", named)) {
        refused(() -> model.predict(Map.of("a", 1, "b", 2, "c", 3)))
            .hasMessageEndingWith(": missing [d]");
      }
    }

    @Test
    void options_that_do_not_fit_the_model() {
      OnnxOptions options = OnnxOptions.defaults();
      refused(() -> load("data_frame", options.columns("a")))
          .hasMessageStartingWith("OnnxOptions.columns names the columns of one matrix, but");
      refused(() -> load("tree", options.columns("a", "b", "c", "d", "e")))
          .hasMessageContaining("5 columns are named, [a, b, c, d, e], but the model takes");
      assertThatThrownBy(() -> load("tree", options.output("odds")))
          .isInstanceOf(NotFoundException.class)
          .hasMessageStartingWith(
              "the model has no output 'odds'; found: [output_label INT64[?], ");
      refused(() -> load("multi_output", options.output("probabilities")))
          .hasMessage(
              "output 'probabilities' is SEQUENCE, which has no scores; choose one of numbers");
      refused(() -> load("perceptron", options.classes("early", "late")))
          .hasMessage(
              "there are 2 classes, [early, late], but output 'probabilities' has 3 numbers a row");
      assertThatThrownBy(() -> options.columns("a", "a"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("columns must name each only once: [a, a]");
    }

    /** ONNX Runtime's Java interface takes tensors alone. */
    @Test
    void inputs_that_java_cannot_make() {
      refused(() -> identity(OnnxModels.UINT64, -1))
          .hasMessageStartingWith(
              "ONNX Runtime's Java side can't make the input 'x', which is UINT64[?]; export");
    }

    /** Made by Python's onnx: from x FLOAT[?, 2] to y of the same and m, an optional of it. */
    @Test
    void outputs_that_java_cannot_read() {
      byte[] optional =
          Base64.getDecoder()
              .decode(
                  "CAg6bQoQCgF4EgFtIghPcHRpb25hbAoQCgF4EgF5IghJZGVudGl0eRIBZ1oUCgF4Eg8KDQgBEgkKAxIB"
                      + "YgoCCAJiGAoBbRITShEKDwoNCAESCQoDEgFiCgIIAmIUCgF5Eg8KDQgBEgkKAxIBYgoCCAJCBAoAEBE=");
      refused(() -> OnnxModel.load(optional))
          .hasMessage(
              "ONNX Runtime can't load the model: the model takes or gives an optional value or a sparse"
                  + " tensor, which ONNX Runtime's Java side does not know; export it with tensors"
                  + " alone. It said: Invalid ONNXType found.");
    }

    @Test
    void calls_after_its_close() {
      OnnxModel model = load("two_outputs");
      model.close();
      model.close();
      assertThatThrownBy(() -> model.predict(Map.of("a", 1, "b", 2)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the ONNX model is closed");
    }

    @Test
    void what_the_model_itself_refuses() {
      try (OnnxModel model = load("tokens")) {
        assertThatThrownBy(() -> model.predict(Map.of("tokens", new int[] {99})))
            .isInstanceOf(MlopsException.class)
            .hasMessageStartingWith("running the ONNX model failed: ");
      }
    }
  }

  @Nested
  class Answering {

    @Test
    void classes_that_only_the_options_tell() {
      Map<String, Object> row = Map.of("features", new float[4]);
      try (OnnxModel silent = load("perceptron");
          OnnxModel told =
              load("perceptron", OnnxOptions.defaults().classes("early", "late", "never"))) {
        Answer answer = told.predict(row);
        double highest =
            answer.probabilities().values().stream().mapToDouble(p -> p).max().orElse(0);
        assertThat(answer.probability(answer.label())).isEqualTo(highest);
        assertThatThrownBy(() -> answer.probability("Late"))
            .isInstanceOf(NotFoundException.class)
            .hasMessage("the model has no class 'Late'; found: [early, late, never]");
        refused(() -> silent.predict(row).probabilities())
            .hasMessage(
                "the model does not say which classes the numbers of output 'probabilities' stand for;"
                    + " name them by OnnxOptions.classes(...), or read scores()");
        assertThat(silent.predict(row).scores()).isEqualTo(answer.scores());
      }
    }

    @Test
    void what_the_model_does_not_have() {
      try (OnnxModel linear = load("linear");
          OnnxModel two = load("two_outputs");
          OnnxModel chosen = load("two_outputs", OnnxOptions.defaults().output("product"));
          OnnxModel several = load("multi_output")) {
        Answer number = linear.predict(Map.of("features", new float[4]));
        assertThat(number.scores()).hasSize(1);
        refused(number::label)
            .hasMessage(
                "which output is the label can't be told from the model; read one by tensor(name) of"
                    + " [variable FLOAT[?, 1]]");
        refused(number::probabilities).hasMessageContaining("does not say which classes");
        assertThatThrownBy(() -> number.tensor("odds"))
            .isInstanceOf(NotFoundException.class)
            .hasMessage("the model has no output 'odds'; found: [variable FLOAT[?, 1]]");
        refused(() -> number.tensors("variable"))
            .hasMessage("output 'variable' is FLOAT[?, 1]; read it by tensor(\"variable\")");
        refused(two.predict(Map.of("a", 2, "b", 3))::scores)
            .hasMessageStartingWith("which output has the scores can't be told from the model");
        assertThat(chosen.predict(Map.of("a", 2, "b", 3)).scores()).containsExactly(6);
        Answer both = several.predict(Map.of("features", new float[4]));
        refused(both::label)
            .hasMessage("output 'label' has 2 labels a row; read them by tensor(\"label\")");
        refused(both::scores)
            .hasMessage(
                "output 'probabilities' has several tensors for each row; read them by"
                    + " tensors(\"probabilities\")");
        assertThat(both.tensors("probabilities")).hasSize(2);
        assertThat(both.tensor("label").longs()).hasSize(2);
      }
    }

    @Test
    void columns_of_every_kind() throws IOException {
      OracleCase flags = OracleCase.of("boolean");
      OracleCase unsigned = OracleCase.of("unsigned");
      OracleCase shaped = OracleCase.of("rank_three");
      OracleCase doubles = OracleCase.of("double_matrix");
      try (OnnxModel booleans = flags.load();
          OnnxModel numbers = unsigned.load();
          OnnxModel series = shaped.load();
          OnnxModel wide = doubles.load();
          OnnxModel classifier = load("tree")) {
        Answers answers = booleans.predict(flags.table());
        assertThat(answers.column("not")).isInstanceOf(Column.OfBoolean.class);
        assertThat(answers.column("kept")).isInstanceOf(Column.OfFloat.class);
        assertThat(numbers.predict(unsigned.table()).column("uint64"))
            .isInstanceOf(Column.OfLong.class);
        assertThat(series.predict(shaped.table()).column("mirror").dataType())
            .isEqualTo(DataType.vector(15));
        Answers both = wide.predict(doubles.table());
        refused(() -> both.column("y"))
            .hasMessage(
                "output 'y' has 2 values of DOUBLE a row, and a column holds one; read them by"
                    + " tensor(\"y\")");
        Dataset one =
            Dataset.of(
                Schema.of(Field.of("features", DataType.vector(4))),
                List.of(Column.vectors(4, new float[4])));
        refused(() -> classifier.predict(one).column("output_probability"))
            .hasMessage(
                "output 'output_probability' is SEQUENCE of MAP; read it by probabilities()");
      }
    }

    @Test
    void in_one_line() {
      try (OnnxModel model = load("two_outputs")) {
        assertThat(model)
            .hasToString(
                "ONNX model of [a FLOAT[?], b FLOAT[?]] -> [product FLOAT[?], difference FLOAT[?]]");
        assertThat(model.predict(Map.of("a", 2, "b", 3)))
            .hasToString("product=FLOAT[] 6.0; difference=FLOAT[] -1.0");
      }
    }

    @Test
    void who_made_the_model() {
      try (OnnxModel model = load("tree")) {
        assertThat(model.signature().producer()).isEqualTo("skl2onnx");
        assertThat(model.signature().output("output_probability").classes())
            .containsExactly("0", "1", "2");
        assertThat(model.signature().inputs()).hasToString("[features FLOAT[?, 4]]");
      }
    }
  }
}
