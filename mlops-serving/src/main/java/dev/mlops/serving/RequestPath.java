package dev.mlops.serving;

import dev.mlops.serving.Answer.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens to one request: it is assigned to an arm by the current plan, counted in, asked,
 * counted, rescued if its model failed, and recorded. No step takes a lock, and no record that
 * fails reaches the caller.
 *
 * <p>Evidence is counted before anything is done about a failure: the rescue may hang, or fail as
 * well.
 */
final class RequestPath<I, O> {

  private static final String LIVE = "live";
  private static final String CANARY = "canary";

  /** Whom a request was assigned to; it is counted as inside that arm. */
  private record Assignment<I, O>(
      Arm<I, O> arm,
      @Nullable Trial<I, O> trial,
      long hash,
      boolean hasKey,
      boolean canary,
      boolean drawn) {}

  private final RouterSetup<I, O> setup;
  private final CurrentPlan<I, O> plan;
  private final Fallbacks<I, O> fallbacks;
  private final PredictionIds ids;
  private final PredictionScribe<I, O> scribe;
  private final Bookkeeping bookkeeping;
  private final Clock clock;
  private final LongSupplier ticker;

  RequestPath(
      RouterSetup<I, O> setup,
      CurrentPlan<I, O> plan,
      Supplier<? extends @Nullable Arm<I, O>> previous,
      PredictionIds ids,
      PredictionScribe<I, O> scribe,
      Bookkeeping bookkeeping,
      Clock clock,
      LongSupplier ticker) {
    this.setup = setup;
    this.plan = plan;
    this.fallbacks = new Fallbacks<>(plan, previous, setup.otherwise(), this::closed, bookkeeping);
    this.ids = ids;
    this.scribe = scribe;
    this.bookkeeping = bookkeeping;
    this.clock = clock;
    this.ticker = ticker;
  }

  Prediction<O> answer(I input) {
    long sequence = ids.next();
    Assignment<I, O> assigned = assign(input, sequence);
    try {
      return answer(input, sequence, assigned);
    } finally {
      // Last, so that who closes the router waits for the record too, and may close the log then.
      assigned.arm.leave();
    }
  }

  private Prediction<O> answer(I input, long sequence, Assignment<I, O> assigned) {
    long started = ticker.getAsLong();
    Witness witness = witness(assigned, sequence, started);
    Attempt<O> own = assigned.arm.ask(input);
    long spent = ticker.getAsLong() - started;
    Output output = own.failed() ? Output.NONE : read(own);
    PredictionIds.Awaited awaited = witness == null ? null : count(witness, own, output, spent);
    Answer<O> answer =
        own.failed()
            ? rescued(input, ids.name(sequence, awaited), assigned, own, started)
            : answer(ids.name(sequence, awaited), assigned, own, Outcome.OK, spent);
    record(input, assigned, own, answer, own.failed() ? read(answer.attempt()) : output);
    if (own.interrupted() && assigned.canary) {
      Thread.currentThread().interrupt(); // The candidate may have cleared what is the caller's.
    }
    return answer.prediction();
  }

  private Assignment<I, O> assign(I input, long sequence) {
    while (true) {
      Plan<I, O> current = plan.get();
      if (current.closed()) {
        throw closed();
      }
      Trial<I, O> trial = current.trial();
      String key = trial == null ? null : key(input);
      long hash = trial == null ? 0 : trial.hash(key, sequence);
      Audience audience = trial == null ? Audience.BY_SHARE : audience(input);
      boolean drawn = audience == Audience.BY_SHARE;
      boolean canary =
          trial != null && (drawn ? trial.isCanary(hash) : audience == Audience.ALWAYS);
      Arm<I, O> arm = current.arm(canary);
      if (arm.enter()) {
        return new Assignment<>(arm, trial, hash, key != null, canary, drawn);
      }
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException("router '" + setup.name() + "' is closed");
  }

  /** Counts a request in if it is evidence. */
  private @Nullable Witness witness(Assignment<I, O> assigned, long sequence, long now) {
    Trial<I, O> trial = assigned.trial;
    try {
      if (trial == null
          || !assigned.drawn
          || !trial.units().count(assigned.hash, assigned.hasKey)) {
        return null;
      }
      boolean isKey = assigned.hasKey && trial.units().areKeys();
      long unit = isKey ? assigned.hash : ids.unit(sequence);
      return Witness.of(trial, assigned.canary, unit, isKey, now);
    } catch (Throwable e) {
      bookkeeping.broken("counting a request in", e);
      return null;
    }
  }

  /** Returns under which number the label is awaited, if it is. */
  private PredictionIds.@Nullable Awaited count(
      Witness witness, Attempt<O> own, Output output, long spent) {
    try {
      witness.count(own, output.invalid(), spent);
      if (output.isScored()) {
        return witness.await(ids, output.score());
      }
      if (!own.failed()) {
        witness.unscored();
      }
      return null;
    } catch (Throwable e) {
      bookkeeping.broken("counting a request as evidence", e);
      return null;
    }
  }

  private Answer<O> rescued(
      I input, String id, Assignment<I, O> assigned, Attempt<O> own, long started) {
    Fallbacks.Rescue<I, O> rescue = fallbacks.rescue(input, assigned.arm, assigned.canary, own);
    Outcome outcome = rescue.attempt().failed() ? Outcome.ERROR : Outcome.FALLBACK;
    return answer(
        id, assigned, rescue.by(), rescue.attempt(), outcome, ticker.getAsLong() - started);
  }

  private Answer<O> answer(
      String id, Assignment<I, O> assigned, Attempt<O> own, Outcome outcome, long nanos) {
    return answer(id, assigned, assigned.arm.candidate, own, outcome, nanos);
  }

  private Answer<O> answer(
      String id,
      Assignment<I, O> assigned,
      Candidate<I, O> by,
      Attempt<O> attempt,
      Outcome outcome,
      long nanos) {
    return new Answer<>(
        attempt,
        id,
        by.model(),
        by.version(),
        assigned.canary ? CANARY : LIVE,
        outcome,
        Duration.ofNanos(nanos));
  }

  private void record(
      I input, Assignment<I, O> assigned, Attempt<O> own, Answer<O> answer, Output output) {
    bookkeeping.count(assigned.canary, own.interrupted(), answer.outcome());
    try {
      Instant now = clock.instant();
      scribe.log(input, answer, output.score(), now);
      Trial<I, O> trial = assigned.trial;
      if (trial != null && !now.isBefore(trial.ends())) {
        trial.rollout().lookLater();
      }
    } catch (Throwable e) {
      bookkeeping.broken("recording a prediction", e);
    }
  }

  /** Who can't be told is spared the candidate. */
  private Audience audience(I input) {
    Function<? super I, Audience> audience = setup.audience();
    if (audience == null) {
      return Audience.BY_SHARE;
    }
    try {
      return Objects.requireNonNull(audience.apply(input), "the audience");
    } catch (Throwable e) {
      bookkeeping.broken("reading the audience", e);
      return Audience.NEVER;
    }
  }

  private @Nullable String key(I input) {
    Function<? super I, String> unitKey = setup.unitKey();
    if (unitKey == null) {
      return null;
    }
    try {
      String key = unitKey.apply(input);
      if (key == null) {
        bookkeeping.withoutKey();
      }
      return key;
    } catch (Throwable e) {
      bookkeeping.broken("reading the unit key", e);
      return null;
    }
  }

  private Output read(Attempt<O> attempt) {
    O value = attempt.value();
    return value == null ? Output.NONE : setup.read(value, bookkeeping);
  }
}
