package dev.mlops.serving.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;

/** Elements of 64 bits. */
final class DoubleWriter extends TensorWriter {

  private final double[] numbers;

  DoubleWriter(String input, int elements) {
    super(input, TensorType.DOUBLE);
    this.numbers = new double[elements];
  }

  @Override
  Object elements() {
    return numbers;
  }

  @Override
  void missing(int at) {
    numbers[at] = Double.NaN;
  }

  @Override
  void whole(int at, long value) {
    numbers[at] = (double) value;
    if (!Lossless.isSame(value, numbers[at])) {
      throw misfit(value, "give it as a double if the nearest one will do");
    }
  }

  @Override
  void decimal(int at, double value) {
    numbers[at] = value;
  }

  @Override
  OnnxTensor tensor(OrtEnvironment environment, Scratch scratch, long[] shape) throws OrtException {
    ByteBuffer bytes = scratch.slice(numbers.length * Double.BYTES);
    bytes.asDoubleBuffer().put(numbers);
    return OnnxTensor.createTensor(environment, bytes.asDoubleBuffer(), shape);
  }
}
