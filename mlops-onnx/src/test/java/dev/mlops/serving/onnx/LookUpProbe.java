package dev.mlops.serving.onnx;

import java.nio.file.Path;
import java.util.Map;

/** A process that loads a model by its path and says which number it looks up at a place. */
final class LookUpProbe {

  private LookUpProbe() {}

  public static void main(String[] arguments) {
    int end = arguments[0].lastIndexOf('@');
    Path file = Path.of(arguments[0].substring(0, end));
    long place = Long.parseLong(arguments[0].substring(end + 1));
    try (OnnxModel model = OnnxModel.load(file)) {
      System.out.println(model.predict(Map.of("place", place)).scores()[0]);
    }
  }
}
