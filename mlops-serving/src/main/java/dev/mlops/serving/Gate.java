package dev.mlops.serving;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one model at work: a caller who is let in asks it, on its threads or his own, and
 * what comes of it is told to the breaker.
 */
final class Gate<I, O> {

  private final String router;
  private final Candidate<I, O> candidate;
  private final Limits limits;
  private final InFlight places;
  private final @Nullable Breaker breaker;
  private final @Nullable ModelThreads<I, O> threads;
  private final RouterTime time;
  private final LimitCounters counters;

  Gate(
      String router,
      Candidate<I, O> candidate,
      Limits limits,
      RouterTime time,
      LimitCounters counters) {
    this.router = router;
    this.candidate = candidate;
    this.limits = limits;
    this.places = new InFlight(limits.places());
    this.breaker = limits.breaker() == null ? null : new Breaker(limits.breaker());
    this.threads =
        limits.timeout() == null
            ? null
            : new ModelThreads<>(
                "mlops-model-" + router + "-" + candidate, limits, places, time, counters);
    this.time = time;
    this.counters = counters;
  }

  boolean isBusy() {
    return places.isHalfFull();
  }

  /** Asks the model for a caller who is inside its arm. */
  Attempt<O> ask(Arm<I, O> arm, I input) {
    long left = breaker == null ? 0 : breaker.left(time.nanos());
    if (left > 0) {
      return paused(left);
    }
    if (!places.enter()) {
      counters.refused.increment();
      return over(
          "has %s inside, its limit".formatted(Plural.of(limits.places(), "request")),
          limits.retryAfter());
    }
    if (breaker == null) {
      return asked(arm, input);
    }
    Breaker.State entered = breaker.enter(time.nanos());
    if (entered == null) {
      places.leave();
      return paused(breaker.left(time.nanos()));
    }
    Attempt<O> attempt = asked(arm, input);
    tell(breaker, entered, attempt);
    return attempt;
  }

  private Attempt<O> asked(Arm<I, O> arm, I input) {
    if (threads == null) {
      try {
        return Attempt.of(candidate, input);
      } finally {
        places.leave();
      }
    }
    Attempt<O> attempt = threads.ask(arm, input);
    if (attempt != null) {
      return attempt;
    }
    counters.timedOut.increment();
    Duration timeout = Objects.requireNonNull(limits.timeout());
    return over("did not answer within " + Exactly.duration(timeout), limits.retryAfter());
  }

  /** An interrupted caller tells nothing of the model. */
  private void tell(Breaker told, Breaker.State entered, Attempt<O> attempt) {
    if (attempt.interrupted() || !told.add(entered, attempt.failed(), time.nanos())) {
      return;
    }
    if (attempt.failed()) {
      counters.opened(candidate, told.terms());
    } else {
      counters.closed(candidate);
    }
  }

  private Attempt<O> paused(long left) {
    counters.paused.increment();
    return over("is left alone after too many failures", Duration.ofNanos(left));
  }

  /** That the caller is interrupted has nothing to do with it. */
  private Attempt<O> over(String limit, Duration retryAfter) {
    return new Attempt<>(
        null, new OverloadedException(router, candidate.toString(), limit, retryAfter), false);
  }

  /** Ends the model's threads, once nobody is inside. */
  void close() {
    if (threads != null) {
      threads.close();
    }
  }
}
