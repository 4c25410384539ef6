package dev.mlops.serving;

import org.jspecify.annotations.Nullable;

/** Where requests go: immutable, replaced by one write, and closed for good. */
record Plan<I, O>(Arm<I, O> live, @Nullable Trial<I, O> trial, boolean closed) {

  static <I, O> Plan<I, O> live(Arm<I, O> live) {
    return new Plan<>(live, null, false);
  }

  Arm<I, O> arm(boolean canary) {
    return canary && trial != null ? trial.arm() : live;
  }

  Plan<I, O> with(@Nullable Trial<I, O> next) {
    return closed ? this : new Plan<>(live, next, false);
  }

  Plan<I, O> become(Arm<I, O> nextLive) {
    return closed ? this : new Plan<>(nextLive, null, false);
  }

  Plan<I, O> close() {
    return new Plan<>(live, trial, true);
  }
}
