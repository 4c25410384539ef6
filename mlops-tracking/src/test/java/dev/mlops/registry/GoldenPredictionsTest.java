package dev.mlops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GoldenPredictionsTest {

  private final GoldenPredictions golden = TinyOnnx.golden();

  @Test
  void are_the_answers_of_the_model() {
    assertThat(golden.inputs().digest()).isEqualTo(TinyOnnx.ROWS.digest());
    assertThat(golden.outputs().floats("delay").get(0)).isEqualTo(51f);
    assertThat(golden.outputs().floats("delay").get(2)).isEqualTo(-5.75f);
  }

  @Test
  void are_the_same_within_the_tolerance() {
    GoldenPredictions rough = GoldenPredictions.of(golden.inputs(), golden.outputs(), 0.25);
    // 51 may be off by 0.25 * 51, 3 by 0.25 * 3, and -5.75 by 0.25 * 5.75: relative above 1.
    assertThat(rough.replay(x -> new float[] {TinyOnnx.MODEL.apply(x)[0] + 0.75f}))
        .isEqualTo(new GoldenCheck.Same(3, 0.25, 0.25));
    assertThat(rough.replay(x -> new float[] {TinyOnnx.MODEL.apply(x)[0] + 0.76f}))
        .isInstanceOf(GoldenCheck.Differs.class);
  }

  @Test
  void show_the_first_row_that_differs() {
    GoldenCheck replay = golden.replay(x -> x[0] < 0 ? new float[] {-5f} : TinyOnnx.MODEL.apply(x));
    assertThat(replay)
        .isEqualTo(
            new GoldenCheck.Differs(
                2,
                Map.of("distance", -1.5f, "wind", 4f),
                Map.of("delay", -5.75f),
                Map.of("delay", -5f),
                1e-6));
    assertThat(replay)
        .hasToString(
            "row 2 {distance=-1.5, wind=4.0}: expected {delay=-5.75} but the model answered {delay=-5.0}"
                + " (tolerance 0.000001)");
  }

  @Test
  void tell_nan_and_infinity_from_numbers() {
    Schema one = Schema.of(Field.of("y", DataType.FLOAT64).orNull());
    Dataset rows =
        Dataset.builder(one).row(Double.NaN).row(Double.POSITIVE_INFINITY).row(1.0).build();
    GoldenPredictions odd = GoldenPredictions.of(rows, rows, 1e9);
    assertThat(odd.replay(x -> x)).isInstanceOf(GoldenCheck.Same.class);
    assertThat(odd.replay(x -> new float[] {Float.isNaN(x[0]) ? 0 : x[0]}))
        .isInstanceOf(GoldenCheck.Differs.class);
    assertThat(odd.replay(x -> new float[] {Float.isInfinite(x[0]) ? 1e30f : x[0]}))
        .isInstanceOf(GoldenCheck.Differs.class);
    assertThat(odd.replay(x -> new float[] {x[0] == 1 ? Float.NaN : x[0]}))
        .isInstanceOf(GoldenCheck.Differs.class);
    Dataset missing = Dataset.builder(one).row(Double.NaN).row((Object) null).row(1.0).build();
    assertThat(odd.replayTable(x -> missing)).isInstanceOf(GoldenCheck.Differs.class);
  }

  @Test
  void hold_texts_and_vectors_in_tables() {
    Schema in = Schema.of(Field.of("carrier", DataType.STRING), Field.of("v", DataType.vector(2)));
    Schema out = Schema.of(Field.of("class", DataType.STRING), Field.of("p", DataType.vector(2)));
    Dataset inputs = Dataset.builder(in).row("AA", new float[] {1, 2}).build();
    Dataset outputs = Dataset.builder(out).row("late", new float[] {0.25f, 0.75f}).build();
    GoldenPredictions texts = GoldenPredictions.of(inputs, outputs, 0.1);
    assertThat(
            texts.replayTable(
                x -> Dataset.builder(out).row("late", new float[] {0.25f, 0.7f}).build()))
        .isInstanceOf(GoldenCheck.Same.class);
    assertThat(
            texts.replayTable(
                x -> Dataset.builder(out).row("early", new float[] {0.25f, 0.75f}).build()))
        .isEqualTo(
            new GoldenCheck.Differs(
                0,
                Map.of("carrier", "AA", "v", List.of(1f, 2f)),
                Map.of("class", "late", "p", List.of(0.25f, 0.75f)),
                Map.of("class", "early", "p", List.of(0.25f, 0.75f)),
                0.1));
  }

  @Test
  void lay_out_vectors_booleans_and_nulls_as_numbers() {
    Schema in =
        Schema.of(
            Field.of("v", DataType.vector(2)),
            Field.of("b", DataType.BOOLEAN),
            Field.of("n", DataType.INT64).orNull());
    Schema out = Schema.of(Field.of("sum", DataType.FLOAT64), Field.of("known", DataType.BOOLEAN));
    Dataset rows =
        Dataset.builder(in)
            .row(new float[] {1, 2}, true, 5L)
            .row(new float[] {1, 2}, false, null)
            .build();
    GoldenPredictions golden =
        GoldenPredictions.fromTrainer(
            new ModelSignature(in, out),
            rows,
            row ->
                Map.of(
                    "sum",
                    row.getVector("v")[0] + row.getVector("v")[1] + (row.getBoolean("b") ? 1 : 0),
                    "known",
                    !row.isNull("n")),
            0);
    assertThat(golden.outputs().doubles("sum").toArray()).containsExactly(4, 3);
    assertThat(golden.outputs().booleans("known").get(1)).isFalse();
    assertThat(golden.replay(x -> new float[] {x[0] + x[1] + x[2], Float.isNaN(x[3]) ? 0 : 1}))
        .isInstanceOf(GoldenCheck.Same.class);
  }

  @Nested
  class Refuse {

    @Test
    void answers_of_other_names() {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  GoldenPredictions.fromTrainer(
                      TinyOnnx.SIGNATURE, TinyOnnx.ROWS, row -> Map.of("delays", 1f), 0))
          .withMessage("the trained model answered [delays]; the signature's outputs are [delay]");
    }

    @Test
    void no_rows_and_odd_tolerances() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> GoldenPredictions.of(TinyOnnx.ROWS.head(0), TinyOnnx.ROWS.head(0), 0))
          .withMessage(
              "golden predictions need as many answers as questions, and at least one: 0 inputs, 0 outputs");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> GoldenPredictions.of(TinyOnnx.ROWS, TinyOnnx.ROWS, Double.NaN))
          .withMessage("tolerance must be finite and at least 0: NaN");
    }

    @Test
    void answers_of_another_width() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> golden.replay(x -> new float[2]))
          .withMessage("the model answered 2 numbers; its outputs [delay FLOAT32] are 1");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> golden.replayTable(x -> golden.outputs().head(1)))
          .withMessage("the model answered 1 row to 3");
    }

    @Test
    void features_that_are_no_numbers() {
      Schema in = Schema.of(Field.of("at", DataType.INSTANT));
      Dataset rows = Dataset.builder(in).row(Instant.EPOCH).build();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> GoldenPredictions.of(rows, rows, 0).replay(x -> x))
          .withMessage("column 'at' is INSTANT, not a number; use replayTable(...)");
    }
  }
}
