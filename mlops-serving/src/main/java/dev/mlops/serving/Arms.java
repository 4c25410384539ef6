package dev.mlops.serving;

import org.jspecify.annotations.Nullable;

/** Puts the models of a router into service, each with limits of its own. */
record Arms<I, O>(
    String router, @Nullable Limits limits, Bookkeeping bookkeeping, RouterTime time) {

  /**
   * Puts a candidate where no request meets it, to be looked at. A breaker would hide failures.
   *
   * @param bookkeeping of the look, so that its counts are not those of requests
   */
  static <I, O> Arm<I, O> apart(
      RouterSetup<I, O> setup,
      Candidate<I, O> candidate,
      Bookkeeping bookkeeping,
      RouterTime time) {
    Limits limits = setup.limits();
    return new Arms<I, O>(
            setup.name(), limits == null ? null : limits.withoutBreaker(), bookkeeping, time)
        .of(candidate);
  }

  Arm<I, O> of(Candidate<I, O> candidate) {
    Gate<I, O> gate =
        limits == null ? null : new Gate<>(router, candidate, limits, time, bookkeeping.limits());
    return new Arm<>(candidate, gate, bookkeeping);
  }
}
