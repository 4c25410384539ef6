package dev.mlops.serving.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/**
 * Tensors for what goes into a run of so many rows and comes out of it, over buffers that may be
 * written and read again for the next run. For one run at a time.
 */
final class PinnedTensors implements AutoCloseable {

  private final ModelShape shape;
  private final int rows;
  private final FloatBuffer from;
  private final FloatBuffer to;
  private final OnnxTensor input;
  private final OnnxTensor output;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs;

  private PinnedTensors(
      ModelShape shape,
      int rows,
      FloatBuffer from,
      FloatBuffer to,
      OnnxTensor input,
      OnnxTensor output) {
    this.shape = shape;
    this.rows = rows;
    this.from = from;
    this.to = to;
    this.input = input;
    this.output = output;
    this.inputs = Map.of(shape.input(), input);
    this.outputs = Map.of(shape.output(), output);
  }

  /** Makes tensors with buffers of their own, for a model that fixes both widths. */
  static PinnedTensors of(OrtEnvironment environment, ModelShape shape, int rows)
      throws OrtException {
    FloatBuffer from = Scratch.allocate(rows * shape.width());
    FloatBuffer to = Scratch.allocate(rows * shape.outputWidth());
    return over(environment, shape, rows, from, to);
  }

  /** Makes tensors over buffers, which must be as long as the rows are, from their positions on. */
  static PinnedTensors over(
      OrtEnvironment environment, ModelShape shape, int rows, FloatBuffer from, FloatBuffer to)
      throws OrtException {
    OnnxTensor input =
        OnnxTensor.createTensor(environment, from, new long[] {rows, from.remaining() / rows});
    try {
      OnnxTensor output = OnnxTensor.createTensor(environment, to, outputShape(shape, rows));
      return new PinnedTensors(shape, rows, from, to, input, output);
    } catch (OrtException | RuntimeException | Error e) {
      input.close();
      throw e;
    }
  }

  /**
   * Returns tensors for so many rows: these, or else others, over the same buffers if they are long
   * enough, and these are closed.
   */
  PinnedTensors resized(OrtEnvironment environment, int count) throws OrtException {
    if (count == rows) {
      return this;
    }
    close();
    FloatBuffer wider = atLeast(from, count * shape.width());
    return over(environment, shape, count, wider, atLeast(to, count * shape.outputWidth()));
  }

  private static FloatBuffer atLeast(FloatBuffer buffer, int floats) {
    return buffer.capacity() < floats ? Scratch.allocate(floats) : buffer.clear().limit(floats);
  }

  private static long[] outputShape(ModelShape shape, int rows) {
    return shape.outputRank() == 1 ? new long[] {rows} : new long[] {rows, shape.outputWidth()};
  }

  /** Returns the buffer to write the rows to. */
  FloatBuffer input() {
    return from.rewind();
  }

  /** Runs the model with what was written; returns what came out. */
  float[] run(OrtSession session) throws OrtException {
    session.run(inputs, Set.of(), outputs).close();
    float[] numbers = new float[to.remaining()];
    to.get(0, numbers);
    return numbers;
  }

  boolean isClosed() {
    return input.isClosed() && output.isClosed();
  }

  @Override
  public void close() {
    input.close();
    output.close();
  }
}
