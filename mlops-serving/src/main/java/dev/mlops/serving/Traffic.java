package dev.mlops.serving;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves the traffic of one rollout: each state of it is one routing plan. A closed router stays
 * closed.
 */
final class Traffic<I, O> implements Switchboard {

  private final CurrentPlan<I, O> plan;
  private final Arm<I, O> arm;
  private final Canary canary;
  private final long salt;
  private final List<WarmUp> warmUps;

  Traffic(CurrentPlan<I, O> plan, Arm<I, O> arm, Canary canary, long salt) {
    this.plan = plan;
    this.arm = arm;
    this.canary = canary;
    this.salt = salt;
    this.warmUps = canary.guardTerms().stream().map(guard -> new WarmUp(guard.warmUp())).toList();
  }

  /** Gives the candidate its first share; returns where labels are to be counted. */
  LabelCounters begin(Rollout rollout) {
    LabelCounters labels =
        new LabelCounters(rollout, canary.guards(), canary.tick(), canary.pending());
    double share = rollout.terms().shares().get(0);
    Trial<I, O> first =
        new Trial<>(
            arm,
            rollout,
            0,
            Buckets.threshold(share),
            salt,
            rollout.terms().ends(),
            requests(rollout, 0),
            labels,
            seen());
    plan.change(current -> current.with(first));
    return labels;
  }

  @Override
  public Runnable route(RolloutState state) {
    if (state instanceof RolloutState.Promoted) {
      Plan<I, O> before = plan.change(current -> current.become(arm));
      return before.closed() ? () -> {} : before.live()::retire;
    }
    if (state instanceof RolloutState.RolledBack) {
      Plan<I, O> before = plan.change(current -> current.become(current.live()));
      return before.closed() ? () -> {} : arm::retire;
    }
    plan.change(current -> current.with(next(current.trial(), state)));
    return () -> {};
  }

  private @Nullable Trial<I, O> next(@Nullable Trial<I, O> current, RolloutState state) {
    if (current == null) {
      return null;
    }
    if (state instanceof RolloutState.Running running) {
      return new Trial<>(
          arm,
          current.rollout(),
          running.step(),
          Buckets.threshold(running.share()),
          salt,
          current.ends(),
          requests(current.rollout(), running.step()),
          current.labels(),
          seen());
    }
    return current.held();
  }

  private RequestCounters requests(Rollout rollout, int step) {
    return new RequestCounters(rollout, step, canary.tick(), warmUps);
  }

  private @Nullable SeenKeys seen() {
    return canary.isOncePerKey() ? new SeenKeys() : null;
  }
}
