package dev.mlops.serving;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.labels.Label;
import dev.mlops.labels.LabelReceipt;
import dev.mlops.predictions.PredictionSink;
import dev.mlops.predictions.PredictionSource;
import dev.mlops.rollout.RolloutTerms;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Answers with the live model, and lets a candidate take over: at once by {@link #replace}, or by
 * evidence in a {@link Rollout}.
 *
 * <p>Safe for use by many threads. A request takes no lock: it reads one immutable plan, asks one
 * model, and leaves counts. Who opens, closes: the router closes no model except those of
 * candidates made with {@link Candidate#closing}; close the router before the models.
 *
 * @param <I> what is asked
 * @param <O> what is answered
 */
public final class DeploymentRouter<I, O> implements Predictor<I, O>, AutoCloseable {

  private static final Duration DRAIN = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration HEAR_EVERY = Duration.ofSeconds(1);

  private final RouterSetup<I, O> setup;
  private final Workspace workspace;
  private final Clock clock;
  private final PredictionIds ids = new PredictionIds();
  private final Bookkeeping bookkeeping;
  private final RequestPath<I, O> requests;
  private final JournalThread thread;
  private final RolloutJournal journal;
  private final CurrentPlan<I, O> plan;
  private final Arms<I, O> arms;
  private final RouterTime time;
  private final Runnable forgottenByWorkspace;
  private final Runnable unsubscribed;
  private final Object administration = new Object();
  private final ReentrantLock closing = new ReentrantLock();
  private volatile @Nullable Rollout rollout;
  private volatile @Nullable LabelCounters labelCounters;

  DeploymentRouter(
      RouterSetup<I, O> setup,
      Workspace workspace,
      PredictionSink log,
      Candidate<I, O> live,
      @Nullable Executor executor,
      RouterTime time) {
    OpenRouters.claim(workspace, setup.name());
    this.setup = setup;
    this.time = time;
    this.workspace = workspace;
    this.clock = workspace.clock();
    this.bookkeeping = new Bookkeeping(setup.name());
    this.arms = new Arms<>(setup.name(), setup.limits(), bookkeeping, time);
    this.plan = new CurrentPlan<>(Plan.live(arms.of(live)));
    this.requests =
        new RequestPath<>(
            setup,
            plan,
            () -> null,
            ids,
            new PredictionScribe<>(setup, log, bookkeeping),
            bookkeeping,
            clock,
            time::nanos);
    this.thread = new JournalThread(setup.name(), executor);
    this.journal = new RolloutJournal(workspace, thread, setup, bookkeeping);
    bookkeeping.opened(setup.logging(), log instanceof PredictionSource);
    this.forgottenByWorkspace = workspace.onClose(this);
    this.unsubscribed = workspace.labels().subscribe((labels, receipt) -> countOwn(labels));
  }

  /**
   * Begins a router.
   *
   * @param workspace gives its prediction log, its journal and its clock; stays open as long as the
   *     router
   * @param name how the journal and messages call it, not blank
   * @return its options
   * @throws IllegalArgumentException if the name is blank
   */
  public static RouterBuilder<?, ?> builder(Workspace workspace, String name) {
    Objects.requireNonNull(name, "name");
    return new RouterBuilder<>(workspace, name);
  }

  /**
   * Answers one input, as {@link #answer} does.
   *
   * @param input what is asked
   * @return the answer alone
   * @throws IllegalStateException if the router is closed
   */
  @Override
  public O predict(I input) {
    return answer(input).value();
  }

  /**
   * Answers one input, logs the prediction, and counts it as evidence if a rollout is under way.
   *
   * <p>A failing candidate falls back to the live model, whatever it throws, an {@link Error} too.
   * If the live model fails, {@link RouterBuilder#otherwise} answers; without it what the live
   * model threw reaches the caller as it is.
   *
   * @param input what is asked
   * @return the answer and where it came from
   * @throws OverloadedException if the live model is over one of its {@link Limits}, and nothing
   *     else could answer
   * @throws IllegalStateException if the router is closed
   */
  public Prediction<O> answer(I input) {
    return requests.answer(input);
  }

  /**
   * Replaces the live model between two requests, and waits until nobody is inside the old one, for
   * half a minute at most.
   *
   * @param candidate the model for all requests from now on
   * @return true if nobody is inside the old model any more, so that it may be closed; false if a
   *     request still is. Either way a model handed over by {@link Candidate#closing} is closed by
   *     the last who leaves it
   * @throws IllegalStateException if a rollout is under way, or the router is closed
   */
  public boolean replace(Candidate<I, O> candidate) {
    Objects.requireNonNull(candidate, "candidate");
    Arm<I, O> arm = arms.of(candidate);
    Arm<I, O> old;
    synchronized (administration) {
      old = requireIdle("the live model can't be replaced").live();
      plan.change(current -> current.become(arm));
      journal.replaced(old.candidate, candidate);
    }
    old.retire();
    return old.awaitDrained(DRAIN);
  }

  /**
   * Plans a rollout of a candidate.
   *
   * @param candidate the model that takes over if the evidence allows it
   * @return the plan; {@link Canary#start()} begins it
   */
  public Canary canary(Candidate<I, O> candidate) {
    Objects.requireNonNull(candidate, "candidate");
    return new Canary(
        canary -> start(canary, candidate),
        canary -> terms(canary, plan.get().live().candidate, candidate, clock.instant()),
        workspace.actor());
  }

  /**
   * Adds labels to the workspace, as {@code workspace.labels().add(labels)} does: whichever way
   * they come, those of this router's predictions are counted for the rollout's label guards. Those
   * that this process adds count at once; those that other processes add to the same database are
   * read each second while a rollout waits for labels.
   *
   * <p>A prediction counts once; a second label for it is stored only. So are labels of predictions
   * that are no evidence, as they belong to no rollout, fell back, or were not the first of their
   * key; and of those forgotten before, which {@link #counts} tells. A label whose prediction is
   * not of this router is logged, counted by {@link RouterCounts#unknownLabels} and told once: the
   * id is misspelt, or of another process, or of this one before its router was opened anew.
   *
   * @param labels in any order
   * @return what became of them
   * @throws dev.mlops.error.StorageException if they can't be kept; then none was counted
   */
  @CanIgnoreReturnValue
  public LabelReceipt feedback(List<Label> labels) {
    Objects.requireNonNull(labels, "labels");
    LabelReceipt receipt = workspace.labels().add(labels);
    count(labels.stream().filter(label -> !isOwn(label)).toList());
    return receipt;
  }

  /**
   * Labels of another router's predictions are heard of too, and are none of this one's concern.
   */
  private void countOwn(List<Label> labels) {
    count(labels.stream().filter(this::isOwn).toList());
  }

  private boolean isOwn(Label label) {
    return ids.awaited(label.predictionId()) != PredictionIds.UNKNOWN;
  }

  private void count(List<Label> labels) {
    LabelCounters counters = labelCounters;
    bookkeeping.labels(
        labels.size(),
        counters == null
            ? LabelCounters.countUnawaited(labels, ids::awaited)
            : counters.count(labels, ids::awaited));
  }

  /**
   * Returns the live model.
   *
   * @return who answers when no rollout is under way
   */
  public Candidate<I, O> live() {
    return plan.get().live().candidate;
  }

  /**
   * Returns the latest rollout, which may be over.
   *
   * @return the rollout, empty if there was none
   */
  public Optional<Rollout> rollout() {
    return Optional.ofNullable(rollout);
  }

  /**
   * Returns what was counted since the router was opened.
   *
   * @return the counts, each exact at some moment during the call
   */
  public RouterCounts counts() {
    return bookkeeping.counts(ids.issued());
  }

  /**
   * Takes no more requests, holds a rollout that is under way, waits for the requests inside, for
   * half a minute at most for each model, closes the models that were handed over, and writes what
   * the journal has not taken yet; what it can't take is counted. The workspace closes a router
   * that is still open. A second call does nothing but wait for the first.
   */
  @Override
  public void close() {
    // Who calls second may close the workspace next, which the first still needs.
    closing.lock();
    try {
      if (!plan.get().closed()) {
        finish();
      }
    } finally {
      closing.unlock();
    }
  }

  private void finish() {
    Plan<I, O> last;
    synchronized (administration) {
      if (rollout != null) {
        rollout.stop();
      }
      last = plan.change(Plan::close);
    }
    last.live().retire();
    if (last.trial() != null) {
      last.trial().arm().retire();
      last.trial().arm().awaitDrained(DRAIN);
    }
    last.live().awaitDrained(DRAIN);
    thread.close();
    journal.close();
    unsubscribed.run();
    forgottenByWorkspace.run();
    OpenRouters.release(workspace, setup.name());
  }

  /**
   * Names the router and who answers.
   *
   * @return one line
   */
  @Override
  public String toString() {
    return "router '%s': %s".formatted(setup.name(), live());
  }

  private Rollout start(Canary canary, Candidate<I, O> candidate) {
    requireReadable(canary);
    synchronized (administration) {
      Candidate<I, O> live = requireIdle("another can't start").live().candidate;
      Instant now = clock.instant();
      RolloutTerms terms = terms(canary, live, candidate, now);
      boolean waits = canary.guards().stream().anyMatch(Guard::isAboutLabels);
      AtomicLong heard = new AtomicLong(waits ? workspace.labels().position() : 0);
      Traffic<I, O> traffic =
          new Traffic<>(plan, arms.of(candidate), canary, terms.salt(), terms.byKey(), time);
      Rollout started = new Rollout(terms, clock, canary.actor(), traffic, journal);
      journal.started(terms, live, candidate, canary.actor());
      labelCounters = traffic.begin(started, bookkeeping);
      rollout = started;
      String thread = "mlops-router-" + setup.name() + "-timer";
      time.every(LOOK_EVERY, thread, () -> look(started));
      if (waits) {
        time.every(
            HEAR_EVERY, "mlops-router-" + setup.name() + "-labels", () -> hear(started, heard));
      }
      return started;
    }
  }

  private RolloutTerms terms(
      Canary canary, Candidate<I, O> live, Candidate<I, O> candidate, Instant now) {
    return new RolloutTerms(
        setup.name(),
        live.toString(),
        candidate.toString(),
        new RolloutTerms.Digests(live.digest().orElse(null), candidate.digest().orElse(null)),
        salt(candidate, now),
        isByKey(canary),
        canary.tick(),
        canary.shares(),
        canary.minimumTime(),
        canary.answerWithin(),
        canary.deadline(),
        now,
        canary.guardTerms());
  }

  private boolean isByKey(Canary canary) {
    return setup.unitKey() != null && !canary.hasIndependentRequests();
  }

  /** The moment is part of it, so that a second attempt of a candidate has other victims. */
  private long salt(Candidate<I, O> candidate, Instant started) {
    return Buckets.salt(
        setup.salt(), "canary", candidate.model(), candidate.version(), started.toString());
  }

  private void requireReadable(Canary canary) {
    for (Guard guard : canary.guards()) {
      if (guard.isAboutLabels() && bookkeeping.hasAnswersWithoutScore()) {
        throw new IllegalStateException(
            "guard '%s' needs a score to judge, and nothing scores the answers of router '%s'; give it a .score(...)"
                .formatted(guard.name(), setup.name()));
      }
    }
  }

  /** Lets time pass for a rollout; returns false once it is over, or the router closed. */
  private boolean look(Rollout started) {
    try {
      boolean isOver = started.state().isOver() || plan.get().closed();
      journal.write();
      return !isOver || !journal.isEmpty();
    } catch (Throwable e) {
      bookkeeping.broken("looking at the rollout", e);
      return true;
    }
  }

  /** Hears of labels that other processes add; returns false once nobody waits for them. */
  private boolean hear(Rollout started, AtomicLong heard) {
    try {
      if (started.state().isOver() || plan.get().closed()) {
        return false;
      }
      heard.set(workspace.labels().hearOthers(heard.get(), (labels, receipt) -> countOwn(labels)));
    } catch (Throwable e) {
      bookkeeping.broken("reading the labels that others have added", e);
    }
    return true;
  }

  private Plan<I, O> requireIdle(String consequence) {
    if (plan.get().closed()) {
      throw new IllegalStateException("router '" + setup.name() + "' is closed");
    }
    if (rollout != null && !rollout.state().isOver()) {
      throw new IllegalStateException(
          "router '%s' has a rollout of %s, %s, so %s; promote it or roll it back first"
              .formatted(setup.name(), rollout.terms().candidate(), rollout.state(), consequence));
    }
    return plan.get();
  }
}
