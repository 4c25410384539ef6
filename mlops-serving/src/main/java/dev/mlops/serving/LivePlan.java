package dev.mlops.serving;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is live, and how that changes: the model that was live before stays warm for a while, so that
 * it can be live again with the next request.
 */
final class LivePlan<I, O> {

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** The model that was live before, and until when it stays warm. */
  private record Kept<I, O>(Arm<I, O> arm, long until) {}

  private final CurrentPlan<I, O> plan;
  private final RouterTime time;
  private final Duration keep;
  private final String router;
  private final @Nullable Supplier<Arm<I, O>> opener;
  private @Nullable Kept<I, O> kept;

  /**
   * Begins with what a plan says.
   *
   * @param keep how long the model that was live before stays warm
   * @param opener opens what the database says is live, for a way back to a model that is not warm
   *     any more; null if nobody has said how
   */
  LivePlan(
      CurrentPlan<I, O> plan,
      RouterTime time,
      Duration keep,
      String router,
      @Nullable Supplier<Arm<I, O>> opener) {
    this.plan = plan;
    this.time = time;
    this.keep = keep;
    this.router = router;
    this.opener = opener;
  }

  Plan<I, O> get() {
    return plan.get();
  }

  /** Shares the traffic with a candidate, or stops that. */
  void trial(@Nullable Trial<I, O> trial) {
    plan.change(current -> current.with(trial));
  }

  /** Makes another model the live one; returns what is left to do outside every lock. */
  Runnable promote(Arm<I, O> arm) {
    Plan<I, O> before = plan.change(current -> current.become(arm));
    if (before.closed() || before.live() == arm) {
      return () -> {};
    }
    return () -> {
      retire(before.previous());
      forgetLater(before.live());
    };
  }

  /** Takes a candidate out of service, whether it was promoted or not. */
  Runnable takeBack(Arm<I, O> arm) {
    Plan<I, O> now = plan.get();
    if (now.live() == arm && now.previous() == null) {
      return opener == null ? () -> {} : () -> promote(opener.get()).run();
    }
    Plan<I, O> before = plan.change(current -> current.without(arm));
    return before.closed() ? () -> {} : arm::retire;
  }

  /** Whether a model can take the place of the live one. */
  boolean hasWayBack() {
    return plan.get().previous() != null || opener != null;
  }

  Plan<I, O> close() {
    return plan.change(Plan::close);
  }

  private void forgetLater(Arm<I, O> arm) {
    if (keep.isZero()) {
      forget(arm);
      return;
    }
    boolean isFirst;
    synchronized (this) {
      if (plan.get().previous() != arm) {
        return; // Another model was made live meanwhile, and this one is retired.
      }
      isFirst = kept == null;
      kept = new Kept<>(arm, time.nanos() + keep.toNanos());
    }
    if (isFirst) {
      Duration look = keep.compareTo(LOOK_EVERY) < 0 ? keep : LOOK_EVERY;
      time.every(look, "mlops-router-" + router + "-previous", this::forgetDue);
    }
  }

  /**
   * One thread looks for all models that are kept, one after the other, and ends with the last of
   * them or with the router: a thread for each would hold its model until the time is up.
   *
   * @return whether there is something to look for
   */
  private boolean forgetDue() {
    Arm<I, O> due;
    synchronized (this) {
      Kept<I, O> known = Objects.requireNonNull(kept);
      Plan<I, O> now = plan.get();
      boolean isKept = !now.closed() && now.previous() == known.arm;
      if (isKept && time.nanos() - known.until < 0) {
        return true;
      }
      kept = null;
      due = known.arm;
    }
    forget(due);
    return false;
  }

  private void forget(Arm<I, O> arm) {
    Plan<I, O> before = plan.change(current -> current.forget(arm));
    if (before.previous() == arm && !before.closed()) {
      arm.retire();
    }
  }

  private static void retire(@Nullable Arm<?, ?> arm) {
    if (arm != null) {
      arm.retire();
    }
  }
}
