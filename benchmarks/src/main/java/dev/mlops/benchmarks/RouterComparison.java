package dev.mlops.benchmarks;

import org.openjdk.jmh.runner.RunnerException;

/** What a router adds to each request, against the limits that we promise. */
final class RouterComparison {

  private static final double LIVE_SECONDS = 250e-9;
  private static final double CANARY_SECONDS = 400e-9;

  private static final double SHADOW_SECONDS = 100e-9;

  private RouterComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments none are needed
   * @throws RunnerException if a benchmark fails
   */
  public static void main(String[] arguments) throws RunnerException {
    Jmh costs = Jmh.run(RouterBenchmark.class);
    Comparison comparison = new Comparison();
    add(comparison, costs, "live", "answer, no rollout", LIVE_SECONDS);
    add(comparison, costs, "canary", "answer, canary of 10 %, two guards", CANARY_SECONDS);
    add(comparison, costs, "timed", "the same, each request with its deadline", CANARY_SECONDS);
    Jmh.Cost live = costs.cost("live");
    Jmh.Cost shadow = costs.cost("shadow");
    comparison.add(
        "a shadow of every request, on the calling thread",
        "beyond an answer without, " + shadow.allocation(),
        "limit",
        SHADOW_SECONDS,
        shadow.seconds() - live.seconds(),
        1);
    comparison.print();
  }

  private static void add(
      Comparison comparison, Jmh costs, String benchmark, String work, double limit) {
    Jmh.Cost cost = costs.cost(benchmark);
    double added = cost.seconds() - costs.cost("model").seconds();
    comparison.add(work, "beyond the model, " + cost.allocation(), "limit", limit, added, 1);
  }
}
