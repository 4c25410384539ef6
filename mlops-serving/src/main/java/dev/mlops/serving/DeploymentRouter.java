package dev.mlops.serving;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.journal.Reason;
import dev.mlops.labels.Label;
import dev.mlops.labels.LabelReceipt;
import dev.mlops.predictions.PredictionSink;
import dev.mlops.predictions.PredictionSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
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

  private final RouterSetup<I, O> setup;
  private final Workspace workspace;
  private final PredictionIds ids = new PredictionIds();
  private final Bookkeeping bookkeeping;
  private final RequestPath<I, O> requests;
  private final JournalThread thread;
  private final RouterJournal events;
  private final Deployments<I, O> deployments;
  private final Rollouts<I, O> rollouts;
  private final PredictionSink log;
  private final LivePlan<I, O> plan;
  private final Arms<I, O> arms;
  private final RouterTime time;
  private final Following<I, O> following;
  private final Runnable forgottenByWorkspace;
  private final Runnable unsubscribed;
  private final Object administration = new Object();
  private final ReentrantLock closing = new ReentrantLock();

  DeploymentRouter(
      RouterSetup<I, O> setup,
      Workspace workspace,
      PredictionSink log,
      Deployments<I, O> deployments,
      @Nullable Executor executor,
      RouterTime time,
      Duration keepPrevious) {
    this.setup = setup;
    this.time = time;
    this.workspace = workspace;
    this.deployments = deployments;
    this.events = new RouterJournal(setup.name(), workspace.journal(), time);
    this.bookkeeping = new Bookkeeping(setup.name(), this::tell);
    this.arms = new Arms<>(setup.name(), setup.limits(), bookkeeping, time);
    CurrentPlan<I, O> current = new CurrentPlan<>(Plan.live(arms.of(deployments.first())));
    this.plan =
        new LivePlan<>(
            current,
            time,
            keepPrevious,
            setup.name(),
            deployments.canOpen() ? () -> arms.of(deployments.live()) : null);
    this.requests =
        new RequestPath<>(
            setup,
            current,
            () -> plan.get().previous(),
            ids,
            new PredictionScribe<>(setup, log, bookkeeping),
            bookkeeping,
            new WallTime(workspace.clock(), time),
            time::nanos);
    this.thread = new JournalThread(setup.name(), executor);
    this.log = log;
    this.rollouts =
        new Rollouts<>(setup, workspace, deployments, plan, arms, ids, thread, time, bookkeeping);
    bookkeeping.opened(setup.logging(), log instanceof PredictionSource);
    this.following =
        new Following<>(
            setup.name(),
            workspace,
            deployments,
            rollouts,
            plan,
            arms,
            ids,
            time,
            bookkeeping,
            administration);
    following.resume();
    this.forgottenByWorkspace = workspace.onClose(this);
    this.unsubscribed =
        workspace.labels().subscribe((added, receipt) -> following.labels().countOwn(added));
    following.begin();
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
      deployments.replace(old.candidate, candidate);
      plan.promote(arm).run();
    }
    return old.awaitEmpty(DRAIN);
  }

  /**
   * Takes the candidate of the latest rollout out of service, or the live model if none is under
   * way: the model that was live before answers from the next request on. It is still loaded for
   * the time of {@link RouterBuilder#keepPrevious}; later {@link RouterBuilder#models} opens it.
   *
   * @param reason why, and by whom if not by the workspace's actor
   * @throws IllegalStateException if there is nothing to go back to, or the router is closed
   * @throws dev.mlops.error.StorageException if no rollout is under way and it can't be written;
   *     nothing has changed then
   */
  public void rollback(Reason reason) {
    Objects.requireNonNull(reason, "reason");
    Rollouts.Joined latest = following.joined();
    if (latest != null && latest.rollout().canBeTakenBack()) {
      latest.rollout().rollback(reason);
      return;
    }
    synchronized (administration) {
      requireOpen();
      deployments.requirePrevious();
      if (!plan.hasWayBack()) {
        throw new IllegalStateException(
            "router '%s': the model before %s is not loaded any more, and there are no .models(...) to open it; use replace(...)"
                .formatted(setup.name(), live()));
      }
      following.goTo(deployments.goBack(live(), reason));
    }
  }

  /**
   * Replaces the live model as {@link #replace(Candidate)} does, if the candidate passes a
   * preflight. One that does not is in no request's way: an event {@code deployment.refused} tells
   * why.
   *
   * @param candidate the model for all requests from now on
   * @param preflight what it must show before
   * @return as {@link #replace(Candidate)}
   * @throws PreflightFailedException if it does not pass; what was handed over is closed then
   * @throws IllegalStateException if a rollout is under way, or the router is closed
   */
  public boolean replace(Candidate<I, O> candidate, Preflight<I, O> preflight) {
    Objects.requireNonNull(candidate, "candidate");
    Objects.requireNonNull(preflight, "preflight");
    Plan<I, O> unused = requireIdle("the live model can't be replaced");
    new PreflightRun<>(setup, candidate, preflight, time)
        .require("deployment.refused", workspace, workspace.actor());
    return replace(candidate);
  }

  /**
   * Plans a rollout of a candidate that must pass a preflight first: {@link Canary#start} looks at
   * it before any request does. One that does not pass has no traffic, and {@code start} throws a
   * {@link PreflightFailedException}; an event {@code rollout.refused} tells why.
   *
   * @param candidate the model that takes over if the evidence allows it; if it does not pass, what
   *     was handed over is closed
   * @param preflight what it must show before
   * @return the plan; {@link Canary#start()} begins it
   */
  public Canary canary(Candidate<I, O> candidate, Preflight<I, O> preflight) {
    Objects.requireNonNull(candidate, "candidate");
    Objects.requireNonNull(preflight, "preflight");
    return canary(
        candidate,
        canary -> {
          Rollout same = joined(canary, candidate);
          if (same != null) {
            return same;
          }
          Plan<I, O> unused = requireIdle("another can't start");
          new PreflightRun<>(setup, candidate, preflight, time)
              .require("rollout.refused", workspace, canary.actor());
          return start(canary, candidate);
        });
  }

  /**
   * Plans a rollout of a candidate.
   *
   * @param candidate the model that takes over if the evidence allows it
   * @return the plan; {@link Canary#start()} begins it
   */
  public Canary canary(Candidate<I, O> candidate) {
    Objects.requireNonNull(candidate, "candidate");
    return canary(candidate, canary -> start(canary, candidate));
  }

  /**
   * Plans a shadow of a candidate: it answers requests beside the live model, and nobody gets its
   * answers. This is {@code canary(candidate).steps(0)}; a rollout that goes on after the shadow
   * has more steps, such as {@code steps(0, 1, 5, 25, 50, 100)}.
   *
   * @param candidate the model that is tried
   * @return the plan; {@link Canary#start()} begins it. When the shadow has passed, the rollout is
   *     held
   */
  public Canary shadow(Candidate<I, O> candidate) {
    return canary(candidate).steps(0);
  }

  /**
   * Plans an A/B test of a candidate against the live model.
   *
   * @param candidate the other model
   * @return the plan; {@link AbTest#start()} begins it
   */
  public AbTest abTest(Candidate<I, O> candidate) {
    return new AbTest(canary(candidate));
  }

  /**
   * Plans an A/B test of a candidate that must pass a preflight first, as {@link #canary(Candidate,
   * Preflight)} does.
   *
   * @param candidate the other model; if it does not pass, what was handed over is closed
   * @param preflight what it must show before
   * @return the plan; {@link AbTest#start()} begins it
   */
  public AbTest abTest(Candidate<I, O> candidate, Preflight<I, O> preflight) {
    return new AbTest(canary(candidate, preflight));
  }

  private Canary canary(Candidate<I, O> candidate, Function<Canary, Rollout> starter) {
    return new Canary(
        starter,
        canary -> rollouts.terms(canary, plan.get().live().candidate, candidate),
        (canary, from, to) -> {
          requireReadable(canary);
          return rollouts.dryRun(canary, candidate, log, from, to);
        },
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
   * key; and of those forgotten before, which {@link #counts} tells. The label of a prediction of
   * another process in the rollout is counted by that process, or by one of the others once it has
   * gone. Any other label is logged, counted by {@link RouterCounts#unknownLabels} and told once:
   * its id is misspelt, or of another router, or of an earlier rollout of another process.
   *
   * @param labels in any order
   * @return what became of them
   * @throws dev.mlops.error.StorageException if they can't be kept; then none was counted
   */
  @CanIgnoreReturnValue
  public LabelReceipt feedback(List<Label> labels) {
    return following.labels().add(Objects.requireNonNull(labels, "labels"));
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
    Rollouts.Joined latest = following.joined();
    return latest == null ? Optional.empty() : Optional.of(latest.rollout());
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
   * Takes no more requests, waits for the requests inside, for half a minute at most for each
   * model, closes the models that were handed over, and writes what a rollout has counted; what
   * can't be written is counted as lost. A rollout that is under way stays as it is, and goes on
   * when the router is opened again. The workspace closes a router that is still open. A second
   * call does nothing but wait for the first.
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
      last = plan.close();
    }
    last.live().retire();
    for (Arm<I, O> arm : last.others()) {
      arm.retire();
      arm.awaitDrained(DRAIN);
    }
    last.live().awaitDrained(DRAIN);
    Rollouts.Joined latest = following.joined();
    if (latest != null) {
      latest.rollout().stop();
      if (latest.presence() != null) {
        latest.presence().close();
      }
    }
    thread.close();
    if (latest != null) {
      latest.rollout().tellRest();
    }
    events.close(bookkeeping);
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

  /** Has the journal say that a model is left alone, or asked again. */
  private void tell(Candidate<?, ?> model, Limits.@Nullable BreakerTerms opened) {
    Instant now = workspace.clock().instant();
    events.add(
        () ->
            opened == null
                ? RolloutEvents.breakerClosed(setup.name(), model.served(), now)
                : RolloutEvents.breakerOpened(setup.name(), model.served(), opened, now));
  }

  private Rollout start(Canary canary, Candidate<I, O> candidate) {
    requireReadable(canary);
    synchronized (administration) {
      Rollout same = joined(canary, candidate);
      if (same != null) {
        return same;
      }
      Plan<I, O> idle = requireIdle("another can't start");
      if (candidate.toString().equals(idle.live().candidate.toString())) {
        // Not refused: a process that starts again after its candidate was promoted must come up.
        bookkeeping.candidateNamedAsLive(candidate);
      }
      Rollouts.Joined begun = rollouts.start(canary, candidate);
      following.take(begun);
      return begun.rollout();
    }
  }

  /**
   * Returns the rollout of the same plan in which this process takes part already, as it has heard
   * of it before its code came to start it; null if there is none.
   */
  private @Nullable Rollout joined(Canary canary, Candidate<I, O> candidate) {
    Rollouts.Joined latest = following.joined();
    if (latest == null
        || latest.rollout().state().isOver()
        || !rollouts.isSame(canary, candidate, latest.rollout().terms())) {
      return null;
    }
    try {
      candidate.closeUnlessOwnedBy(latest.candidate());
    } catch (Throwable e) {
      bookkeeping.broken("closing the second " + candidate, e);
    }
    return latest.rollout();
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

  private void requireOpen() {
    if (plan.get().closed()) {
      throw new IllegalStateException("router '" + setup.name() + "' is closed");
    }
  }

  private Plan<I, O> requireIdle(String consequence) {
    requireOpen();
    Rollouts.Joined latest = following.joined();
    if (latest != null && !latest.rollout().state().isOver()) {
      throw underWay(latest.rollout(), consequence);
    }
    return plan.get();
  }

  private IllegalStateException underWay(Rollout rollout, String consequence) {
    return new IllegalStateException(
        "router '%s' has a rollout of %s, %s, so %s; promote it or roll it back first"
            .formatted(
                setup.name(), rollout.terms().candidate(), rollout.durableState(), consequence));
  }
}
