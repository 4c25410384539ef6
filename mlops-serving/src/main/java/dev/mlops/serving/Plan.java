package dev.mlops.serving;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where requests go: immutable, replaced by one write, and closed for good.
 *
 * @param previous the model that was live before, while it is warm
 */
record Plan<I, O>(
    Arm<I, O> live, @Nullable Arm<I, O> previous, @Nullable Trial<I, O> trial, boolean closed) {

  static <I, O> Plan<I, O> live(Arm<I, O> live) {
    return new Plan<>(live, null, null, false);
  }

  Plan<I, O> with(@Nullable Trial<I, O> next) {
    return closed ? this : new Plan<>(live, previous, next, false);
  }

  Plan<I, O> become(Arm<I, O> nextLive) {
    return closed || nextLive == live ? this : new Plan<>(nextLive, live, null, false);
  }

  /** The previous model takes the place of this one if it is live. */
  Plan<I, O> without(Arm<I, O> arm) {
    if (closed) {
      return this;
    }
    if (live != arm) {
      return new Plan<>(live, previous, null, false);
    }
    return previous == null ? this : new Plan<>(previous, null, null, false);
  }

  Plan<I, O> forget(Arm<I, O> arm) {
    return closed || previous != arm ? this : new Plan<>(live, null, trial, false);
  }

  /** The models beside the live one. */
  List<Arm<I, O>> others() {
    List<Arm<I, O>> others = new ArrayList<>();
    if (previous != null) {
      others.add(previous);
    }
    if (trial != null) {
      others.add(trial.arm());
    }
    return others;
  }

  Plan<I, O> close() {
    return new Plan<>(live, previous, trial, true);
  }
}
