package dev.mlops.benchmarks;

import org.openjdk.jmh.runner.RunnerException;

/** Counts numbers into a distribution, against other histograms and sketches of the JVM. */
final class HistogramComparison {

  private HistogramComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments none are needed
   * @throws RunnerException if a benchmark fails
   */
  public static void main(String[] arguments) throws RunnerException {
    Jmh costs = Jmh.run(HistogramBenchmark.class);
    Comparison comparison = new Comparison();
    add(comparison, costs, "hdrHistogram", "HdrHistogram, 2 digits");
    add(comparison, costs, "kll", "DataSketches KLL, k = 200");
    comparison.print();
  }

  private static void add(Comparison comparison, Jmh costs, String rival, String name) {
    comparison.add(
        "count a value",
        HistogramBenchmark.VALUES + " log-normal doubles",
        name,
        costs.cost(rival).seconds(),
        costs.cost("ours").seconds(),
        1);
  }
}
