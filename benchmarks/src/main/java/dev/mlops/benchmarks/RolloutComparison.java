package dev.mlops.benchmarks;

import dev.mlops.Workspace;
import dev.mlops.labels.Label;
import dev.mlops.rollout.RolloutState;
import dev.mlops.serving.Canary;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import dev.mlops.serving.Guard;
import dev.mlops.serving.Rollout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What the default plan does with candidates of known quality: each row is 100 simulated rollouts
 * through the real router, seeded, with one guard, until it is decided or 400,000 requests are
 * over.
 *
 * <p>The score compares with what the guide states: at least 95 % of equal candidates are promoted,
 * and of those that are worse by half or more at most 5 %, of 12 % for 10 % at most 10 %, which is
 * within the margin.
 */
final class RolloutComparison {

  private static final int RUNS = 100;
  private static final int MOST_REQUESTS = 400_000;
  private static final int LABELS_AT_ONCE = 100;

  private static final class Failure extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  /**
   * Rates of bad events of both models.
   *
   * @param promoted the least share of promotions that is stated if {@code isGood}, else the most
   */
  private record Scenario(
      String kind, double live, double candidate, boolean isGood, double promoted) {

    boolean hasLabels() {
      return kind.equals("label errors");
    }
  }

  private record Outcome(RolloutState state, int requests) {}

  private static final List<Scenario> SCENARIOS =
      List.of(
          new Scenario("errors", 0, 0, true, 0.95),
          new Scenario("errors", 0.01, 0.01, true, 0.95),
          new Scenario("errors", 0.01, 0.005, true, 0.95),
          new Scenario("errors", 0.01, 0.015, false, 0.05),
          new Scenario("errors", 0.01, 0.02, false, 0.05),
          new Scenario("label errors", 0.1, 0.1, true, 0.95),
          new Scenario("label errors", 0.1, 0.08, true, 0.95),
          new Scenario("label errors", 0.1, 0.12, false, 0.1),
          new Scenario("label errors", 0.1, 0.15, false, 0.05));

  private RolloutComparison() {}

  /**
   * Runs the simulation.
   *
   * @param arguments none are needed
   */
  public static void main(String[] arguments) {
    String format = "%-13s  %7s  %9s  %9s  %12s  %9s  %9s  %9s  %12s%n";
    System.out.printf(
        format,
        "bad events",
        "live",
        "candidate",
        "promoted",
        "rolled back",
        "undecided",
        "median",
        "9 of 10",
        "rolled back");
    double score = Double.POSITIVE_INFINITY;
    try (Workspace workspace = Workspace.builder().predictionLog(new TakesAll()).open()) {
      for (Scenario scenario : SCENARIOS) {
        List<Outcome> outcomes =
            IntStream.range(0, RUNS).mapToObj(seed -> run(workspace, scenario, seed)).toList();
        score = Math.min(score, print(format, scenario, outcomes));
      }
    }
    System.out.println(String.format(Locale.ROOT, "score %.3f", score));
  }

  private static double print(String format, Scenario scenario, List<Outcome> outcomes) {
    int[] promoted = requests(outcomes, RolloutState.Promoted.class);
    int[] rolledBack = requests(outcomes, RolloutState.RolledBack.class);
    System.out.printf(
        format,
        scenario.kind(),
        percent(scenario.live()),
        percent(scenario.candidate()),
        percent((double) promoted.length / RUNS),
        percent((double) rolledBack.length / RUNS),
        percent((double) (RUNS - promoted.length - rolledBack.length) / RUNS),
        quantile(promoted, 0.5),
        quantile(promoted, 0.9),
        quantile(rolledBack, 0.5));
    double share = (double) promoted.length / RUNS;
    return scenario.isGood()
        ? share / scenario.promoted()
        : scenario.promoted() / Math.max(share, 1e-3);
  }

  private static int[] requests(List<Outcome> outcomes, Class<? extends RolloutState> kind) {
    return outcomes.stream()
        .filter(outcome -> kind.isInstance(outcome.state()))
        .mapToInt(Outcome::requests)
        .sorted()
        .toArray();
  }

  private static String quantile(int[] sorted, double share) {
    return sorted.length == 0 ? "-" : "%,d".formatted(sorted[(int) (sorted.length * share)]);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  private static Outcome run(Workspace workspace, Scenario scenario, int seed) {
    SplittableRandom chance = new SplittableRandom(seed);
    try (DeploymentRouter<Integer, Double> router =
        DeploymentRouter.builder(workspace, "simulation-" + scenario.hashCode() + "-" + seed)
            .live(model("1", scenario, scenario.live(), chance))
            .otherwise(number -> 0.0)
            .score(Double::doubleValue)
            .open()) {
      Canary plan = router.canary(model("2", scenario, scenario.candidate(), chance));
      Rollout rollout =
          plan.guard(
                  scenario.hasLabels()
                      ? Guard.labelErrors((score, label) -> score != label)
                      : Guard.errors())
              .start();
      return follow(router, rollout, scenario);
    }
  }

  private static Candidate<Integer, Double> model(
      String version, Scenario scenario, double rate, SplittableRandom chance) {
    return Candidate.of(
        "model",
        version,
        number -> {
          boolean bad = chance.nextDouble() < rate;
          if (bad && !scenario.hasLabels()) {
            throw new Failure();
          }
          return bad ? 1.0 : 0.0;
        });
  }

  private static Outcome follow(
      DeploymentRouter<Integer, Double> router, Rollout rollout, Scenario scenario) {
    List<Label> labels = new ArrayList<>();
    for (int request = 1; request <= MOST_REQUESTS; request++) {
      String id = router.answer(request).id();
      if (scenario.hasLabels()) {
        labels.add(Label.of(id, Instant.EPOCH, 0));
      }
      if (request % LABELS_AT_ONCE == 0) {
        if (scenario.hasLabels()) {
          router.feedback(labels);
          labels.clear();
        }
        if (rollout.state().isOver()) {
          return new Outcome(rollout.state(), request);
        }
      }
    }
    return new Outcome(rollout.state(), MOST_REQUESTS);
  }
}
