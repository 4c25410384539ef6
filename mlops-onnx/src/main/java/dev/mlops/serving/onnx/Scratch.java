package dev.mlops.serving.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A thread's native-order buffers for input and output, shared by all models that the thread runs:
 * they grow to the largest run, which {@link OnnxPredictor} bounds, and are freed with the thread.
 * Nothing of a run outlives it in here.
 */
final class Scratch {

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private float[] numbers = new float[0];
  private FloatBuffer input = allocate(0);
  private FloatBuffer output = allocate(0);

  private Scratch() {}

  static Scratch ofThread() {
    return OF_THREAD.get();
  }

  /** An array of at least this length, to fill before the input is: stores to it are cheaper. */
  float[] numbers(int floats) {
    if (numbers.length < floats) {
      numbers = new float[floats];
    }
    return numbers;
  }

  FloatBuffer input(int floats) {
    if (input.capacity() < floats) {
      input = allocate(floats);
    }
    return input.clear().limit(floats);
  }

  FloatBuffer output(int floats) {
    if (output.capacity() < floats) {
      output = allocate(floats);
    }
    return output.clear().limit(floats);
  }

  private static FloatBuffer allocate(int floats) {
    return ByteBuffer.allocateDirect(floats * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
