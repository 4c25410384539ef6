package dev.mlops.serving;

import dev.mlops.Workspace;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a router without a request or an act of its own process: the time that passes for
 * its rollout, and what other processes do to the router and its rollout in the same database.
 *
 * <p>It looks on threads of its own, and changes who is live under the router's lock of
 * administration.
 */
final class Following<I, O> {

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration HEAR_EVERY = Duration.ofSeconds(1);
  private static final String SHARED = "shared";

  private final String router;
  private final Workspace workspace;
  private final Deployments<I, O> deployments;
  private final Rollouts<I, O> rollouts;
  private final LivePlan<I, O> plan;
  private final Arms<I, O> arms;
  private final RouterTime time;
  private final Bookkeeping bookkeeping;
  private final Object administration;
  private final RouterLabels labels;
  private volatile Rollouts.@Nullable Joined joined;
  private volatile long changes;
  private boolean isResumed;

  /** Made by the router, and begun by it. */
  Following(
      String router,
      Workspace workspace,
      Deployments<I, O> deployments,
      Rollouts<I, O> rollouts,
      LivePlan<I, O> plan,
      Arms<I, O> arms,
      PredictionIds ids,
      RouterTime time,
      Bookkeeping bookkeeping,
      Object administration) {
    this.router = router;
    this.workspace = workspace;
    this.deployments = deployments;
    this.rollouts = rollouts;
    this.plan = plan;
    this.arms = arms;
    this.time = time;
    this.bookkeeping = bookkeeping;
    this.administration = administration;
    this.labels = new RouterLabels(workspace, ids, bookkeeping, this::joined);
  }

  /** The latest rollout in which this process takes part, which may be over; null if none. */
  Rollouts.@Nullable Joined joined() {
    return joined;
  }

  RouterLabels labels() {
    return labels;
  }

  /**
   * Takes part in the rollout that an earlier process has left, where it can be opened here; if
   * that throws, {@link #begin} has it tried again.
   */
  void resume() {
    isResumed = triesToResume();
  }

  private boolean triesToResume() {
    return tries("resuming the rollout", () -> rollouts.resume().ifPresent(this::take));
  }

  /** Does what may need a model that can't be opened yet; returns whether it could. */
  private boolean tries(String what, Runnable act) {
    try {
      act.run();
      return true;
    } catch (Throwable e) { // A native library that is missing is an error, and may come.
      bookkeeping.broken(what + ", which is tried again each second,", e);
      return false;
    }
  }

  /** Looks at the database each second, if there is something to be found. */
  void begin() {
    if (workspace.database().opening().equals(SHARED)) {
      time.every(HEAR_EVERY, threadName("database"), this::follow);
    } else if (!isResumed) {
      time.every(HEAR_EVERY, threadName("resume"), this::resumeAgain);
    }
  }

  /** Returns whether the rollout is still to be resumed. */
  private boolean resumeAgain() {
    synchronized (administration) {
      return !plan.get().closed() && joined == null && !triesToResume();
    }
  }

  /** Takes part in a rollout: looks at it, and hears of labels. */
  void take(Rollouts.Joined begun) {
    joined = begun;
    Rollout rollout = begun.rollout();
    if (rollout.durableState().isOver()) {
      return;
    }
    time.every(LOOK_EVERY, threadName("timer"), () -> look(rollout));
    Presence presence = Objects.requireNonNull(begun.presence());
    time.every(HEAR_EVERY, threadName("processes"), () -> see(rollout, presence));
    if (begun.waitsForLabels()) {
      AtomicLong heard = new AtomicLong(workspace.labels().position());
      time.every(HEAR_EVERY, threadName("labels"), () -> hear(begun, heard));
    }
  }

  private String threadName(String what) {
    return "mlops-router-" + router + "-" + what;
  }

  /** Lets time pass for a rollout; returns false once it is over, or the router closed. */
  private boolean look(Rollout started) {
    if (plan.get().closed()) {
      return false;
    }
    try {
      return !started.state().isOver();
    } catch (Throwable e) {
      bookkeeping.broken("looking at the rollout", e);
      return true;
    }
  }

  /**
   * Looks which processes take part; returns false once the rollout is over, or the router closed.
   */
  private boolean see(Rollout started, Presence presence) {
    if (plan.get().closed()) {
      return false; // The router gives the presence up, once the last request has left.
    }
    try {
      if (started.durableState().isOver()) {
        presence.end();
        return false;
      }
      presence.look();
      bookkeeping.back();
    } catch (Throwable e) {
      bookkeeping.away(e);
    }
    return true;
  }

  /** Hears of labels that other processes add; returns false once nobody waits for them. */
  private boolean hear(Rollouts.Joined started, AtomicLong heard) {
    AdoptedLabels adopted = Objects.requireNonNull(started.adopted());
    try {
      if (started.rollout().durableState().isOver() || plan.get().closed()) {
        return false;
      }
      heard.set(
          workspace.labels().hearOthers(heard.get(), (added, receipt) -> labels.countOwn(added)));
      adopted.run();
    } catch (Throwable e) {
      bookkeeping.broken("reading the labels that others have added", e);
    }
    return true;
  }

  /** Does what other processes have done to the router; returns false once it is closed. */
  private boolean follow() {
    if (plan.get().closed()) {
      return false;
    }
    try {
      Rollouts.Joined latest = joined;
      if (latest != null && !latest.rollout().durableState().isOver()) {
        latest.rollout().follow();
      }
      deployments.find().filter(row -> row.changes() != changes).ifPresent(this::follow);
      bookkeeping.back();
    } catch (Throwable e) {
      bookkeeping.away(e);
    }
    return true;
  }

  private void follow(DeploymentTable.Deployment row) {
    synchronized (administration) {
      Rollouts.Joined latest = joined;
      Long id = row.rollout();
      if (latest != null && latest.rollout().isNumber(id)) {
        latest.rollout().follow();
      }
      boolean isThere =
          row.live().is(plan.get().live().candidate)
              || tries(
                  "opening the model that another process has made live", () -> goTo(row.live()));
      if (isThere && id != null && (latest == null || !latest.rollout().isNumber(id))) {
        long begun = id;
        isThere = tries("resuming the rollout", () -> rollouts.resume(begun).ifPresent(this::take));
      }
      if (isThere) {
        changes = row.changes();
      }
    }
  }

  /** Makes a model live that the database says is live: the previous one, or one opened anew. */
  void goTo(ServedModel next) {
    Arm<I, O> previous = plan.get().previous();
    if (previous != null && next.is(previous.candidate)) {
      plan.takeBack(plan.get().live()).run();
      return;
    }
    Optional<Candidate<I, O>> found = deployments.find(next);
    found.ifPresent(candidate -> plan.promote(arms.of(candidate)).run());
    if (found.isEmpty()) {
      bookkeeping.notFollowed(next.toString());
    }
  }
}
