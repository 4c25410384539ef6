package dev.mlops.serving.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.mlops.error.MlopsException;
import dev.mlops.error.Plural;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/**
 * Runs a model of one matrix of floats: the numbers go in and come out by buffers that are used
 * again, into a tensor made before the run where the size of the output is known. The tensors of
 * small runs are kept too: making and closing them adds a fifth to the time of a run of one row.
 */
final class PinnedRun implements AutoCloseable {

  /**
   * Floats of a small run, in or out: 64 KiB. The buffers of larger ones are the thread's, so that
   * a process with many models does not have them for each.
   */
  private static final int SMALL = 16_384;

  private final OnnxSession session;
  private final ModelShape shape;

  /** Apart from batches, so that single rows between batches find tensors of their size. */
  private final TensorPool singles;

  private final TensorPool batches;

  PinnedRun(OnnxSession session, ModelShape shape, TensorPool singles, TensorPool batches) {
    this.session = session;
    this.shape = shape;
    this.singles = singles;
    this.batches = batches;
  }

  static PinnedRun of(OnnxSession session, ModelShape shape) {
    int runsAtOnce = Runtime.getRuntime().availableProcessors();
    return new PinnedRun(session, shape, new TensorPool(runsAtOnce), new TensorPool(runsAtOnce));
  }

  /** Puts all rows of a run into a buffer, one after the other. */
  @FunctionalInterface
  interface Filling {
    void fill(FloatBuffer input);
  }

  /** Runs rows; returns the numbers of all of them, one row after the other. */
  float[] run(Filling rowsOf, int rows, int width) {
    return isSmall(rows)
        ? runSmall(rowsOf, rows, rows == 1 ? singles : batches)
        : runLarge(rowsOf, rows, width);
  }

  private boolean isSmall(int rows) {
    return shape.width() > 0
        && shape.hasFixedOutput()
        && (long) rows * Math.max(shape.width(), shape.outputWidth()) <= SMALL;
  }

  private float[] runSmall(Filling rowsOf, int rows, TensorPool pool) {
    return session.run(
        (environment, runtime) -> {
          PinnedTensors kept = pool.take();
          PinnedTensors tensors =
              kept == null
                  ? PinnedTensors.of(environment, shape, rows)
                  : kept.resized(environment, rows);
          try {
            rowsOf.fill(tensors.input());
            return tensors.run(runtime);
          } finally {
            pool.give(tensors);
          }
        });
  }

  private float[] runLarge(Filling rowsOf, int rows, int width) {
    Scratch scratch = Scratch.ofThread();
    FloatBuffer input = scratch.input(rows * width);
    rowsOf.fill(input);
    input.flip();
    return session.run(
        (environment, runtime) ->
            shape.hasFixedOutput()
                ? intoScratch(environment, runtime, input, rows, scratch)
                : intoNewTensor(environment, runtime, input, rows, width));
  }

  private float[] intoScratch(
      OrtEnvironment environment, OrtSession runtime, FloatBuffer input, int rows, Scratch scratch)
      throws OrtException {
    FloatBuffer output = scratch.output(rows * shape.outputWidth());
    try (PinnedTensors tensors = PinnedTensors.over(environment, shape, rows, input, output)) {
      return tensors.run(runtime);
    }
  }

  private float[] intoNewTensor(
      OrtEnvironment environment, OrtSession runtime, FloatBuffer input, int rows, int width)
      throws OrtException {
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, input, new long[] {rows, width});
        OrtSession.Result result =
            runtime.run(Map.of(shape.input(), tensor), Set.of(shape.output()))) {
      OnnxTensor output = (OnnxTensor) result.get(0);
      long given = output.getInfo().getShape()[0];
      if (given != rows) {
        throw new MlopsException(
            "the model gave %s for %d; its output '%s' is not one row for each"
                .formatted(Plural.of(given, "row"), rows, shape.output()));
      }
      return copy(output.getFloatBuffer());
    }
  }

  private static float[] copy(FloatBuffer from) {
    float[] numbers = new float[from.remaining()];
    from.get(numbers);
    return numbers;
  }

  /** Waits for the runs inside, which give their tensors back, then frees everything native. */
  @Override
  public void close() {
    try (singles;
        batches) {
      session.close();
    }
  }
}
