package dev.mlops.registry;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.models.ModelFiles;
import java.util.Map;
import java.util.Optional;

/** How MLflow's file {@code MLmodel} speaks of the models of a {@link ModelFormat}. */
public interface MlflowFlavor {

  /**
   * Says what to write, so that MLflow loads the model.
   *
   * @param files what the model is made of
   * @param signature what it takes and gives
   * @return for each of MLflow's flavors, by name, its texts by key; in the order of writing
   */
  Map<String, Map<String, String>> flavors(ModelFiles files, ModelSignature signature);

  /**
   * Writes the inputs for MLflow.
   *
   * @param files what the model is made of
   * @param signature what it takes and gives
   * @return MLflow's JSON; by default {@link ModelSignature#inputsJson()}
   */
  default String inputs(ModelFiles files, ModelSignature signature) {
    return signature.inputsJson();
  }

  /**
   * Finds the model in a directory that MLflow wrote.
   *
   * @param flavors the texts of each flavor in {@code MLmodel}, by flavor and key
   * @param directory every file of the directory
   * @return the files of the model, the one that a runtime opens first; empty if the flavors are
   *     not of this format
   * @throws NotFoundException if a file is missing that the flavors name
   * @throws InvalidInputException if they name no file of the directory, or a part of the model is
   *     missing
   */
  Optional<ModelFiles> files(Map<String, Map<String, String>> flavors, ModelFiles directory);

  /**
   * Reads a signature that MLflow wrote.
   *
   * @param files what the model is made of
   * @param inputs MLflow's JSON
   * @param outputs MLflow's JSON
   * @return the signature; by default {@link ModelSignature#parse}
   * @throws InvalidInputException if it cannot be read
   */
  default ModelSignature signature(ModelFiles files, String inputs, String outputs) {
    return ModelSignature.parse(inputs, outputs);
  }
}
