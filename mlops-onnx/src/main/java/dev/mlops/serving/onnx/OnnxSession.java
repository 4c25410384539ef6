package dev.mlops.serving.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.mlops.error.MlopsException;
import dev.mlops.error.Plural;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything native of one model: opened together, used only between enter and leave, closed once
 * and after the last run.
 */
final class OnnxSession implements AutoCloseable {

  private final OrtEnvironment environment;
  private final OrtSession.SessionOptions settings;
  private final OrtSession session;
  private final ModelShape shape;
  private final InFlight inFlight = new InFlight();

  private OnnxSession(
      OrtEnvironment environment,
      OrtSession.SessionOptions settings,
      OrtSession session,
      ModelShape shape) {
    this.environment = environment;
    this.settings = settings;
    this.session = session;
    this.shape = shape;
  }

  /** Makes the runtime read a model, from memory or from a file. */
  @FunctionalInterface
  private interface Source {
    OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions settings)
        throws OrtException;
  }

  static OnnxSession open(byte[] bytes, OnnxPredictor.Options options) {
    return open((environment, settings) -> environment.createSession(bytes, settings), options);
  }

  /** The runtime reads the file itself, so no copy of it passes through the Java heap. */
  static OnnxSession open(Path file, OnnxPredictor.Options options) {
    String path = file.toAbsolutePath().toString();
    return open((environment, settings) -> environment.createSession(path, settings), options);
  }

  private static OnnxSession open(Source source, OnnxPredictor.Options options) {
    OrtEnvironment environment = NativeRuntime.environment();
    OrtSession.SessionOptions settings = new OrtSession.SessionOptions();
    OrtSession session = null;
    try {
      settings.setIntraOpNumThreads(options.threads());
      settings.setInterOpNumThreads(1);
      // Failures come as exceptions; the runtime shall not write to the standard error beside them.
      settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      session = source.open(environment, settings);
      ModelShape shape = ModelShape.of(session, options.output());
      return new OnnxSession(environment, settings, session, shape);
    } catch (OrtException e) {
      closeQuietly(session, settings);
      throw LoadFailure.of(e);
    } catch (RuntimeException | Error e) {
      closeQuietly(session, settings);
      throw e;
    }
  }

  ModelShape shape() {
    return shape;
  }

  /**
   * Runs rows that lie in the input buffer one after the other; returns the numbers of all rows,
   * one row after the other.
   */
  float[] run(FloatBuffer input, int rows, int width, Scratch scratch) {
    if (!inFlight.enter()) {
      throw new IllegalStateException("the ONNX predictor is closed");
    }
    try (OnnxTensor tensor =
        OnnxTensor.createTensor(environment, input, new long[] {rows, width})) {
      return shape.hasFixedOutput()
          ? intoScratch(tensor, rows, scratch)
          : intoNewTensor(tensor, rows);
    } catch (OrtException e) {
      throw new MlopsException("running the ONNX model failed: " + LoadFailure.said(e), e);
    } finally {
      inFlight.leave();
    }
  }

  private float[] intoScratch(OnnxTensor input, int rows, Scratch scratch) throws OrtException {
    FloatBuffer output = scratch.output(rows * shape.outputWidth());
    try (OnnxTensor target = OnnxTensor.createTensor(environment, output, outputShape(rows))) {
      Map<String, OnnxTensor> targets = Map.of(shape.output(), target);
      session.run(Map.of(shape.input(), input), Set.of(), targets).close();
      return copy(output);
    }
  }

  private float[] intoNewTensor(OnnxTensor input, int rows) throws OrtException {
    try (OrtSession.Result result =
        session.run(Map.of(shape.input(), input), Set.of(shape.output()))) {
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

  @Override
  public void close() {
    if (inFlight.beginClosing()) {
      inFlight.awaitEmpty();
      closeQuietly(session, settings);
    }
  }

  /** The settings must outlive the session. */
  private static void closeQuietly(
      @Nullable OrtSession session, OrtSession.SessionOptions settings) {
    try (settings) {
      if (session != null) {
        session.close();
      }
    } catch (OrtException e) {
      throw new MlopsException("closing the ONNX model failed: " + LoadFailure.said(e), e);
    }
  }
}
