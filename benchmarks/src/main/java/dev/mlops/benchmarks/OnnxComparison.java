package dev.mlops.benchmarks;

import org.openjdk.jmh.runner.RunnerException;

/** Asks an ONNX model through our predictor, against ONNX Runtime's own Java. */
final class OnnxComparison {

  private static final String WORK = "perceptron of 2,177 weights";

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
    String one = "1 x " + MultilayerPerceptron.INPUTS;
    String many = OnnxBenchmark.MANY + " x " + MultilayerPerceptron.INPUTS;
    add(comparison, costs, "One", one);
    add(comparison, costs, "Many", many);
    double floor = costs.cost("pinnedOne").seconds();
    floor(comparison, costs.cost("oursOne"), one, "floor + 1 us", floor + 1e-6);
    double largeFloor = costs.cost("pinnedMany").seconds();
    int values = OnnxBenchmark.MANY * MultilayerPerceptron.INPUTS;
    floor(comparison, costs.cost("oursRowMajor"), many, "floor + 10 %, rows", 1.1 * largeFloor);
    floor(
        comparison,
        costs.cost("oursMany"),
        many,
        "floor + 1 ns a value, columns",
        largeFloor + 1e-9 * values);
    comparison.print();
  }

  /** The floor is a run with tensors made once, of which nobody reads the numbers. */
  private static void floor(
      Comparison comparison, Jmh.Cost ours, String size, String limit, double seconds) {
    String sizes = size + ", " + ours.allocation();
    comparison.add(WORK, sizes, "limit: " + limit, seconds, ours.seconds(), 1);
  }

  private static void add(Comparison comparison, Jmh costs, String rows, String size) {
    Jmh.Cost ours = costs.cost("ours" + rows);
    double theirs = costs.cost("arrays" + rows).seconds();
    String sizes = size + ", " + ours.allocation();
    comparison.add(WORK, sizes, "ONNX Runtime, arrays of arrays", theirs, ours.seconds(), 1);
  }
}
