package dev.mlops.serving.onnx;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import dev.mlops.models.ModelFiles;
import dev.mlops.serving.Predictor;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs an ONNX model of one input tensor {@code FLOAT[batch, features]}, and owns everything native
 * about it.
 *
 * <p>The rules that ONNX Runtime leaves to its users are kept here: one environment in the process,
 * one session a model for all threads, one thread a run unless asked for more, tensors and results
 * closed in every case, buffers that one run at a time uses again, and a close that waits for the
 * runs inside. Shapes are checked before native code sees them. Safe for use by many threads.
 *
 * <p>Of several outputs the one named by {@link OnnxOptions#output(String)} is read; by default
 * {@code probabilities} or {@code output_probability}, else the last tensor of floats. Labels
 * (texts or integers) are not read: ask for the probabilities or scores.
 */
public final class OnnxPredictor implements Predictor<float[], float[]>, AutoCloseable {

  /**
   * Floats of one run, in or out; larger batches are run in parts, so a thread's buffers stay below
   * 256 KiB each.
   */
  private static final int FLOATS_PER_RUN = 65_536;

  private final ModelShape shape;
  private final PinnedRun run;

  private OnnxPredictor(OnnxSession session, ModelShape shape) {
    this.shape = shape;
    this.run = PinnedRun.of(session, shape);
  }

  /** Closes the session again if the predictor cannot read the model. */
  private static OnnxPredictor open(ModelBytes model, OnnxOptions options) {
    OnnxSession session = OnnxSession.open(model, options);
    try {
      return new OnnxPredictor(session, ModelShape.of(session.signature(), options.output()));
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /**
   * Loads a model with default options.
   *
   * @param bytes an ONNX model
   * @return the predictor, to be closed by the caller
   * @throws InvalidInputException if the bytes are no ONNX model, one of another shape, or one that
   *     this ONNX Runtime does not know
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxPredictor load(byte[] bytes) {
    return open(ModelBytes.of(bytes), OnnxOptions.defaults());
  }

  /**
   * Loads a model with default options.
   *
   * @param file an ONNX model
   * @return the predictor, to be closed by the caller
   * @throws NotFoundException if there is no such file
   * @throws InvalidInputException if the file is no ONNX model, one of another shape, or one that
   *     this ONNX Runtime does not know
   * @throws StorageException if the file can't be read
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxPredictor load(Path file) {
    return open(ModelBytes.of(file), OnnxOptions.defaults());
  }

  /**
   * Loads a model. ONNX Runtime reads the file itself: it takes no room on the Java heap, may be
   * larger than 2 GiB, and finds weights that lie in files beside it.
   *
   * @param file an ONNX model
   * @param options how to run it
   * @return the predictor, to be closed by the caller
   * @throws NotFoundException if there is no such file
   * @throws InvalidInputException if the file is no ONNX model, one of another shape, or one that
   *     this ONNX Runtime does not know
   * @throws StorageException if the file can't be read
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxPredictor load(Path file, OnnxOptions options) {
    requireNonNull(options, "options");
    return open(ModelBytes.of(file), options);
  }

  /**
   * Loads a model from where a {@link dev.mlops.models.ModelSource} found it, with default options.
   * One file of up to 64 MiB goes through memory; a larger one, or one whose weights lie in files
   * beside it, is written to a temporary directory for ONNX Runtime to read.
   *
   * @param model an ONNX model, its main file first
   * @return the predictor, to be closed by the caller
   * @throws InvalidInputException if it is no ONNX model, one of another shape, or one that this
   *     ONNX Runtime does not know
   * @throws StorageException if a file can't be read, or written
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxPredictor load(ModelFiles model) {
    try (ModelBytes files = ModelBytes.of(model)) {
      return open(files, OnnxOptions.defaults());
    }
  }

  /**
   * Loads a model with default options, reading the stream to its end; the caller closes it.
   *
   * @param bytes an ONNX model
   * @return the predictor, to be closed by the caller
   * @throws InvalidInputException if the bytes are no ONNX model, one of another shape, or one that
   *     this ONNX Runtime does not know
   * @throws MlopsException if this machine can't run the model, as for want of memory
   * @throws StorageException if the stream can't be read
   */
  public static OnnxPredictor load(InputStream bytes) {
    return open(ModelBytes.of(bytes), OnnxOptions.defaults());
  }

  /**
   * Loads a model.
   *
   * @param bytes an ONNX model
   * @param options how to run it
   * @return the predictor, to be closed by the caller
   * @throws InvalidInputException if the bytes are no ONNX model, one of another shape, or one that
   *     this ONNX Runtime does not know
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxPredictor load(byte[] bytes, OnnxOptions options) {
    requireNonNull(options, "options");
    return open(ModelBytes.of(bytes), options);
  }

  /**
   * Runs one input.
   *
   * @param features as many numbers as the model takes, in the model's order
   * @return the numbers of the output, owned by the caller
   * @throws InvalidInputException if there are more or fewer features than the model takes
   * @throws MlopsException if the model fails
   * @throws IllegalStateException if the predictor is closed
   */
  @Override
  public float[] predict(float[] features) {
    requireWidth(features.length, "the input has");
    return run.run(input -> input.put(features), 1, features.length);
  }

  /**
   * Runs all rows of a dataset, in few runs: a batch costs a fraction of its rows run one by one.
   *
   * @param rows the model's features, in its order: numbers, booleans as 0 and 1, vectors as so
   *     many features; a null is NaN
   * @return the outputs, row by row, as vectors of the model's width (of 1 if there are no rows and
   *     the model leaves the width open)
   * @throws InvalidInputException if the columns are more or fewer than the model takes, or one is
   *     neither number nor vector
   * @throws MlopsException if the model fails
   * @throws IllegalStateException if the predictor is closed
   */
  public Column.OfVector predict(Dataset rows) {
    Rows cells = new Rows(rows);
    requireWidth(cells.width(), "the columns " + rows.schema().names() + " have");
    int step = shape.batch() == 1 ? 1 : rowsPerRun(cells.width());
    List<float[]> parts = new ArrayList<>();
    for (int from = 0; from < rows.rowCount(); from += step) {
      int first = from;
      int end = Math.min(rows.rowCount(), from + step);
      parts.add(run.run(input -> cells.write(first, end, input), end - first, cells.width()));
    }
    return vectors(parts, rows.rowCount());
  }

  /** Waits for the runs inside, then frees everything native; a second call does nothing. */
  @Override
  public void close() {
    run.close();
  }

  /**
   * Describes the model.
   *
   * @return its input and output, in one line
   */
  @Override
  public String toString() {
    return "ONNX model of %s features from '%s' to %s numbers of '%s'"
        .formatted(
            shape.width() == 0 ? "any number of" : shape.width(),
            shape.input(),
            shape.outputWidth() == 0 ? "any number of" : shape.outputWidth(),
            shape.output());
  }

  private int rowsPerRun(int width) {
    return Math.max(1, FLOATS_PER_RUN / Math.max(width, shape.outputWidth()));
  }

  private Column.OfVector vectors(List<float[]> parts, int rows) {
    float[] all = parts.size() == 1 ? parts.get(0) : joined(parts);
    int dimension = rows == 0 ? Math.max(1, shape.outputWidth()) : all.length / rows;
    return Column.vectors(dimension, all);
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private void requireWidth(int width, String subject) {
    if (width == 0 || (shape.width() != 0 && width != shape.width())) {
      throw new InvalidInputException(
          "%s %s, but the model's input '%s' takes %s"
              .formatted(
                  subject,
                  Plural.of(width, "feature"),
                  shape.input(),
                  shape.width() == 0 ? "at least 1" : Integer.toString(shape.width())));
    }
  }
}
