package dev.mlops.serving.onnx;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.models.ModelFiles;
import dev.mlops.predictions.ServedFeatures;
import dev.mlops.serving.Predictor;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs any ONNX model whose inputs are tensors, and owns everything native about it: values by name
 * go in, an {@link Answer} with labels, scores and tensors comes out. Safe for use by many threads.
 *
 * <p><b>Names.</b> The features of a question are the model's inputs by name. A model that takes
 * one matrix has columns instead, named by {@link OnnxOptions#columns} or the model's metadata
 * {@code mlops.features}; if neither names them, a dataset, row or record gives them in its own
 * order, and a map, which has none, is refused. A name that is missing or that the model does not
 * take is an error.
 *
 * <p><b>Values.</b> A whole number is kept or refused: one that the input's type does not have is
 * an error. A decimal becomes the nearest of the type, and beyond its range is an error. True and
 * false are 1 and 0. Null is NaN where the type has it, else an error. A vector is as many values
 * as it has; a tensor of more dimensions is an array of arrays, or one array with the last
 * dimension running fastest.
 *
 * <p><b>Rows.</b> The first dimension counts rows if the model leaves it open, or fixes it to one
 * number for all inputs and outputs; then the last rows are filled up by the last one and its
 * copies cut off. A model without such a dimension is run row by row. Large datasets are run in
 * parts.
 */
public final class OnnxModel
    implements Predictor<Map<String, ? extends @Nullable Object>, Answer>, AutoCloseable {

  private final OnnxSession session;
  private final OnnxSignature signature;
  private final ModelRun run;

  private OnnxModel(OnnxSession session, OnnxSignature signature, OnnxOptions options) {
    this.session = session;
    this.signature = signature;
    this.run = ModelRun.of(session, signature, options);
  }

  /** Closes the session again if the model cannot be asked. */
  private static OnnxModel open(ModelBytes bytes, OnnxOptions options) {
    OnnxSession session = OnnxSession.open(bytes, options);
    try {
      OnnxSignature signature = session.signature().withClasses(GraphClasses.of(bytes));
      return new OnnxModel(session, signature, options);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /**
   * Loads a model with default options. ONNX Runtime reads the file itself: it takes no room on the
   * Java heap, may be larger than 2 GiB, and finds weights that lie in files beside it.
   *
   * @param file an ONNX model
   * @return the model, to be closed by the caller
   * @throws NotFoundException if there is no such file
   * @throws InvalidInputException if the file is no ONNX model, or one that this ONNX Runtime does
   *     not know or Java cannot ask
   * @throws StorageException if the file can't be read
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxModel load(Path file) {
    return load(file, OnnxOptions.defaults());
  }

  /**
   * Loads a model, as {@link #load(Path)} does.
   *
   * @param file an ONNX model
   * @param options how to run and read it
   * @return the model, to be closed by the caller
   * @throws NotFoundException if there is no such file, or no output that the options name
   * @throws InvalidInputException if the file is no ONNX model, one that this ONNX Runtime does not
   *     know or Java cannot ask, or the options do not fit it
   * @throws StorageException if the file can't be read
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxModel load(Path file, OnnxOptions options) {
    requireNonNull(file, "file");
    requireNonNull(options, "options");
    return open(ModelBytes.of(file), options);
  }

  /**
   * Loads a model with default options.
   *
   * @param bytes an ONNX model
   * @return the model, to be closed by the caller
   * @throws InvalidInputException if the bytes are no ONNX model, or one that this ONNX Runtime
   *     does not know or Java cannot ask
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxModel load(byte[] bytes) {
    return load(bytes, OnnxOptions.defaults());
  }

  /**
   * Loads a model.
   *
   * @param bytes an ONNX model
   * @param options how to run and read it
   * @return the model, to be closed by the caller
   * @throws NotFoundException if there is no output that the options name
   * @throws InvalidInputException if the bytes are no ONNX model, one that this ONNX Runtime does
   *     not know or Java cannot ask, or the options do not fit it
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxModel load(byte[] bytes, OnnxOptions options) {
    requireNonNull(bytes, "bytes");
    requireNonNull(options, "options");
    return open(ModelBytes.of(bytes), options);
  }

  /**
   * Loads a model with default options, reading the stream to its end; the caller closes it.
   *
   * @param bytes an ONNX model
   * @return the model, to be closed by the caller
   * @throws InvalidInputException if the bytes are no ONNX model, or one that this ONNX Runtime
   *     does not know or Java cannot ask
   * @throws StorageException if the stream can't be read
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxModel load(InputStream bytes) {
    return load(bytes, OnnxOptions.defaults());
  }

  /**
   * Loads a model, reading the stream to its end; the caller closes it.
   *
   * @param bytes an ONNX model
   * @param options how to run and read it
   * @return the model, to be closed by the caller
   * @throws NotFoundException if there is no output that the options name
   * @throws InvalidInputException if the bytes are no ONNX model, one that this ONNX Runtime does
   *     not know or Java cannot ask, or the options do not fit it
   * @throws StorageException if the stream can't be read
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxModel load(InputStream bytes, OnnxOptions options) {
    requireNonNull(bytes, "bytes");
    requireNonNull(options, "options");
    return open(ModelBytes.of(bytes), options);
  }

  /**
   * Loads a model from where a {@link dev.mlops.models.ModelSource} found it, with default options.
   * One file of up to 64 MiB goes through memory; a larger one, or one whose weights lie in files
   * beside it, is written to a temporary directory for ONNX Runtime to read.
   *
   * @param model an ONNX model, its main file first
   * @return the model, to be closed by the caller
   * @throws InvalidInputException if it is no ONNX model, or one that this ONNX Runtime does not
   *     know or Java cannot ask
   * @throws StorageException if a file can't be read, or written
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxModel load(ModelFiles model) {
    return load(model, OnnxOptions.defaults());
  }

  /**
   * Loads a model, as {@link #load(ModelFiles)} does.
   *
   * @param model an ONNX model, its main file first
   * @param options how to run and read it
   * @return the model, to be closed by the caller
   * @throws NotFoundException if there is no output that the options name
   * @throws InvalidInputException if it is no ONNX model, one that this ONNX Runtime does not know
   *     or Java cannot ask, or the options do not fit it
   * @throws StorageException if a file can't be read, or written
   * @throws MlopsException if this machine can't run the model, as for want of memory
   */
  public static OnnxModel load(ModelFiles model, OnnxOptions options) {
    requireNonNull(model, "model");
    requireNonNull(options, "options");
    try (ModelBytes bytes = ModelBytes.of(model)) {
      return open(bytes, options);
    }
  }

  /**
   * Loads a model, asks it about rows and closes it: what a registry needs to ask any model the
   * questions whose answers it knows.
   *
   * @param model an ONNX model, its main file first
   * @param rows the model's features, as {@link #predict(Dataset)} takes them
   * @return a column for each output that one holds, by the model's own names and in its order; a
   *     map from class to number is a vector of its numbers
   * @throws MlopsException if the model can't be loaded, fails, or no column holds an output
   */
  public static Dataset answer(ModelFiles model, Dataset rows) {
    requireNonNull(rows, "rows");
    try (OnnxModel loaded = load(model)) {
      return loaded.predict(rows).table();
    }
  }

  /**
   * Returns what the model says of itself.
   *
   * @return inputs, outputs and metadata
   */
  public OnnxSignature signature() {
    return signature;
  }

  /**
   * Asks about one row.
   *
   * @param features values by name: numbers, Booleans, Strings, enums, arrays or lists of these, or
   *     null
   * @return the answer
   * @throws InvalidInputException if a name is missing or unknown, or a value does not fit
   * @throws MlopsException if the model fails
   * @throws IllegalStateException if the model is closed
   */
  @Override
  public Answer predict(Map<String, ? extends @Nullable Object> features) {
    requireNonNull(features, "features");
    return one(new Features.OfMap(features, false));
  }

  /**
   * Asks about one row.
   *
   * @param features a record whose components are the values, by name; an empty {@link
   *     java.util.Optional} is null
   * @return the answer
   * @throws InvalidInputException if a name is missing or unknown, or a value does not fit
   * @throws MlopsException if the model fails
   * @throws IllegalStateException if the model is closed
   */
  public Answer predict(Record features) {
    return one(Features.of(requireNonNull(features, "features")));
  }

  /**
   * Asks about one row.
   *
   * @param features the row of a dataset
   * @return the answer
   * @throws InvalidInputException if a name is missing or unknown, or a value does not fit
   * @throws MlopsException if the model fails
   * @throws IllegalStateException if the model is closed
   */
  public Answer predict(Row features) {
    requireNonNull(features, "features");
    return one(new Features.OfMap(features.toMap(), true));
  }

  /**
   * Asks about one row.
   *
   * @param features features that know where they come from, such as the feature store's {@code
   *     FeatureVector}; their values are {@link ServedFeatures#toMap()}
   * @return the answer
   * @throws InvalidInputException if a name is missing or unknown, or a value does not fit
   * @throws MlopsException if the model fails
   * @throws IllegalStateException if the model is closed
   */
  public Answer predict(ServedFeatures features) {
    requireNonNull(features, "features");
    return one(new Features.OfMap(features.toMap(), false));
  }

  /**
   * Asks about all rows of a dataset, in few runs: a batch costs a fraction of its rows asked one
   * by one.
   *
   * @param rows the values, by the names of the columns
   * @return the answers, in the order of the rows
   * @throws InvalidInputException if a name is missing or unknown, or a value does not fit
   * @throws MlopsException if the model fails
   * @throws IllegalStateException if the model is closed
   */
  public Answers predict(Dataset rows) {
    requireNonNull(rows, "rows");
    return run.answers(new Features.OfDataset(rows));
  }

  private Answer one(Features features) {
    return run.answers(features).row(0);
  }

  /** Waits for the runs inside, then frees everything native; a second call does nothing. */
  @Override
  public void close() {
    session.close();
  }

  /** Returns what goes in and comes out, in one line. */
  @Override
  public String toString() {
    return "ONNX model of " + signature;
  }
}
