package dev.mlops.serving.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;

/** Elements of 32 bits. */
final class FloatWriter extends TensorWriter {

  private final float[] numbers;

  FloatWriter(String input, int elements) {
    super(input, TensorType.FLOAT);
    this.numbers = new float[elements];
  }

  @Override
  Object elements() {
    return numbers;
  }

  @Override
  void missing(int at) {
    numbers[at] = Float.NaN;
  }

  @Override
  void whole(int at, long value) {
    numbers[at] = (float) value;
    if (!Lossless.isSame(value, numbers[at])) {
      throw Lossless.hasNoFloat(place(), value);
    }
  }

  @Override
  void decimal(int at, double value) {
    numbers[at] = (float) value;
    if (Lossless.isBeyond(value, numbers[at])) {
      throw Lossless.isBeyondFloat(place(), value);
    }
  }

  @Override
  void putAll(int at, Object array) {
    if (array instanceof float[] floats) {
      System.arraycopy(floats, 0, numbers, at, floats.length);
    } else {
      super.putAll(at, array);
    }
  }

  /** Writes columns of numbers at once. */
  void write(Rows rows, int from, int to) {
    rows.write(from, to, numbers);
  }

  @Override
  OnnxTensor tensor(OrtEnvironment environment, Scratch scratch, long[] shape) throws OrtException {
    ByteBuffer bytes = scratch.slice(numbers.length * Float.BYTES);
    bytes.asFloatBuffer().put(numbers);
    return OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), shape);
  }
}
