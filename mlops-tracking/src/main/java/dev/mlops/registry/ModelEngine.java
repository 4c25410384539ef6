package dev.mlops.registry;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;

/**
 * Runs ONNX models for the registry, which has no runtime of its own, so that golden predictions
 * are asked of the very bytes that are registered. With {@code mlops-onnx}:
 *
 * <pre>{@code
 * ModelEngine engine =
 *     (onnx, rows) -> {
 *       try (OnnxPredictor model = OnnxPredictor.load(onnx)) {
 *         return model.predict(rows);
 *       }
 *     };
 * }</pre>
 */
@FunctionalInterface
public interface ModelEngine {

  /**
   * Answers rows.
   *
   * @param onnx the model's bytes
   * @param rows the inputs of its signature, in that order
   * @return the numbers of its outputs for each row, in the order of the signature
   */
  Column.OfVector answer(byte[] onnx, Dataset rows);
}
