package dev.mlops.serving.onnx;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import dev.mlops.serving.onnx.OnnxSignature.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model's answers in the shapes that the library has for data. */
final class AnswerColumns {

  private AnswerColumns() {}

  static Column of(OutputRows rows) {
    Value output = rows.output();
    Tensor all = rows.tensor();
    int width = all.size() / all.shape().get(0);
    TensorType type = all.tensorType();
    if (type.isFloating() && type != TensorType.DOUBLE) {
      return width == 1 ? Column.floats(all.floats()) : vectors(output, width, all);
    }
    if (width != 1) {
      throw new InvalidInputException(
          "output '%s' has %s of %s a row, and a column holds one; read them by tensor(\"%s\")"
              .formatted(output.name(), Plural.of(width, "value"), type, output.name()));
    }
    return switch (type) {
      case DOUBLE -> Column.doubles(all.doubles());
      case BOOL -> Column.booleans(all.booleans());
      case STRING -> Column.strings(all.texts());
      case UINT64 -> Column.longs(signed(output, all));
      default -> Column.longs(all.longs());
    };
  }

  private static Column vectors(Value output, int width, Tensor all) {
    if (width == 0) {
      throw new InvalidInputException(
          "output '%s' has no value for a row".formatted(output.name()));
    }
    return Column.vectors(width, all.floats());
  }

  private static long[] signed(Value output, Tensor all) {
    long[] numbers = all.longs();
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] < 0) {
        throw new InvalidInputException(
            "output '%s' has %s in row %d, and a column of INT64 ends at 2^63; read it by tensor(\"%s\")"
                .formatted(output.name(), all.text(i), i, output.name()));
      }
    }
    return numbers;
  }

  /**
   * No rows, in a column of the kind that the model says; of one value where it leaves that open.
   */
  static Column empty(Value output) {
    long width = output.knownElements();
    TensorType type = requireNonNull(output.tensorType());
    return Column.of(
        switch (type) {
          case FLOAT, FLOAT16, BFLOAT16 ->
              width == 1 ? DataType.FLOAT32 : DataType.vector(Math.toIntExact(width));
          case DOUBLE -> DataType.FLOAT64;
          case BOOL -> DataType.BOOLEAN;
          case STRING -> DataType.STRING;
          default -> DataType.INT64;
        },
        List.of());
  }

  static Map<String, Double> byClass(List<String> classes, double[] scores) {
    Map<String, Double> byClass = new LinkedHashMap<>();
    for (int i = 0; i < scores.length; i++) {
      byClass.put(classes.get(i), scores[i]);
    }
    return Collections.unmodifiableMap(byClass);
  }
}
