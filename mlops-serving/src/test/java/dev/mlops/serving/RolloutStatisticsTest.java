package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.rollout.RolloutState;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What rollouts decide over many seeded simulations, against the figures they promise. */
class RolloutStatisticsTest {

  private static final int REQUESTS = 20_000;

  private static long untilRollback(Workspace workspace, int seed, double base, double bad) {
    SplittableRandom chance = new SplittableRandom(seed);
    SimulatedRollout simulation =
        new SimulatedRollout(workspace, seed, canary -> canary.steps(10).guard(Guard.errors()));
    while (simulation.requests() < 100_000) {
      simulation.request(chance, base, bad);
      if (simulation.requests() % 100 == 0
          && simulation.rollout().state() instanceof RolloutState.RolledBack) {
        return simulation.requests();
      }
    }
    return simulation.requests();
  }

  /**
   * Both arms are the same model. 300 rollouts at alpha = 5 % may roll back 15 in the mean; more
   * than 26 would happen by chance once in 300. Re-testing a z-test at 5 % would roll back more
   * than a hundred of them.
   */
  @Test
  void a_harmless_candidate_is_seldom_rolled_back() {
    int rolledBack = 0;
    try (Workspace workspace = Workspace.inMemory()) {
      for (int seed = 0; seed < 300; seed++) {
        SplittableRandom chance = new SplittableRandom(seed);
        SimulatedRollout simulation =
            new SimulatedRollout(
                workspace, seed, canary -> canary.steps(10).guard(Guard.errors().alpha(0.05)));
        for (int i = 0; i < REQUESTS; i++) {
          simulation.request(chance, 0.01, 0.01);
        }
        rolledBack += simulation.rollout().state() instanceof RolloutState.RolledBack ? 1 : 0;
      }
    }
    assertThat(rolledBack).isLessThanOrEqualTo(26);
  }

  /**
   * The ramp and the drift are what makes fixed-window comparisons lie: the base rate triples while
   * the share grows.
   */
  @Test
  void nor_on_a_ramp_while_the_base_rate_drifts() {
    int rolledBack = 0;
    int promoted = 0;
    try (Workspace workspace = Workspace.inMemory()) {
      for (int seed = 0; seed < 300; seed++) {
        SplittableRandom chance = new SplittableRandom(10_000 + seed);
        SimulatedRollout simulation =
            new SimulatedRollout(
                workspace,
                seed,
                canary ->
                    canary
                        .steps(1, 5, 25, 50, 100)
                        .minimum(50)
                        .guard(Guard.errors().alpha(0.05).notDecisive()));
        for (int i = 0; i < REQUESTS; i++) {
          double rate = 0.01 * (1 + 2.0 * i / REQUESTS);
          simulation.request(chance, rate, rate);
        }
        rolledBack += simulation.rollout().state() instanceof RolloutState.RolledBack ? 1 : 0;
        promoted += simulation.rollout().state() instanceof RolloutState.Promoted ? 1 : 0;
      }
    }
    assertThat(rolledBack).isLessThanOrEqualTo(26);
    assertThat(promoted).isGreaterThan(250);
  }

  /**
   * 1 % against 5 % bad at a tenth of the traffic, alpha = 1 %. An independent simulation of the
   * formula, 2,000 runs in another language, gave a median of 1,600 requests and a ninth decile of
   * 3,400.
   */
  @Test
  void a_bad_candidate_is_found_within_the_promised_requests() {
    long[] until = new long[301];
    try (Workspace workspace = Workspace.inMemory()) {
      for (int seed = 0; seed < until.length; seed++) {
        until[seed] = untilRollback(workspace, seed, 0.01, 0.05);
      }
    }
    Arrays.sort(until);
    assertThat(until[150]).isBetween(1_400L, 1_800L);
    assertThat(until[270]).isBetween(2_900L, 4_000L);
  }
}
