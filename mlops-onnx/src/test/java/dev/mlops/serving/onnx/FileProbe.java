package dev.mlops.serving.onnx;

import java.io.IOException;
import java.nio.file.Path;

/** A process that loads a model by its path, says what it answers, and waits to be ended. */
final class FileProbe {

  private FileProbe() {}

  public static void main(String[] arguments) throws IOException {
    try (OnnxPredictor model = OnnxPredictor.load(Path.of(arguments[0]))) {
      System.out.println(model.predict(new float[] {0})[0]);
      System.out.flush();
      System.in.read();
    }
  }
}
