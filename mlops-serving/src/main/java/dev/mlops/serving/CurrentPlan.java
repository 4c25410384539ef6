package dev.mlops.serving;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.function.UnaryOperator;

/**
 * The routing plan in force: requests read it without a lock, changes are made one after the other.
 */
final class CurrentPlan<I, O> {

  private volatile Plan<I, O> plan;

  CurrentPlan(Plan<I, O> first) {
    this.plan = first;
  }

  Plan<I, O> get() {
    return plan;
  }

  /** Returns the plan that was in force before. */
  @CanIgnoreReturnValue
  synchronized Plan<I, O> change(UnaryOperator<Plan<I, O>> change) {
    Plan<I, O> before = plan;
    plan = change.apply(before);
    return before;
  }
}
