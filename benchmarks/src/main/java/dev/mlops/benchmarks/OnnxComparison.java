package dev.mlops.benchmarks;

import org.openjdk.jmh.runner.RunnerException;

/** Asks an ONNX model through our predictor, against ONNX Runtime's own Java. */
final class OnnxComparison {

  private OnnxComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments none are needed
   * @throws RunnerException if a benchmark fails
   */
  public static void main(String[] arguments) throws RunnerException {
    Jmh costs = Jmh.run(OnnxBenchmark.class);
    Comparison comparison = new Comparison();
    add(comparison, costs, "One", "1 x " + MultilayerPerceptron.INPUTS);
    add(comparison, costs, "Many", OnnxBenchmark.MANY + " x " + MultilayerPerceptron.INPUTS);
    comparison.print();
  }

  private static void add(Comparison comparison, Jmh costs, String rows, String size) {
    Jmh.Cost ours = costs.cost("ours" + rows);
    String work = "perceptron of 2,177 weights";
    String sizes = size + ", " + ours.allocation();
    comparison.add(
        work,
        sizes,
        "ONNX Runtime, arrays of arrays",
        costs.cost("arrays" + rows).seconds(),
        ours.seconds(),
        1);
    comparison.add(
        work,
        sizes,
        "limit: tensors made once, none read",
        costs.cost("pinned" + rows).seconds(),
        ours.seconds(),
        0.5);
  }
}
