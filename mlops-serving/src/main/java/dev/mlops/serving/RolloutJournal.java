package dev.mlops.serving;

import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Journal;
import dev.mlops.serving.Certificate.Transition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens on a router to the workspace's journal, on another thread than the requests:
 * a transition is decided by a request, and no request shall wait for a database. The entries keep
 * their order.
 */
final class RolloutJournal {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);

  private final Journal journal;
  private final Executor executor;
  private final String router;

  RolloutJournal(Journal journal, Executor executor, String router) {
    this.journal = journal;
    this.executor = executor;
    this.router = router;
  }

  void started(RolloutTerms terms, Candidate<?, ?> live, Candidate<?, ?> candidate, Actor actor) {
    append(
        subjects(Entry.of("rollout.started").actor(actor), live, candidate)
            .detail("live", terms.live())
            .detail("candidate", terms.candidate())
            .detail("shares", terms.shares().toString())
            .detail("deadline", terms.deadline().toString()));
  }

  void replaced(Candidate<?, ?> before, Candidate<?, ?> after) {
    Entry entry = Entry.of("deployment.replaced");
    append(
        subjects(entry, before, after)
            .detail("live", before.toString())
            .detail("candidate", after.toString()));
  }

  void changed(Transition transition, String sentence, Certificate certificate) {
    RolloutTerms terms = certificate.terms();
    executeQuietly(
        () ->
            write(
                Entry.of(kind(transition.state()))
                    .actor(transition.actor())
                    .subject("certificate", certificate.digest())
                    .detail("router", router)
                    .detail("live", terms.live())
                    .detail("candidate", terms.candidate())
                    .detail("state", transition.state().toString())
                    .detail("cause", transition.cause().name())
                    .detail("ticks", Integer.toString(transition.afterTicks()))
                    .detail("evidence", sentence)));
  }

  /** Returns once everything given so far is written. */
  void flush() {
    try {
      CompletableFuture.runAsync(() -> {}, executor).join();
    } catch (RejectedExecutionException e) {
      LOG.debug("the journal's executor is shut down", e);
    }
  }

  private static Entry subjects(Entry entry, Candidate<?, ?> live, Candidate<?, ?> candidate) {
    Entry with = entry;
    if (live.digest().isPresent()) {
      with = with.subject("live", live.digest().get());
    }
    if (candidate.digest().isPresent()) {
      with = with.subject("candidate", candidate.digest().get());
    }
    return with;
  }

  private static String kind(RolloutState state) {
    if (state instanceof RolloutState.Running) {
      return "rollout.stepped";
    }
    if (state instanceof RolloutState.Held) {
      return "rollout.held";
    }
    return state instanceof RolloutState.Promoted ? "rollout.promoted" : "rollout.rolled_back";
  }

  private void append(Entry entry) {
    executeQuietly(() -> write(entry.detail("router", router)));
  }

  private void executeQuietly(Runnable write) {
    try {
      executor.execute(write);
    } catch (RejectedExecutionException e) {
      LOG.warn("router '{}' is closed; an event is not in the journal", router, e);
    }
  }

  private void write(Entry entry) {
    try {
      journal.append(entry);
    } catch (RuntimeException e) {
      LOG.warn("an event of router '{}' is not in the journal", router, e);
    }
  }
}
