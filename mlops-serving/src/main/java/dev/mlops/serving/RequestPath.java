package dev.mlops.serving;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
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
 *
 * <p>What the steps know of a request travels in arguments, not in an object: it would live for
 * some hundred nanoseconds, and there are a million requests a second.
 */
final class RequestPath<I, O> {

  private final RouterSetup<I, O> setup;
  private final CurrentPlan<I, O> plan;
  private final Fallbacks<I, O> fallbacks;
  private final PredictionIds ids;
  private final PredictionScribe<I, O> scribe;
  private final Bookkeeping bookkeeping;
  private final WallTime clock;
  private final LongSupplier ticker;

  RequestPath(
      RouterSetup<I, O> setup,
      CurrentPlan<I, O> plan,
      Supplier<? extends @Nullable Arm<I, O>> previous,
      PredictionIds ids,
      PredictionScribe<I, O> scribe,
      Bookkeeping bookkeeping,
      WallTime clock,
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
    while (true) {
      Plan<I, O> current = plan.get();
      if (current.closed()) {
        throw closed();
      }
      Trial<I, O> trial = current.trial();
      Prediction<O> answered =
          trial == null
              ? untried(input, sequence, current.live())
              : tried(input, sequence, current.live(), trial);
      if (answered != null) {
        return answered;
      }
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException("router '" + setup.name() + "' is closed");
  }

  /** Answers while no rollout is under way; null if the model has just been retired. */
  private @Nullable Prediction<O> untried(I input, long sequence, Arm<I, O> live) {
    if (!live.enter()) {
      return null;
    }
    try {
      return inside(input, sequence, live, null, null, ticker.getAsLong());
    } finally {
      // Last, so that who closes the router waits for the record too, and may close the log then.
      live.leave();
    }
  }

  /** Answers while a rollout is under way; null if the chosen model has just been retired. */
  private @Nullable Prediction<O> tried(I input, long sequence, Arm<I, O> live, Trial<I, O> trial) {
    String key = key(input);
    long hash = trial.hash(key, sequence);
    Audience audience = audience(input);
    Arm<I, O> arm = trial.arm(hash, audience, live);
    if (!arm.enter()) {
      return null;
    }
    try {
      long started = ticker.getAsLong();
      Witness<O> witness =
          audience == Audience.BY_SHARE
              ? witness(input, trial, arm, hash, key != null, sequence, started)
              : null;
      return inside(input, sequence, arm, trial, witness, started);
    } finally {
      arm.leave();
    }
  }

  /** Answers a request that is inside its arm. */
  @SuppressWarnings("unchecked")
  private Prediction<O> inside(
      I input,
      long sequence,
      Arm<I, O> arm,
      @Nullable Trial<I, O> trial,
      @Nullable Witness<O> witness,
      long started) {
    boolean canary = trial != null && arm == trial.arm();
    Object asked = arm.valueOrFailed(input);
    long spent = ticker.getAsLong() - started;
    if (asked instanceof Attempt<?> failed) {
      if (witness != null) {
        count(witness, (Attempt<O>) failed, Output.NONE, spent);
      }
      return rescued(input, sequence, arm, trial, (Attempt<O>) failed, started);
    }
    if (!canary) {
      arm.latencies().add(sequence, spent);
    }
    O value = (O) asked;
    Output output = setup.read(value, bookkeeping);
    String id = null;
    if (witness != null) {
      PredictionIds.Awaited awaited =
          count(witness, new Attempt<>(value, null, false), output.copy(), spent);
      id = awaited == null ? null : ids.name(sequence, awaited);
    }
    Prediction<O> answer =
        new Prediction<>(
            value, ids.series(), sequence, id, arm.candidate.served(), canary, false, spent);
    record(input, trial, answer, false, output.score(), started + spent);
    return answer;
  }

  private Prediction<O> rescued(
      I input,
      long sequence,
      Arm<I, O> arm,
      @Nullable Trial<I, O> trial,
      Attempt<O> own,
      long started) {
    boolean canary = trial != null && arm == trial.arm();
    Fallbacks.Rescue<I, O> rescue = fallbacks.rescue(input, arm, canary, own);
    O value = rescue.attempt().value();
    long spent = ticker.getAsLong() - started;
    double score = value == null ? Double.NaN : setup.read(value, bookkeeping).score();
    Prediction<O> answer =
        new Prediction<>(
            value, ids.series(), sequence, null, rescue.by().served(), canary, true, spent);
    record(input, trial, answer, own.interrupted(), score, started + spent);
    if (own.interrupted() && canary) {
      Thread.currentThread().interrupt(); // The candidate may have cleared what is the caller's.
    }
    rescue.attempt().throwFailure();
    return answer;
  }

  /** Counts a request in if it is evidence. */
  private @Nullable Witness<O> witness(
      I input,
      Trial<I, O> trial,
      Arm<I, O> arm,
      long hash,
      boolean hasKey,
      long sequence,
      long now) {
    try {
      Shadow<I, O> shadow = trial.shadow();
      if (shadow != null && !shadow.takes(trial.units(), arm, hash)) {
        return null;
      }
      if (!trial.units().count(hash, hasKey)) {
        return null;
      }
      boolean isKey = hasKey && trial.units().areKeys();
      long unit = isKey ? hash : ids.unit(sequence);
      return shadow == null
          ? ArmWitness.of(trial, arm == trial.arm(), unit, isKey, now)
          : new PairWitness<>(trial, shadow, input, unit);
    } catch (Throwable e) {
      bookkeeping.broken("counting a request in", e);
      return null;
    }
  }

  /** Returns under which number the label is awaited, if it is. */
  @CanIgnoreReturnValue
  private PredictionIds.@Nullable Awaited count(
      Witness<O> witness, Attempt<O> own, Output output, long spent) {
    try {
      return witness.count(ids, own, output, spent);
    } catch (Throwable e) {
      bookkeeping.broken("counting a request as evidence", e);
      return null;
    }
  }

  private void record(
      I input,
      @Nullable Trial<I, O> trial,
      Prediction<O> answer,
      boolean interrupted,
      double score,
      long ended) {
    bookkeeping.count(answer.canary(), interrupted, answer.outcome());
    try {
      Instant now = clock.at(ended);
      scribe.log(input, answer, score, now);
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
      if (key == null || key.isEmpty()) { // Of an empty key all would be one unit.
        bookkeeping.withoutKey();
        return null;
      }
      return key;
    } catch (Throwable e) {
      bookkeeping.broken("reading the unit key", e);
      return null;
    }
  }
}
