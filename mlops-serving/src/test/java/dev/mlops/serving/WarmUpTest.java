package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.Verdict;
import dev.mlops.testkit.Together;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmUpTest {

  private static final Duration BUDGET = Duration.ofMillis(20);

  private static int length(long most, IntPredicate bad) {
    WarmUp warmUp = new WarmUp(most);
    int requests = 0;
    while (!warmUp.isOver()) {
      warmUp.add(bad.test(requests++));
    }
    return requests;
  }

  @Test
  void ends_after_a_block_without_a_bad_request() {
    assertThat(length(500, i -> false)).isEqualTo(50);
    assertThat(length(500, i -> i < 100)).isEqualTo(150);
    assertThat(length(500, i -> i < 110)).isEqualTo(200);
    assertThat(length(500, i -> i < 400)).isEqualTo(450);
  }

  @Test
  void ends_when_the_bad_share_falls_no_more() {
    assertThat(length(500, i -> i < 50 || i % 5 == 0)).isEqualTo(300);
    assertThat(length(500, i -> i % 5 == 0)).isEqualTo(250);
  }

  @Test
  void lets_nobody_off_for_longer_than_allowed() {
    assertThat(length(500, i -> true)).isEqualTo(500);
    assertThat(length(120, i -> true)).isEqualTo(120);
    assertThat(length(10, i -> false)).isEqualTo(10);
    assertThat(length(0, i -> true)).isZero();
  }

  @Test
  void takes_each_request_once_among_threads() {
    WarmUp warmUp = new WarmUp(4_000);
    Together.run(
        4,
        thread -> {
          for (int i = 0; i < 999; i++) {
            warmUp.add(true);
          }
        });
    for (int i = 0; i < 4; i++) {
      assertThat(warmUp.isOver()).isFalse();
      warmUp.add(true);
    }
    assertThat(warmUp.isOver()).isTrue();
  }

  /** A start of any length below the limit leaves no trace in the evidence. */
  @ParameterizedTest
  @ValueSource(ints = {0, 50, 99, 100, 101, 110, 149, 200, 260, 333, 400})
  void of_any_length_does_not_flip_the_verdict(int slow) {
    Verdict.Finding finding = afterAStart(slow);
    assertThat(finding.total().canaryBad()).isZero();
    assertThat(finding.total().canary()).isGreaterThan(500);
    assertThat(finding.evidence()).isLessThanOrEqualTo(1);
  }

  /** The test above can fail: a start beyond the limit is evidence. */
  @Test
  void is_evidence_beyond_the_limit() {
    assertThat(afterAStart(600).evidence()).isGreaterThan(100);
  }

  private static Verdict.Finding afterAStart(int slow) {
    try (Workspace workspace = Workspace.inMemory()) {
      SimulatedRollout simulation =
          new SimulatedRollout(
                  workspace,
                  slow,
                  canary -> canary.steps(20).minimum(1_000_000).guard(Guard.latencyOver(BUDGET)))
              .slow();
      SplittableRandom unused = new SplittableRandom(1);
      int canaries = 0;
      for (int i = 0; i < 10_000; i++) {
        canaries += simulation.request(unused, 0, canaries < slow ? 1 : 0) ? 1 : 0;
      }
      return simulation.rollout().verdict().findings().get(0);
    }
  }

  /**
   * Whether a request counts depends on earlier ones only: equal arms, one request in five over the
   * budget, alpha 5 %. 400 rollouts may roll back 20 in the mean; more than 33 would happen by
   * chance once in 500.
   */
  @Test
  void keeps_alpha() {
    int rolledBack = 0;
    try (Workspace workspace = Workspace.inMemory()) {
      for (int seed = 0; seed < 400; seed++) {
        SplittableRandom chance = new SplittableRandom(seed);
        SimulatedRollout simulation =
            new SimulatedRollout(
                    workspace,
                    seed,
                    canary ->
                        canary
                            .steps(20)
                            .minimum(1_000_000)
                            .guard(Guard.latencyOver(BUDGET).alpha(0.05)))
                .slow();
        for (int i = 0; i < 6_000; i++) {
          simulation.request(chance, 0.2, 0.2);
        }
        rolledBack += simulation.rollout().state() instanceof RolloutState.RolledBack ? 1 : 0;
      }
    }
    assertThat(rolledBack).isBetween(1, 33);
  }
}
