package dev.mlops.serving;

import dev.mlops.serving.Answer.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What happens to one request: it is assigned to an arm by the current plan, asked, rescued if its
 * model failed, and recorded. No step takes a lock, and no record that fails reaches the caller.
 */
final class RequestPath<I, O> {

  private static final String LIVE = "live";
  private static final String CANARY = "canary";
  private static final String DEFAULT_VERSION = "default";

  /** Whom a request was assigned to; it is counted as inside that arm. */
  private record Assignment<I, O>(
      Arm<I, O> arm, @Nullable Trial<I, O> trial, long hash, boolean canary) {}

  private final RouterSetup<I, O> setup;
  private final CurrentPlan<I, O> plan;
  private final PredictionIds ids;
  private final PredictionScribe<I, O> scribe;
  private final Bookkeeping bookkeeping;
  private final Clock clock;

  RequestPath(
      RouterSetup<I, O> setup,
      CurrentPlan<I, O> plan,
      PredictionIds ids,
      PredictionScribe<I, O> scribe,
      Bookkeeping bookkeeping,
      Clock clock) {
    this.setup = setup;
    this.plan = plan;
    this.ids = ids;
    this.scribe = scribe;
    this.bookkeeping = bookkeeping;
    this.clock = clock;
  }

  Prediction<O> answer(I input) {
    long sequence = ids.next();
    Assignment<I, O> assigned = assign(input, sequence);
    long started = System.nanoTime();
    Attempt<O> own = ask(assigned.arm, input);
    long spent = System.nanoTime() - started;
    Answer<O> answer =
        own.failed()
            ? rescued(input, sequence, assigned, own, started)
            : answered(sequence, assigned, own, spent);
    record(input, sequence, assigned, own, spent, answer);
    return answer.prediction();
  }

  private Assignment<I, O> assign(I input, long sequence) {
    while (true) {
      Plan<I, O> current = open();
      Trial<I, O> trial = current.trial();
      long hash = trial == null ? 0 : trial.hash(key(input), sequence);
      boolean canary = trial != null && trial.isCanary(hash);
      Arm<I, O> arm = current.arm(canary);
      if (arm.enter()) {
        return new Assignment<>(arm, trial, hash, canary);
      }
    }
  }

  private Arm<I, O> enterLive() {
    while (true) {
      Arm<I, O> live = open().live();
      if (live.enter()) {
        return live;
      }
    }
  }

  private Plan<I, O> open() {
    Plan<I, O> current = plan.get();
    if (current.closed()) {
      throw new IllegalStateException("router '" + setup.name() + "' is closed");
    }
    return current;
  }

  private Attempt<O> ask(Arm<I, O> arm, I input) {
    try {
      return Attempt.of(arm.candidate, input);
    } finally {
      arm.leave();
    }
  }

  private Answer<O> answered(long sequence, Assignment<I, O> assigned, Attempt<O> own, long nanos) {
    return answer(sequence, assigned, own, assigned.arm.candidate, Outcome.OK, nanos);
  }

  private Answer<O> rescued(
      I input, long sequence, Assignment<I, O> assigned, Attempt<O> own, long started) {
    Attempt<O> attempt = own;
    Candidate<I, O> by = assigned.arm.candidate;
    if (assigned.canary) {
      Arm<I, O> live = enterLive();
      by = live.candidate;
      attempt = ask(live, input);
    }
    Function<? super I, ? extends O> otherwise = setup.otherwise();
    if (attempt.failed() && otherwise != null) {
      by = Candidate.of(by.model(), DEFAULT_VERSION, otherwise::apply);
      attempt = Attempt.of(by, input);
    }
    Outcome outcome = attempt.failed() ? Outcome.ERROR : Outcome.FALLBACK;
    return answer(sequence, assigned, attempt, by, outcome, System.nanoTime() - started);
  }

  private Answer<O> answer(
      long sequence,
      Assignment<I, O> assigned,
      Attempt<O> attempt,
      Candidate<I, O> by,
      Outcome outcome,
      long nanos) {
    return new Answer<>(
        attempt,
        ids.name(sequence),
        by.model(),
        by.version(),
        assigned.canary ? CANARY : LIVE,
        outcome,
        Duration.ofNanos(nanos));
  }

  private void record(
      I input,
      long sequence,
      Assignment<I, O> assigned,
      Attempt<O> own,
      long spent,
      Answer<O> answer) {
    bookkeeping.count(assigned.canary, answer.outcome());
    try {
      double score = score(answer.attempt());
      Instant now = clock.instant();
      scribe.log(input, answer, score, now);
      if (assigned.trial != null) {
        judge(sequence, assigned, assigned.trial, own, spent, score, now);
      }
    } catch (RuntimeException e) {
      bookkeeping.broken("recording a prediction", e);
    }
  }

  private void judge(
      long sequence,
      Assignment<I, O> assigned,
      Trial<I, O> trial,
      Attempt<O> own,
      long spent,
      double score,
      Instant now) {
    if (!own.failed()) {
      trial.remember(sequence, assigned.canary, score);
    }
    trial.count(assigned.hash, assigned.canary, own.failed(), spent);
    if (!now.isBefore(trial.ends())) {
      trial.rollout().look();
    }
  }

  private @Nullable String key(I input) {
    Function<? super I, String> unitKey = setup.unitKey();
    if (unitKey == null) {
      return null;
    }
    try {
      return unitKey.apply(input);
    } catch (RuntimeException e) {
      bookkeeping.broken("reading the unit key", e);
      return null;
    }
  }

  private double score(Attempt<O> attempt) {
    try {
      return setup.score(attempt.value());
    } catch (RuntimeException e) {
      bookkeeping.broken("reading the score", e);
      return Double.NaN;
    }
  }
}
