package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.SplitProcess;
import java.time.Instant;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The units that the router's ticks hold fall on the candidate as often as the plan says. */
class RouterSplitTest {

  private static final int KEYS = 20_000;

  private static Rollout rollout(Workspace workspace, boolean byKey) {
    SimulatedRollout simulation =
        new SimulatedRollout(
            workspace,
            17,
            canary -> {
              canary.steps(10, 40, 60).minimum(1_500).guard(Guard.errors().notDecisive());
              if (!byKey) {
                canary.independentRequests();
              }
            });
    for (int i = 0; i < 60_000; i++) {
      @Nullable String key = byKey ? "key " + i % KEYS : null;
      simulation.request(key, i % 50 == 0, 0);
    }
    return simulation.rollout();
  }

  private static SplitProcess split(Rollout rollout, IntToDoubleFunction chance) {
    SplitProcess split = SplitProcess.start();
    for (Certificate.Tick tick : rollout.ticks()) {
      if (tick.guard().equals("errors")) {
        BadEventProcess.Tick counts = tick.counts();
        split =
            split.after(
                counts.canary(),
                counts.canary() + counts.stable(),
                chance.applyAsDouble(tick.step()));
      }
    }
    return split;
  }

  @ParameterizedTest(name = "by key: {0}")
  @ValueSource(booleans = {true, false})
  void is_the_one_of_the_plan(boolean byKey) {
    try (Workspace workspace = Workspace.inMemory()) {
      Rollout rollout = rollout(workspace, byKey);
      RolloutTerms terms = rollout.terms();
      SplitProcess split = split(rollout, terms::chance);
      assertThat(split.canary()).isGreaterThan(4_000);
      assertThat(split.rejects(0.01)).isFalse();
      // A plan told wrongly is seen: a tenth less than is drawn.
      assertThat(split(rollout, step -> 0.9 * terms.chance(step)).rejects(0.01)).isTrue();
      // By key the share itself is not the chance, but in the first step.
      assertThat(split(rollout, step -> terms.shares().get(step) / 100).rejects(0.01))
          .isEqualTo(byKey);
    }
  }

  /** Half of the candidate's requests are lost on the way to the counts. */
  @Test
  void that_is_not_the_one_of_the_plan_holds_the_rollout() {
    try (Workspace workspace = Workspace.inMemory()) {
      RolloutRecord record = RolloutRecord.start(rollout(workspace, true).terms());
      Instant time = record.terms().started();
      BadEventProcess.Tick half = new BadEventProcess.Tick(5, 0, 95, 0);
      for (int i = 0; record.state() instanceof RolloutState.Running; i++) {
        assertThat(i).isLessThan(30);
        time = time.plusSeconds(1);
        var unused = record.tick(0, 0, half, time, workspace.actor());
      }
      assertThat(((RolloutState.Held) record.state()).reason())
          .startsWith("the requests are not split as planned: ")
          .endsWith(
              " were planned; something leaves out, repeats or moves requests of one model, so no comparison of the two can be trusted");
      assertThat(Certificate.fromJson(record.certificate().toJson()).verify())
          .isInstanceOf(Certificate.Check.Confirmed.class);
    }
  }
}
