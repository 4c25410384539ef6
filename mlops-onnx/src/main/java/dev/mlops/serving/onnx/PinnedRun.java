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
 * Runs a model of one matrix of floats: the numbers go in and come out by buffers of the thread,
 * into a tensor made before the run where the size of the output is known.
 */
record PinnedRun(OnnxSession session, ModelShape shape) {

  /**
   * Runs rows that lie in the input buffer one after the other; returns the numbers of all rows,
   * one row after the other.
   */
  float[] run(FloatBuffer input, int rows, int width, Scratch scratch) {
    return session.run(
        (environment, runtime) -> {
          try (OnnxTensor tensor =
              OnnxTensor.createTensor(environment, input, new long[] {rows, width})) {
            return shape.hasFixedOutput()
                ? intoScratch(environment, runtime, tensor, rows, scratch)
                : intoNewTensor(runtime, tensor, rows);
          }
        });
  }

  private float[] intoScratch(
      OrtEnvironment environment, OrtSession runtime, OnnxTensor input, int rows, Scratch scratch)
      throws OrtException {
    FloatBuffer output = scratch.output(rows * shape.outputWidth());
    try (OnnxTensor target = OnnxTensor.createTensor(environment, output, outputShape(rows))) {
      Map<String, OnnxTensor> targets = Map.of(shape.output(), target);
      runtime.run(Map.of(shape.input(), input), Set.of(), targets).close();
      return copy(output);
    }
  }

  private float[] intoNewTensor(OrtSession runtime, OnnxTensor input, int rows)
      throws OrtException {
    try (OrtSession.Result result =
        runtime.run(Map.of(shape.input(), input), Set.of(shape.output()))) {
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

  private long[] outputShape(int rows) {
    return shape.outputRank() == 1 ? new long[] {rows} : new long[] {rows, shape.outputWidth()};
  }

  private static float[] copy(FloatBuffer from) {
    float[] numbers = new float[from.remaining()];
    from.get(numbers);
    return numbers;
  }
}
