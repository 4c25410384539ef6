package dev.mlops.registry;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.StorageException;
import dev.mlops.models.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The ONNX model of a package, looked at once: what is stored later is what was looked at.
 *
 * @param file gives the same bytes each time, or refuses
 * @param graph what they say of themselves
 */
record OnnxFile(ModelFile file, OnnxGraph graph) {

  static OnnxFile of(byte[] bytes) {
    return of(ModelFile.of(PackageFiles.MODEL, bytes), "the model");
  }

  static OnnxFile of(Path file, String path, String name) {
    return of(ModelFile.of(path, file), "'" + name + "'");
  }

  private static OnnxFile of(ModelFile file, String name) {
    OnnxGraph graph = read(file, name);
    if (!graph.outside().isEmpty()) {
      throw new InvalidInputException(
          name
              + " keeps weights in other files: "
              + graph.outside()
              + ". A package holds one ONNX file; save it whole, with"
              + " mlflow.onnx.save_model(..., save_as_external_data=False) or onnx.save_model(model, file)");
    }
    return new OnnxFile(file, graph);
  }

  private static OnnxGraph read(ModelFile file, String name) {
    try (InputStream bytes = file.open()) {
      return OnnxReader.read(bytes);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(name + " cannot be read: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StorageException("cannot read " + name, e);
    }
  }
}
