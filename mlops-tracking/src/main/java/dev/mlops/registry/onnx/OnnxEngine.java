package dev.mlops.registry.onnx;

import dev.mlops.data.Dataset;
import dev.mlops.models.ModelFiles;

/**
 * Runs ONNX models for the registry, which has no runtime of its own, so that golden predictions
 * are asked of the very files that are registered. With {@code mlops-onnx} it is {@code
 * OnnxModel::answer}.
 */
@FunctionalInterface
public interface OnnxEngine {

  /**
   * Answers rows.
   *
   * @param model the model's files, the ONNX file first
   * @param rows the inputs of its signature, in that order
   * @return the model's outputs by its own names, in its order, a row for each; one that no column
   *     holds may be left out
   */
  Dataset answer(ModelFiles model, Dataset rows);
}
