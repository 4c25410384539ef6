package dev.mlops.registry.onnx;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.InvalidInputException;
import dev.mlops.models.ModelFiles;
import dev.mlops.models.ModelRunner;
import dev.mlops.registry.MlflowFlavor;
import dev.mlops.registry.ModelFormat;
import dev.mlops.registry.ModelSignature;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Models in ONNX: one file, or a file whose weights lie in others beside it. Immutable and safe for
 * use by many threads.
 *
 * <pre>{@code
 * ModelFormat onnx = OnnxFormat.runBy(OnnxModel::answer);
 * }</pre>
 */
public final class OnnxFormat implements ModelFormat {

  private final @Nullable OnnxEngine engine;

  private OnnxFormat(@Nullable OnnxEngine engine) {
    this.engine = engine;
  }

  /**
   * Takes what runs the models, to ask them golden predictions before they are registered.
   *
   * @param engine with {@code mlops-onnx}: {@code OnnxModel::answer}
   * @return the format
   */
  public static OnnxFormat runBy(OnnxEngine engine) {
    return new OnnxFormat(requireNonNull(engine, "engine"));
  }

  /**
   * Reads models without running them, for packages without golden predictions and for export.
   *
   * @return the format; a package with golden predictions cannot be registered by it
   */
  public static OnnxFormat withoutEngine() {
    return new OnnxFormat(null);
  }

  @Override
  public String name() {
    return "onnx";
  }

  /**
   * Checks that the file is an ONNX model, that the weights it keeps elsewhere are among the files,
   * and that the signature is its own: inputs that are its tensors by name and in its order, or the
   * columns of the one matrix that it takes; outputs that are its own, or the columns of one. An
   * input with the name of a param is that param.
   */
  @Override
  public void check(ModelFiles files, ModelSignature signature) {
    OnnxGraph graph = OnnxGraph.of(files.first());
    graph.requireWeights(files);
    SignatureFit.require(signature, graph.withoutParams(signature));
  }

  @Override
  public ModelRunner open(ModelFiles files, ModelSignature signature) {
    return open(files, signature, Map.of());
  }

  /**
   * Opens a model. A param that the graph takes as an input is a column with the same value in each
   * row; one that the graph does not take cannot be given.
   */
  @Override
  public ModelRunner open(ModelFiles files, ModelSignature signature, Map<String, ?> params) {
    requireNonNull(signature, "signature");
    requireNonNull(params, "params");
    OnnxEngine runtime = engine;
    if (runtime == null) {
      throw new InvalidInputException(
          "the ONNX format has no engine to ask the model; make it by"
              + " OnnxFormat.runBy(OnnxModel::answer), or by another engine");
    }
    ParamColumns columns = ParamColumns.of(files, signature, params);
    return rows -> signature.answers(runtime.answer(files, columns.beside(rows)));
  }

  @Override
  public Optional<MlflowFlavor> mlflow() {
    return Optional.of(new OnnxFlavor());
  }

  /** Names the format and whether it can run models. */
  @Override
  public String toString() {
    return engine == null ? "onnx, without an engine" : "onnx";
  }
}
