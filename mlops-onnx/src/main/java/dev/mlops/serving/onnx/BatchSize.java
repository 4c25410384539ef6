package dev.mlops.serving.onnx;

import dev.mlops.serving.onnx.OnnxSignature.Kind;
import dev.mlops.serving.onnx.OnnxSignature.Value;
import java.util.List;

/**
 * How many rows a model takes at once. The first size of its inputs counts rows if it is open, or
 * if all inputs and outputs have the same; else the model takes one row a run, without a size for
 * it.
 *
 * @param rows the number that the model fixes; 0 if it is open
 * @param isOpen whether inputs with an open first size hold any number of rows
 * @param isSingle whether only one row can be asked at a time
 */
record BatchSize(int rows, boolean isOpen, boolean isSingle) {

  static BatchSize of(OnnxSignature signature) {
    List<Value> inputs = signature.inputs();
    if (inputs.stream().anyMatch(BatchSize::startsOpen)) {
      return new BatchSize(0, true, !takesRows(inputs) || !givesRows(signature.outputs()));
    }
    long first = inputs.isEmpty() || inputs.get(0).rank() == 0 ? 0 : inputs.get(0).shape().get(0);
    boolean isFixed =
        first > 0
            && inputs.stream().allMatch(input -> startsWith(input, first))
            && signature.outputs().stream()
                .allMatch(output -> startsWith(output, first) || startsOpen(output));
    return isFixed
        ? new BatchSize(Math.toIntExact(first), false, first == 1)
        : new BatchSize(0, false, true);
  }

  private static boolean startsOpen(Value value) {
    return value.rank() > 0 && value.shape().get(0) < 0;
  }

  private static boolean startsWith(Value value, long size) {
    return value.kind() != Kind.TENSOR || (value.rank() > 0 && value.shape().get(0) == size);
  }

  /** A tensor without rows among others with rows is the same for all rows of a run. */
  private static boolean takesRows(List<Value> inputs) {
    return inputs.stream().allMatch(BatchSize::startsOpen);
  }

  /**
   * An output that says it has two rows or more, whatever goes in, has none. One that says it has
   * one may be mistaken, as LightGBM's labels are: what it gives will tell.
   */
  private static boolean givesRows(List<Value> outputs) {
    return outputs.stream()
        .allMatch(
            output ->
                output.kind() != Kind.MAP && (output.rank() == 0 || output.shape().get(0) <= 1));
  }

  /** Whether the first size of an input counts rows. */
  boolean isBatched(Value input) {
    return rows > 0 || (isOpen && startsOpen(input));
  }

  /** Whether what a run gives has rows. */
  boolean givesRows() {
    return rows > 0 || isOpen;
  }
}
