package dev.mlops.registry;

import dev.mlops.data.Digest;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The ONNX model of a package, looked at once: what is stored later is what was looked at.
 *
 * @param source gives the same bytes each time, or refuses
 * @param digest of the bytes
 * @param graph what they say of themselves
 */
record OnnxFile(PackageFile.Source source, Digest digest, OnnxGraph graph) {

  static OnnxFile of(byte[] bytes) {
    PackageFile.Source source = () -> new ByteArrayInputStream(bytes);
    return of(source, Digest.of(bytes), "the model");
  }

  static OnnxFile of(Path file, String name) throws IOException {
    PinnedFile pinned = PinnedFile.of(file);
    return of(pinned, pinned.digest(), "'" + name + "'");
  }

  private static OnnxFile of(PackageFile.Source source, Digest digest, String name) {
    OnnxGraph graph = read(source, name);
    if (!graph.outside().isEmpty()) {
      throw new InvalidInputException(
          name
              + " keeps weights in other files: "
              + graph.outside()
              + ". A package holds one ONNX file; save it whole, with"
              + " mlflow.onnx.save_model(..., save_as_external_data=False) or onnx.save_model(model, file)");
    }
    return new OnnxFile(source, digest, graph);
  }

  private static OnnxGraph read(PackageFile.Source source, String name) {
    try (InputStream bytes = source.open()) {
      return OnnxReader.read(bytes);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(name + " cannot be read: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StorageException("cannot read " + name, e);
    }
  }
}
