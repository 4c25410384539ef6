package dev.mlops.registry;

import dev.mlops.error.InvalidInputException;
import dev.mlops.models.ModelFiles;
import java.util.List;
import java.util.Optional;

/**
 * The model of a directory, as one of the given formats knows it.
 *
 * @param format the format
 * @param files what the model is made of
 */
record KnownModel(ModelFormat format, ModelFiles files) {

  /**
   * Finds the model: by the format that this library wrote, or by the flavors of MLflow.
   *
   * @throws InvalidInputException if none of the formats knows it
   */
  static KnownModel in(MlModel model, ModelFiles directory, List<ModelFormat> formats) {
    Optional<String> own = model.format();
    if (own.isPresent()) {
      return formats.stream()
          .filter(format -> format.name().equals(own.get()))
          .findFirst()
          .map(format -> new KnownModel(format, model.ownFiles(directory)))
          .orElseThrow(() -> unknown(model, "is of the format '" + own.get() + "'", formats));
    }
    for (ModelFormat format : formats) {
      Optional<ModelFiles> files =
          format.mlflow().flatMap(flavor -> flavor.files(model.flavors(), directory));
      if (files.isPresent()) {
        return new KnownModel(format, files.get());
      }
    }
    throw unknown(model, "has the flavors " + model.flavors().keySet(), formats);
  }

  private static InvalidInputException unknown(
      MlModel model, String what, List<ModelFormat> formats) {
    return new InvalidInputException(
        model
            + " "
            + what
            + ", which none of the given formats reads: "
            + formats.stream().map(ModelFormat::name).toList()
            + "; give its format to ModelPackage.read(directory, formats)");
  }

  ModelSignature mlflowSignature(MlModel model) {
    return format
        .mlflow()
        .map(flavor -> model.signature(flavor, files))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    model + " names no signature of ours, and MLflow has none of this format"));
  }
}
