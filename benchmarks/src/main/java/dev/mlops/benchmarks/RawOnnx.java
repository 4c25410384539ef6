package dev.mlops.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/** A model from "input" to "output", asked through ONNX Runtime's own Java. */
final class RawOnnx implements AutoCloseable {

  private final OrtEnvironment environment;
  private final OrtSession session;

  private RawOnnx(OrtEnvironment environment, OrtSession session) {
    this.environment = environment;
    this.session = session;
  }

  static RawOnnx load(byte[] model) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    return attempt(
        () -> {
          OrtSession.SessionOptions options = new OrtSession.SessionOptions();
          options.setIntraOpNumThreads(1);
          options.setInterOpNumThreads(1);
          return new RawOnnx(environment, environment.createSession(model, options));
        });
  }

  Object predict(float[]... rows) {
    return attempt(
        () -> {
          try (OnnxTensor input = OnnxTensor.createTensor(environment, rows);
              OrtSession.Result result = session.run(Map.of("input", input))) {
            return result.get(0).getValue();
          }
        });
  }

  /** Makes the tensors for these rows once. */
  Pinned pin(float[]... rows) {
    FloatBuffer values = direct(rows.length * rows[0].length);
    for (float[] row : rows) {
      values.put(row);
    }
    return attempt(
        () ->
            new Pinned(
                tensor(values.rewind(), rows.length, rows[0].length),
                tensor(direct(rows.length), rows.length, 1)));
  }

  private OnnxTensor tensor(FloatBuffer values, long rows, long width) throws OrtException {
    return OnnxTensor.createTensor(environment, values, new long[] {rows, width});
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(Float.BYTES * floats)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  @Override
  public void close() {
    attempt(
        () -> {
          session.close();
          return session;
        });
  }

  private static <T> T attempt(Work<T> work) {
    try {
      return work.run();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Work<T> {
    T run() throws OrtException;
  }

  /** Tensors for the same rows again and again. */
  final class Pinned implements AutoCloseable {
    private final OnnxTensor input;
    private final OnnxTensor output;

    private Pinned(OnnxTensor input, OnnxTensor output) {
      this.input = input;
      this.output = output;
    }

    /** Runs the model; nobody reads what it says. */
    void run() {
      attempt(
          () -> {
            OrtSession.Result result =
                session.run(Map.of("input", input), Set.of(), Map.of("output", output));
            result.close();
            return result;
          });
    }

    @Override
    public void close() {
      input.close();
      output.close();
    }
  }
}
