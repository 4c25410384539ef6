package dev.mlops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSignatureTest {

  private static final Schema LABEL = Schema.of(Field.of("late", DataType.BOOLEAN));

  @Test
  void is_written_as_mlflow_columns() {
    Schema inputs =
        Schema.of(
            Field.of("b", DataType.BOOLEAN),
            Field.of("l", DataType.INT64),
            Field.of("f", DataType.FLOAT32).orNull(),
            Field.of("d", DataType.FLOAT64),
            Field.of("s", DataType.STRING),
            Field.of("t", DataType.INSTANT),
            Field.of("v", DataType.vector(3)));
    assertThat(new ModelSignature(inputs, LABEL).inputsJson())
        .isEqualTo(
            "[{\"type\":\"boolean\",\"name\":\"b\",\"required\":true},"
                + "{\"type\":\"long\",\"name\":\"l\",\"required\":true},"
                + "{\"type\":\"float\",\"name\":\"f\",\"required\":false},"
                + "{\"type\":\"double\",\"name\":\"d\",\"required\":true},"
                + "{\"type\":\"string\",\"name\":\"s\",\"required\":true},"
                + "{\"type\":\"datetime\",\"name\":\"t\",\"required\":true},"
                + "{\"type\":\"array\",\"items\":{\"type\":\"float\"},\"name\":\"v\",\"required\":true}]");
  }

  @Test
  void of_vectors_is_written_as_mlflow_tensors_and_read_again() {
    ModelSignature tensors =
        new ModelSignature(Schema.of(Field.of("x", DataType.vector(3))), LABEL);
    assertThat(tensors.inputsJson())
        .isEqualTo(
            "[{\"type\":\"tensor\",\"name\":\"x\",\"tensor-spec\":{\"dtype\":\"float32\",\"shape\":[-1,3]}}]");
    assertThat(ModelSignature.parse(tensors.inputsJson(), tensors.outputsJson()))
        .isEqualTo(tensors);
  }

  @Test
  void is_read_from_what_mlflow_writes() {
    ModelSignature read =
        ModelSignature.parse(
            "[{\"type\": \"integer\", \"name\": \"hour\"}, {\"type\": \"double\", \"name\": \"wind\", \"required\": false}]",
            "[{\"type\": \"tensor\", \"name\": \"late\", \"tensor-spec\": {\"dtype\": \"int64\", \"shape\": [-1]}}]");
    assertThat(read.inputs())
        .isEqualTo(
            Schema.of(
                Field.of("hour", DataType.INT64), Field.of("wind", DataType.FLOAT64).orNull()));
    assertThat(read.outputs()).isEqualTo(Schema.of(Field.of("late", DataType.INT64)));
  }

  @Test
  void refuses_what_has_no_column() {
    refuses(
        "[{\"type\":\"binary\",\"name\":\"b\"}]",
        "column 'b' has the type 'binary'; known are boolean, integer, long, float, double, string, datetime and tensor");
    refuses(
        "[{\"type\":\"tensor\",\"name\":\"x\",\"tensor-spec\":{\"dtype\":\"float32\",\"shape\":[-1,28,-1]}}]",
        "tensor 'x' has the type float32 and the shape [-1,28,-1]; known are one dimension of any type,"
            + " and float32 with all sizes but the first said, such as [-1, n]");
    refuses("{}", "a signature's schema must be a list of columns or tensors: {}");
    refuses("[]", "a signature's schema must be a list of columns or tensors: []");
    refuses("[", "a signature's schema is not JSON: [");
    refuses(
        "[{\"type\":\"datetime\",\"name\":\"\"}]",
        "the signature has a part without a name, {\"type\":\"datetime\",\"name\":\"\"},"
            + " and no model to look it up in; log the model with a signature that names its columns or tensors");
    refuses(
        "[{\"type\":\"long\",\"name\":\"a\"},{\"type\":\"long\",\"name\":\"a\"}]",
        "a signature's schema is none: field 'a' occurs twice in [a, a]");
  }

  private static void refuses(String json, String message) {
    assertThatThrownBy(() -> ModelSignature.parse(json, json))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @Test
  void has_at_least_one_input_and_one_output() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelSignature(Schema.of(List.of()), LABEL))
        .withMessage("a signature needs at least one input and one output");
  }

  @Test
  void lays_a_tensor_of_more_dimensions_out() {
    String image =
        "[{\"type\":\"tensor\",\"name\":\"image\",\"tensor-spec\":{\"dtype\":\"float32\",\"shape\":[-1,28,28]}}]";
    assertThat(ModelSignature.parse(image, image).inputs())
        .isEqualTo(Schema.of(Field.of("image", DataType.vector(784))));
    String huge = image.replace("28,28", "100000,100000");
    assertThatThrownBy(() -> ModelSignature.parse(huge, huge))
        .hasMessageContaining("has the type float32 and the shape [-1,100000,100000]");
  }

  private static Dataset own(String label, String scores) {
    return Dataset.of(
        Schema.of(Field.of(label, DataType.INT64), Field.of(scores, DataType.vector(2))),
        List.of(Column.longs(new long[] {1}), Column.vectors(2, new float[] {0.25f, 0.75f})));
  }

  private static String named(Dataset own, Field... outputs) {
    ModelSignature signature = new ModelSignature(LABEL, Schema.of(outputs));
    Dataset answers = signature.answers(own);
    assertThat(answers.schema()).isEqualTo(signature.outputs());
    Object first = answers.row(0).value(outputs[0].name());
    return first instanceof float[] vector ? Arrays.toString(vector) : String.valueOf(first);
  }

  @Test
  void names_what_a_model_answers() {
    Field scores = Field.of("scores", DataType.vector(2));
    Field label = Field.of("label", DataType.INT64);
    Dataset own = own("label", "scores");
    assertThat(named(own, scores, label)).isEqualTo("[0.25, 0.75]"); // by name
    assertThat(named(own, scores)).isEqualTo("[0.25, 0.75]");
    assertThat(named(own("a", "b"), label, scores)).isEqualTo("1"); // by place
    assertThat(named(own, Field.of("label", DataType.FLOAT64))).isEqualTo("1.0");
    assertThat(named(own, Field.of("label", DataType.vector(1)))).isEqualTo("[1.0]");
    assertThat(named(own, Field.of("label", DataType.BOOLEAN))).isEqualTo("true");
    Field early = Field.of("early", DataType.FLOAT32);
    assertThat(named(own, early, Field.of("late", DataType.FLOAT64))).isEqualTo("0.25"); // of one
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named(own, Field.of("label", DataType.STRING)))
        .withMessage(
            "the model answered [label INT64, scores VECTOR(2)]; its outputs are [label STRING]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named(own, Field.of("scores", DataType.vector(4))))
        .withMessage(
            "the model answered [label INT64, scores VECTOR(2)]; its outputs are [scores VECTOR(4)]");
  }

  @Test
  void keeps_every_digit_of_an_answer_of_its_type() {
    Field big = Field.of("id", DataType.INT64);
    Dataset own = Dataset.builder(Schema.of(big)).row(9007199254740993L).build();
    assertThat(named(own, Field.of("other", DataType.INT64))).isEqualTo("9007199254740993");
  }
}
