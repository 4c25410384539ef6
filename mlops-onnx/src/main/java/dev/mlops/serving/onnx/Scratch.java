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

  /** Bytes for the inputs of a model of any shape; those of a larger run are freed after it. */
  private static final int SLICES = 1 << 20;

  private static final int ALIGNED = 64;

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private float[] numbers = new float[0];
  private FloatBuffer input = allocate(0);
  private FloatBuffer output = allocate(0);
  private ByteBuffer slices = bytes(0);
  private int sliced;

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

  /** Gives up all slices, for the next run. */
  Scratch begin() {
    sliced = 0;
    return this;
  }

  /** A part of the thread's buffer that no other slice of this run has; too large a one is new. */
  ByteBuffer slice(int bytes) {
    int begin = sliced;
    int end = begin + (bytes + ALIGNED - 1) / ALIGNED * ALIGNED;
    if (bytes > SLICES || end > SLICES) {
      return bytes(bytes);
    }
    if (slices.capacity() == 0) {
      slices = bytes(SLICES);
    }
    sliced = end;
    return slices.slice(begin, bytes).order(ByteOrder.nativeOrder());
  }

  static FloatBuffer allocate(int floats) {
    return bytes(floats * Float.BYTES).asFloatBuffer();
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }
}
