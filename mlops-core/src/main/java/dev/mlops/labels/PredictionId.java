package dev.mlops.labels;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.storage.Names;
import java.util.Objects;

/** By what a label finds its prediction. */
final class PredictionId {

  private PredictionId() {}

  @CanIgnoreReturnValue
  static String checked(String predictionId) {
    if (Names.isBlank(Objects.requireNonNull(predictionId, "predictionId"))) {
      throw new IllegalArgumentException(
          "a label needs the id of its prediction, which must not be blank");
    }
    return predictionId;
  }
}
