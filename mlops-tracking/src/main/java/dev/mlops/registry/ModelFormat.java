package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.InvalidInputException;
import dev.mlops.models.ModelFiles;
import dev.mlops.models.ModelRunner;
import java.util.Map;
import java.util.Optional;

/**
 * A kind of model that the registry can keep: what its files are, whether a signature is that of
 * the model, and how to ask it. A format is an object that is given by the code that makes or reads
 * a package; none is searched for. Implementations are safe for use by many threads, and build no
 * object that the files of a stranger name.
 *
 * <p>The one that comes with the library is {@code OnnxFormat}.
 */
public interface ModelFormat {

  /**
   * Makes a format of models that nothing here runs, so that a directory of MLflow without another
   * one can be registered, moved by aliases and exported as it is. Nothing is unpickled.
   *
   * @param flavor the name of MLflow's flavor, such as {@code sklearn}
   * @return the format; it cannot be asked, so a package with golden predictions, or with records
   *     of Python, is not registered by it
   */
  static ModelFormat kept(String flavor) {
    return new KeptFormat(requireNonNull(flavor, "flavor"));
  }

  /**
   * Names the format. The name is kept with each version.
   *
   * @return 1 to 40 lower-case letters, digits and {@code . _ -}, such as {@code onnx}; always the
   *     same
   */
  String name();

  /**
   * Looks at a model before it becomes a package.
   *
   * @param files what the model is made of
   * @param signature what it is said to take and give
   * @throws InvalidInputException if the files are no model of this format, or the signature is not
   *     that of the model, naming what the signature says and what the model does
   */
  void check(ModelFiles files, ModelSignature signature);

  /**
   * Opens a model that was checked, to ask it its golden predictions.
   *
   * @param files what the model is made of
   * @param signature what it takes and gives
   * @return the model, closed by the caller
   * @throws InvalidInputException if the format can look at models and not run them
   */
  ModelRunner open(ModelFiles files, ModelSignature signature);

  /**
   * Opens a model with params of its signature.
   *
   * @param files what the model is made of
   * @param signature what it takes and gives
   * @param params values by name, only those that were given; {@link ModelSignature#complete} adds
   *     the others
   * @return the model, closed by the caller
   * @throws InvalidInputException if the format cannot run models, or gives no params to them, as
   *     is the default
   * @throws IllegalArgumentException if the signature has no such param, or a value is not of its
   *     type
   */
  default ModelRunner open(ModelFiles files, ModelSignature signature, Map<String, ?> params) {
    requireNonNull(params, "params");
    signature.complete(params);
    if (!params.isEmpty()) {
      throw new InvalidInputException(
          "models of the format '"
              + name()
              + "' take no params, and were given "
              + params.keySet());
    }
    return open(files, signature);
  }

  /**
   * Says how MLflow sees models of this format.
   *
   * @return what is written for MLflow and read from it; by default nothing, and then Python's
   *     MLflow shows such a package and does not load it
   */
  default Optional<MlflowFlavor> mlflow() {
    return Optional.empty();
  }
}
