package dev.mlops.serving.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Prints by how many kilobytes the process grew over six times the given number of runs, half with
 * a fixed output width and half with an open one.
 */
final class NativeMemoryProbe {

  private NativeMemoryProbe() {}

  public static void main(String[] arguments) throws IOException {
    byte[] openWidth =
        new OnnxModels()
            .input("input", OnnxModels.FLOAT, -1, -1)
            .output("output", OnnxModels.FLOAT, -1, -1)
            .node("Neg", List.of("input"), "output")
            .bytes();
    try (OnnxPredictor fixed = OnnxPredictor.load(OnnxModels.logistic(0, 1));
        OnnxPredictor open = OnnxPredictor.load(openWidth)) {
      int runs = Integer.parseInt(arguments[0]);
      run(fixed, open, runs);
      long before = residentKilobytes();
      run(fixed, open, 3 * runs);
      System.out.println(residentKilobytes() - before);
    }
  }

  private static void run(OnnxPredictor fixed, OnnxPredictor open, int times) {
    float[] input = {1};
    for (int i = 0; i < times; i++) {
      fixed.predict(input);
      open.predict(input);
    }
  }

  static long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
