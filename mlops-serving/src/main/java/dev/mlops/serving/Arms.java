package dev.mlops.serving;

import org.jspecify.annotations.Nullable;

/** Puts the models of a router into service, each with limits of its own. */
record Arms<I, O>(
    String router, @Nullable Limits limits, Bookkeeping bookkeeping, RouterTime time) {

  Arm<I, O> of(Candidate<I, O> candidate) {
    Gate<I, O> gate =
        limits == null ? null : new Gate<>(router, candidate, limits, time, bookkeeping.limits());
    return new Arm<>(candidate, gate, bookkeeping);
  }
}
