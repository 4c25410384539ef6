package dev.mlops.benchmarks;

import dev.mlops.serving.DecisionBenchmark;

/** What a router adds to each request, against the limits that we promise. */
final class RouterComparison {

  private static final double DECISION_SECONDS = 25e-9;
  private static final double ANSWER_SECONDS = 150e-9;
  private static final double ANSWER_BYTES = 160;
  private static final double EVIDENCE_SECONDS = 400e-9;
  private static final double SHADOW_SECONDS = 100e-9;

  private final Comparison comparison = new Comparison();

  private RouterComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments none that it needs
   * @throws Exception if a benchmark fails
   */
  public static void main(String[] arguments) throws Exception {
    Jmh decisions = Jmh.run(DecisionBenchmark.class);
    Jmh answers = Jmh.run(RouterBenchmark.class);
    Jmh logged = Jmh.run(LoggedBenchmark.class);
    RouterComparison compared = new RouterComparison();
    compared.decision(decisions);
    Jmh.Cost model = answers.cost("model");
    compared.answer("answer, no rollout", model, answers.cost("live"));
    compared.answer("the same, kept by a workspace's log", model, logged(logged));
    compared.answer("answer, canary of 10 %, two guards", model, answers.cost("canary"));
    compared.answer("answer, limits and a breaker", model, answers.cost("limited"));
    compared.evidence(model, answers.cost("timed"));
    compared.shadow(answers.cost("live"), answers.cost("shadow"));
    System.out.printf(
        "parts: the ticker %.1f ns a look, the system's clock %.1f ns%n",
        answers.cost("ticker").seconds() * 1e9, answers.cost("clock").seconds() * 1e9);
    compared.comparison.print();
  }

  /** The log's thread allocates too, so what the caller does is counted apart. */
  private static Jmh.Cost logged(Jmh costs) {
    double bytes = costs.counted("logged", "bytes") / costs.counted("logged", "answers");
    return new Jmh.Cost(costs.cost("logged").seconds(), bytes);
  }

  /** Nothing may be allocated, and a ratio needs something: a byte is the limit. */
  private void decision(Jmh costs) {
    Jmh.Cost cost = costs.cost("decision");
    double added = cost.seconds() - costs.cost("key").seconds();
    String work = "decision, canary of 10 %, by key";
    comparison.add(work, "beyond reading the key", "limit", DECISION_SECONDS, added, 1);
    comparison.add(work, "allocated", "limit", 1, cost.bytes(), 1, "%.2f B");
  }

  private void answer(String work, Jmh.Cost model, Jmh.Cost cost) {
    double added = cost.seconds() - model.seconds();
    comparison.add(work, "beyond the model", "limit", ANSWER_SECONDS, added, 1);
    double bytes = cost.bytes() - model.bytes();
    comparison.add(work, "allocated by the caller", "limit", ANSWER_BYTES, bytes, 1, "%.0f B");
  }

  private void evidence(Jmh.Cost model, Jmh.Cost cost) {
    comparison.add(
        "answer, each request is evidence",
        "beyond the model, " + cost.allocation(),
        "limit",
        EVIDENCE_SECONDS,
        cost.seconds() - model.seconds(),
        1);
  }

  private void shadow(Jmh.Cost live, Jmh.Cost shadow) {
    comparison.add(
        "a shadow of every request, on the calling thread",
        "beyond an answer without, " + shadow.allocation(),
        "limit",
        SHADOW_SECONDS,
        shadow.seconds() - live.seconds(),
        1);
  }
}
