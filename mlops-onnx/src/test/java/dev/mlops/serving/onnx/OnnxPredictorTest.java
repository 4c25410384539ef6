package dev.mlops.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.NotFoundException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxPredictorTest {

  private static float sigmoid(double x) {
    return (float) (1 / (1 + Math.exp(-x)));
  }

  private static byte[] twoOutputs(String first, String second) {
    return new OnnxModels()
        .input("input", OnnxModels.FLOAT, -1, 2)
        .output(first, OnnxModels.FLOAT, -1, 1)
        .output(second, OnnxModels.FLOAT, -1, 1)
        .logistic(first, 1, 0, 0)
        .logistic(second, 2, 0, 0)
        .bytes();
  }

  @Test
  void computes_what_the_model_says() {
    try (OnnxPredictor model = OnnxPredictor.load(OnnxModels.logistic(0.5f, 1, -2, 3))) {
      assertThat(model.predict(new float[] {1, 2, 3})).hasSize(1);
      assertThat(model.predict(new float[] {1, 2, 3})[0])
          .isCloseTo(sigmoid(0.5 + 1 - 4 + 9), within(1e-6f));
    }
  }

  @Test
  void runs_a_model_that_tribuo_trained_and_exported() {
    try (OnnxPredictor model = OnnxPredictor.load(OnnxModels.trained())) {
      float[] calm = model.predict(new float[] {0.1f, 0.1f});
      float[] storm = model.predict(new float[] {0.9f, 0.9f});
      assertThat(calm).hasSize(2);
      assertThat(calm[0] + calm[1]).isCloseTo(1f, within(1e-5f));
      assertThat(Math.abs(storm[1] - calm[1])).isGreaterThan(0.5f);
      assertThat(model)
          .hasToString("ONNX model of 2 features from 'input' to 2 numbers of 'output'");
    }
  }

  @Test
  void reads_a_file_and_a_stream(@TempDir Path directory) throws IOException {
    byte[] bytes = OnnxModels.logistic(0, 1);
    Path file = Files.write(directory.resolve("model.onnx"), bytes);
    try (OnnxPredictor fromFile = OnnxPredictor.load(file);
        OnnxPredictor fromStream = OnnxPredictor.load(new ByteArrayInputStream(bytes))) {
      assertThat(fromFile.predict(new float[] {2})).isEqualTo(fromStream.predict(new float[] {2}));
    }
  }

  @Test
  void reads_probabilities_by_default_else_the_last_floats() {
    float[] input = {0, 0};
    try (OnnxPredictor probabilities = OnnxPredictor.load(twoOutputs("probabilities", "margin"));
        OnnxPredictor last = OnnxPredictor.load(twoOutputs("margin", "score"));
        OnnxPredictor chosen =
            OnnxPredictor.load(
                twoOutputs("margin", "score"),
                OnnxOptions.defaults().output("margin").threads(2))) {
      assertThat(probabilities.predict(input)[0]).isCloseTo(sigmoid(1), within(1e-6f));
      assertThat(last.predict(input)[0]).isCloseTo(sigmoid(2), within(1e-6f));
      assertThat(chosen.predict(input)[0]).isCloseTo(sigmoid(1), within(1e-6f));
    }
  }

  @Test
  void leaves_labels_beside_the_probabilities_alone() {
    byte[] bytes =
        new OnnxModels()
            .input("input", OnnxModels.FLOAT, -1, 1)
            .output("probabilities", OnnxModels.FLOAT, -1, 1)
            .output("label", OnnxModels.INT64, -1)
            .logistic("probabilities", 0, 1)
            .node("ArgMax", List.of("input"), "label")
            .bytes();
    try (OnnxPredictor model = OnnxPredictor.load(bytes)) {
      assertThat(model.predict(new float[] {0})).containsExactly(0.5f);
    }
  }

  @Nested
  class Batches {

    @Test
    void equal_their_rows_run_one_by_one() {
      int rows = 50_000;
      float[] a = new float[rows];
      double[] b = new double[rows];
      for (int i = 0; i < rows; i++) {
        a[i] = i % 7 - 3;
        b[i] = i % 11 / 10.0;
      }
      Dataset batch =
          Dataset.of(
              Schema.of(Field.of("a", DataType.FLOAT32), Field.of("b", DataType.FLOAT64)),
              List.of(Column.floats(a), Column.doubles(b)));
      try (OnnxPredictor model = OnnxPredictor.load(OnnxModels.logistic(0.1f, 1, 2))) {
        Column.OfVector answers = model.predict(batch);
        assertThat(answers.size()).isEqualTo(rows);
        assertThat(answers.dimension()).isEqualTo(1);
        for (int i = 0; i < rows; i += 997) {
          assertThat(answers.get(i)).isEqualTo(model.predict(new float[] {a[i], (float) b[i]}));
        }
      }
    }

    @Test
    void take_whole_numbers_booleans_vectors_and_nulls() {
      Dataset rows =
          Dataset.builder(
                  Schema.of(
                      Field.of("n", DataType.INT64).orNull(),
                      Field.of("flag", DataType.BOOLEAN),
                      Field.of("v", DataType.vector(2))))
              .row(3L, true, new float[] {5, 7})
              .row(null, false, new float[] {5, 7})
              .build();
      byte[] sum =
          new OnnxModels()
              .input("input", OnnxModels.FLOAT, -1, 4)
              .output("output", OnnxModels.FLOAT, -1, 1)
              .constant("w", new float[] {1000, 100, 10, 1}, 4, 1)
              .node("MatMul", List.of("input", "w"), "output")
              .bytes();
      try (OnnxPredictor model = OnnxPredictor.load(sum)) {
        Column.OfVector answers = model.predict(rows);
        assertThat(answers.get(0)).containsExactly(3157);
        assertThat(answers.get(1)[0]).isNaN();
      }
    }

    /** Vectors alone go their own way, unless one is missing; so does a run of one row. */
    @Test
    void of_vectors_alone_equal_their_rows_run_one_by_one() {
      int rows = 50_000;
      float[] numbers = new float[2 * rows];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = i % 13 - 6;
      }
      BitSet present = new BitSet();
      present.set(0, rows);
      present.clear(49_000);
      try (OnnxPredictor model = OnnxPredictor.load(OnnxModels.logistic(0.1f, 1, 2))) {
        Column.OfVector answers = model.predict(column(Column.vectors(2, numbers)));
        Column.OfVector gap = model.predict(column(Column.vectors(2, numbers, present)));
        for (int i = 0; i < rows; i += 700) {
          float[] row = {numbers[2 * i], numbers[2 * i + 1]};
          assertThat(answers.get(i)).isEqualTo(model.predict(row));
          assertThat(model.predict(column(Column.vectors(2, row))).get(0))
              .isEqualTo(answers.get(i));
          if (i == 49_000) {
            assertThat(gap.get(i)).containsExactly(Float.NaN);
          } else {
            assertThat(gap.get(i)).isEqualTo(answers.get(i));
          }
        }
      }
    }

    /** Tensors and buffers are used again for other sizes, and for larger runs they are not. */
    @Test
    void of_changing_sizes_equal_their_rows_run_one_by_one() {
      SplittableRandom random = new SplittableRandom(7);
      try (OnnxPredictor model = OnnxPredictor.load(OnnxModels.logistic(0.1f, 1, 2))) {
        for (int round = 0; round < 200; round++) {
          int rows = 1 + random.nextInt(round % 20 == 0 ? 40_000 : 60);
          float[] numbers = new float[2 * rows];
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextDouble(-3, 3);
          }
          Column.OfVector answers = model.predict(column(Column.vectors(2, numbers)));
          assertThat(answers.size()).isEqualTo(rows);
          for (int row : new int[] {0, rows / 2, rows - 1}) {
            assertThat(answers.get(row)[0])
                .isCloseTo(
                    sigmoid(0.1 + numbers[2 * row] + 2 * numbers[2 * row + 1]), within(1e-6f));
          }
        }
      }
    }

    /** A neighbour of an id or a time is another one; a decimal is rounded anyway. */
    @Test
    void keep_whole_numbers_or_refuse_them_and_round_decimals() {
      byte[] same =
          new OnnxModels()
              .input("input", OnnxModels.FLOAT, -1, 1)
              .output("output", OnnxModels.FLOAT, -1, 1)
              .node("Identity", List.of("input"), "output")
              .bytes();
      try (OnnxPredictor model = OnnxPredictor.load(same)) {
        assertThat(model.predict(column(Column.longs(1L << 24, 1L << 60))).get(1))
            .containsExactly(0x1p60f);
        assertThat(model.predict(column(Column.doubles(0.1, 16_777_217))).get(1))
            .containsExactly(16_777_216f);
        assertThatThrownBy(() -> model.predict(column(Column.longs(1, 16_777_217))))
            .isInstanceOf(InvalidInputException.class)
            .hasMessage(
                "row 1: column 'x': 16,777,217 has no FLOAT, which keeps every whole number only up to"
                    + " 16,777,216; give it as a double if the nearest will do, or export the model"
                    + " with a wider input");
        assertThatThrownBy(() -> model.predict(column(Column.longs(Long.MAX_VALUE))))
            .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> model.predict(column(Column.doubles(1e39))))
            .isInstanceOf(InvalidInputException.class)
            .hasMessage(
                "row 0: column 'x': 1e39 lies beyond FLOAT, which ends at 3.4028235e38; scale the"
                    + " value, or export the model with a DOUBLE input");
      }
    }

    private Dataset column(Column values) {
      return Dataset.of(Schema.of(Field.of("x", values.dataType()).orNull()), List.of(values));
    }

    @Test
    void run_row_by_row_where_the_model_takes_one() {
      byte[] bytes =
          new OnnxModels()
              .input("input", OnnxModels.FLOAT, 1, 1)
              .output("output", OnnxModels.FLOAT, 1, 1)
              .logistic("output", 0, 1)
              .bytes();
      Dataset rows =
          Dataset.of(Schema.of(Field.of("x", DataType.FLOAT32)), List.of(Column.floats(0, 1, 2)));
      try (OnnxPredictor model = OnnxPredictor.load(bytes)) {
        assertThat(model.predict(rows).get(2)[0]).isCloseTo(sigmoid(2), within(1e-6f));
      }
    }

    @Test
    void of_a_model_that_mixes_rows_are_refused() {
      byte[] bytes =
          new OnnxModels()
              .input("input", OnnxModels.FLOAT, -1, -1)
              .output("output", OnnxModels.FLOAT, -1, -1)
              .node("Transpose", List.of("input"), "output")
              .bytes();
      Dataset rows =
          Dataset.of(Schema.of(Field.of("x", DataType.FLOAT32)), List.of(Column.floats(0, 1)));
      try (OnnxPredictor model = OnnxPredictor.load(bytes)) {
        assertThatThrownBy(() -> model.predict(rows))
            .isInstanceOf(MlopsException.class)
            .hasMessage("the model gave 1 row for 2; its output 'output' is not one row for each");
      }
    }

    @Test
    void may_be_empty() {
      try (OnnxPredictor model = OnnxPredictor.load(OnnxModels.logistic(0, 1))) {
        Schema one = Schema.of(Field.of("x", DataType.FLOAT32));
        assertThat(model.predict(Dataset.empty(one)).size()).isZero();
      }
    }
  }

  @Nested
  class Refuses {

    private void refused(byte[] bytes, String message) {
      assertThatThrownBy(() -> OnnxPredictor.load(bytes))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(message);
    }

    @Test
    void what_is_no_model() {
      byte[] model = OnnxModels.logistic(0, 1);
      for (byte[] bytes :
          List.of(
              new byte[0],
              "no model".getBytes(StandardCharsets.UTF_8),
              Arrays.copyOf(model, model.length / 2))) {
        assertThatThrownBy(() -> OnnxPredictor.load(bytes))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageStartingWith("the bytes are no ONNX model; ");
      }
    }

    @Test
    void a_file_that_is_not_there(@TempDir Path directory) {
      Path file = directory.resolve("no.onnx");
      assertThatThrownBy(() -> OnnxPredictor.load(file))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no model file " + file);
    }

    @Test
    void inputs_of_another_width_before_native_code_sees_them() {
      try (OnnxPredictor model = OnnxPredictor.load(OnnxModels.logistic(0, 1, 2, 3))) {
        assertThatThrownBy(() -> model.predict(new float[2]))
            .isInstanceOf(InvalidInputException.class)
            .hasMessage("the input has 2 features, but the model's input 'input' takes 3");
        Dataset rows =
            Dataset.of(Schema.of(Field.of("a", DataType.FLOAT32)), List.of(Column.floats(0, 1)));
        assertThatThrownBy(() -> model.predict(rows))
            .isInstanceOf(InvalidInputException.class)
            .hasMessage("the columns [a] have 1 feature, but the model's input 'input' takes 3");
      }
    }

    @Test
    void columns_that_are_no_numbers() {
      Dataset rows =
          Dataset.of(
              Schema.of(Field.of("carrier", DataType.STRING)), List.of(Column.strings("AA")));
      try (OnnxPredictor model = OnnxPredictor.load(OnnxModels.logistic(0, 1))) {
        assertThatThrownBy(() -> model.predict(rows))
            .isInstanceOf(InvalidInputException.class)
            .hasMessage(
                "column 'carrier' is STRING, and a model takes numbers; encode it, or leave it out by"
                    + " dataset.without(\"carrier\")");
      }
    }

    @Test
    void models_of_two_inputs_or_of_other_types() {
      refused(
          new OnnxModels()
              .input("a", OnnxModels.FLOAT, -1, 1)
              .input("b", OnnxModels.FLOAT, -1, 1)
              .output("sum", OnnxModels.FLOAT, -1, 1)
              .node("Add", List.of("a", "b"), "sum")
              .bytes(),
          "the model takes [a FLOAT[?, 1], b FLOAT[?, 1]]; OnnxPredictor runs models of one input tensor"
              + " FLOAT[batch, features]; OnnxModel runs this one");
      refused(
          new OnnxModels()
              .input("a", OnnxModels.DOUBLE, -1, 2)
              .output("b", OnnxModels.DOUBLE, -1, 2)
              .node("Neg", List.of("a"), "b")
              .bytes(),
          "the model takes [a DOUBLE[?, 2]]; OnnxPredictor runs models of one input tensor FLOAT[batch,"
              + " features]; OnnxModel runs this one");
    }

    @Test
    void models_of_labels_alone() {
      refused(
          new OnnxModels()
              .input("input", OnnxModels.FLOAT, -1, 3)
              .output("label", OnnxModels.INT64, 1, 3)
              .node("ArgMax", List.of("input"), "label")
              .bytes(),
          "the model gives [label INT64[1, 3]]; OnnxPredictor reads a tensor FLOAT[batch, numbers];"
              + " OnnxModel runs this one");
    }

    /** ZipMap makes a map for each row, from class to probability, as scikit-learn does it. */
    @Test
    void probabilities_in_maps_and_says_how_to_export_them() {
      refused(
          OnnxModels.zipMap(),
          "the model gives [output SEQUENCE of MAP]; OnnxPredictor reads a tensor FLOAT[batch, numbers]. A"
              + " classifier converted from scikit-learn has one if exported with zipmap=False; OnnxModel"
              + " reads the maps too");
    }

    @Test
    void outputs_that_are_not_there() {
      OnnxOptions options = OnnxOptions.defaults().output("odds");
      assertThatThrownBy(() -> OnnxPredictor.load(OnnxModels.logistic(0, 1), options))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("the model has no output 'odds'; found: [output FLOAT[?, 1]]");
    }

    @Test
    void a_batch_that_the_model_fixes() {
      refused(
          new OnnxModels()
              .input("input", OnnxModels.FLOAT, 8, 1)
              .output("output", OnnxModels.FLOAT, 8, 1)
              .logistic("output", 0, 1)
              .bytes(),
          "the model takes exactly 8 rows a run; export it with an open batch dimension, or use OnnxModel");
    }

    @Test
    void fewer_than_one_thread() {
      assertThatThrownBy(() -> OnnxOptions.defaults().threads(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("threads must be at least 1: 0");
    }
  }

  @Nested
  class Life {

    @Test
    void ends_once_and_for_all() {
      OnnxPredictor model = OnnxPredictor.load(OnnxModels.logistic(0, 1));
      model.close();
      model.close();
      assertThatThrownBy(() -> model.predict(new float[1]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the ONNX model is closed");
    }

    /**
     * Without the count of runs inside, this ends the process: closing a session under a run is a
     * segmentation fault.
     */
    @Test
    void closing_under_load_waits_for_the_runs_inside() throws Exception {
      byte[] bytes = OnnxModels.logistic(0, new float[64]);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        for (int round = 0; round < 50; round++) {
          OnnxPredictor model = OnnxPredictor.load(bytes);
          CountDownLatch running = new CountDownLatch(3);
          List<Future<Integer>> runs = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            runs.add(threads.submit(() -> runUntilClosed(model, running)));
          }
          running.await();
          Future<?> second = threads.submit(model::close);
          model.close();
          second.get();
          for (Future<Integer> run : runs) {
            assertThat(run.get()).isPositive();
          }
        }
      } finally {
        threads.shutdown();
      }
    }

    private int runUntilClosed(OnnxPredictor model, CountDownLatch running) {
      float[] input = new float[64];
      int done = 0;
      while (true) {
        try {
          assertThat(model.predict(input)).containsExactly(0.5f);
        } catch (IllegalStateException closed) {
          assertThat(closed).hasMessage("the ONNX model is closed");
          return done;
        }
        if (done++ == 20) {
          running.countDown();
        }
      }
    }

    @Test
    void many_threads_get_their_own_answers() throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try (OnnxPredictor model = OnnxPredictor.load(OnnxModels.logistic(0, 1))) {
        List<Future<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          float input = i;
          answers.add(threads.submit(() -> allEqual(model, input)));
        }
        for (Future<Boolean> answer : answers) {
          assertThat(answer.get()).isTrue();
        }
      } finally {
        threads.shutdown();
      }
    }

    private boolean allEqual(OnnxPredictor model, float input) {
      float expected = model.predict(new float[] {input})[0];
      boolean equal = Math.abs(expected - sigmoid(input)) < 1e-6;
      for (int i = 0; i < 20_000; i++) {
        equal &= model.predict(new float[] {input})[0] == expected;
      }
      return equal;
    }

    @Test
    void a_model_that_fails_leaves_the_predictor_usable() {
      byte[] bytes =
          new OnnxModels()
              .input("input", OnnxModels.FLOAT, -1, -1)
              .output("output", OnnxModels.FLOAT, -1, 1)
              .constant("w", new float[] {1, 1}, 2, 1)
              .node("MatMul", List.of("input", "w"), "output")
              .bytes();
      try (OnnxPredictor model = OnnxPredictor.load(bytes)) {
        assertThatThrownBy(() -> model.predict(new float[3]))
            .isInstanceOf(MlopsException.class)
            .hasMessageStartingWith("running the ONNX model failed: ");
        assertThat(model.predict(new float[] {1, 2})).containsExactly(3);
      }
    }
  }
}
