package dev.mlops.serving;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who answers when the assigned model does not, in this order: the live model, the one that was
 * live before while it is loaded, and what the application answers otherwise. Each is asked only if
 * those before it have failed; each answer is counted by who gave it.
 */
final class Fallbacks<I, O> {

  static final String LIVE = "live";
  static final String PREVIOUS = "previous";

  /** Who has answered; or, if nobody could, the model whose failure the caller sees. */
  record Rescue<I, O>(Candidate<I, O> by, Attempt<O> attempt) {}

  private final CurrentPlan<I, O> plan;
  private final Supplier<? extends @Nullable Arm<I, O>> previous;
  private final Map<String, Function<? super I, ? extends O>> otherwise;
  private final Supplier<IllegalStateException> closed;
  private final Bookkeeping bookkeeping;

  /** Who answers otherwise on this thread just now: he may ask the router again. */
  private final ThreadLocal<Set<String>> underWay = ThreadLocal.withInitial(HashSet::new);

  /**
   * Asks nobody yet.
   *
   * @param previous gives the model that was live before, or null if it is not loaded
   * @param otherwise the application's answers in their order
   * @param closed makes the failure of a closed router
   */
  Fallbacks(
      CurrentPlan<I, O> plan,
      Supplier<? extends @Nullable Arm<I, O>> previous,
      Map<String, Function<? super I, ? extends O>> otherwise,
      Supplier<IllegalStateException> closed,
      Bookkeeping bookkeeping) {
    this.plan = plan;
    this.previous = previous;
    this.otherwise = otherwise;
    this.closed = closed;
    this.bookkeeping = bookkeeping;
  }

  /** Finds an answer after the assigned model has failed, and has been counted. */
  Rescue<I, O> rescue(I input, Arm<I, O> assigned, boolean canary, Attempt<O> own) {
    Rescue<I, O> first = new Rescue<>(assigned.candidate, own);
    Rescue<I, O> failed = canary ? byLive(input, assigned) : first;
    if (!failed.attempt.failed()) {
      return failed;
    }
    Rescue<I, O> rescued = byPrevious(input, assigned);
    return rescued == null ? otherwise(input, failed) : rescued;
  }

  private Rescue<I, O> byLive(I input, Arm<I, O> assigned) {
    Arm<I, O> live = enterLive();
    if (live == null) {
      return new Rescue<>(assigned.candidate, Attempt.failed(closed.get()));
    }
    return counted(LIVE, new Rescue<>(live.candidate, live.askAndLeave(input)));
  }

  private @Nullable Rescue<I, O> byPrevious(I input, Arm<I, O> assigned) {
    Arm<I, O> arm = previous.get();
    if (arm == null || arm == assigned || !arm.enter()) {
      return null;
    }
    Rescue<I, O> rescue = counted(PREVIOUS, new Rescue<>(arm.candidate, arm.askAndLeave(input)));
    return rescue.attempt.failed() ? null : rescue;
  }

  /**
   * If all fail, the caller sees why the model did: the rest was only in its place. Who is asked
   * already, and has asked the router in his turn, is not asked again: two of them would ask each
   * other more often than there is time.
   */
  private Rescue<I, O> otherwise(I input, Rescue<I, O> failed) {
    for (var step : otherwise.entrySet()) {
      String name = step.getKey();
      Set<String> asking = underWay.get();
      if (!asking.add(name)) {
        bookkeeping.circle(name);
        continue;
      }
      try {
        Candidate<I, O> by = Candidate.of(failed.by.model(), name, step.getValue()::apply);
        Rescue<I, O> rescue = counted(name, new Rescue<>(by, Attempt.of(by, input)));
        if (!rescue.attempt.failed()) {
          return rescue;
        }
        bookkeeping.fallbackBroken(name, rescue.attempt.failure());
      } finally {
        asking.remove(name);
        if (asking.isEmpty()) {
          underWay.remove();
        }
      }
    }
    return failed;
  }

  private Rescue<I, O> counted(String who, Rescue<I, O> rescue) {
    if (!rescue.attempt.failed()) {
      bookkeeping.fallback(who);
    }
    return rescue;
  }

  /** Returns the live arm, or null if the router is closed. */
  private @Nullable Arm<I, O> enterLive() {
    Plan<I, O> current = plan.get();
    while (!current.closed()) {
      if (current.live().enter()) {
        return current.live();
      }
      current = plan.get();
    }
    return null;
  }
}
