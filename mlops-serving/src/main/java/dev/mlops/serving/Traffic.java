package dev.mlops.serving;

import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.Verdict;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private final boolean byKey;
  private final RouterTime time;
  private final List<RequestCounters> steps = new CopyOnWriteArrayList<>();
  private volatile @Nullable LabelCounters labels;

  /**
   * Moves nothing yet.
   *
   * @param byKey whether a key is a unit of evidence, not a request
   */
  Traffic(
      CurrentPlan<I, O> plan,
      Arm<I, O> arm,
      Canary canary,
      long salt,
      boolean byKey,
      RouterTime time) {
    this.plan = plan;
    this.arm = arm;
    this.canary = canary;
    this.salt = salt;
    this.warmUps = canary.guardTerms().stream().map(guard -> new WarmUp(guard.warmUp())).toList();
    this.byKey = byKey;
    this.time = time;
  }

  /** Gives the candidate its first share; returns where labels are to be counted. */
  LabelCounters begin(Rollout rollout, Bookkeeping bookkeeping) {
    LabelCounters counters = new LabelCounters(rollout, canary, bookkeeping);
    labels = counters;
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
            counters,
            units(0));
    plan.change(current -> current.with(first));
    return counters;
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

  @Override
  public void sweep() {
    long now = time.nanos();
    steps.forEach(step -> step.sweep(now));
  }

  @Override
  public Verdict.Labels labels() {
    LabelCounters counters = labels;
    return counters == null ? Verdict.Labels.NONE : counters.labels();
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
          units(current.threshold()));
    }
    return current.held();
  }

  private RequestCounters requests(Rollout rollout, int step) {
    RequestCounters counters = new RequestCounters(rollout, step, canary, warmUps, time.nanos());
    steps.add(counters);
    return counters;
  }

  private Units units(int before) {
    return byKey ? Units.keys(before) : Units.requests();
  }
}
