package dev.mlops.serving;

import dev.mlops.error.Exactly;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.rollout.Certificate.Cause;
import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.LatencyBudget;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.serving.RolloutLedger.Told;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the journal tells of a router. */
final class RolloutEvents {

  private RolloutEvents() {}

  static Entry started(RolloutTerms terms, Actor actor) {
    Entry entry =
        models(of("rollout.started", terms.router()).actor(actor), terms)
            .detail("live", terms.live())
            .detail("candidate", terms.candidate())
            .detail("shares", terms.shares().toString())
            .detail("deadline", terms.deadline().toString());
    for (GuardTerms guard : terms.guards()) {
      LatencyBudget quantile = guard.quantile();
      entry = quantile == null ? entry : entry.detail(guard.name(), quantile.toString());
    }
    return entry;
  }

  static Entry replaced(String router, ServedModel before, ServedModel after) {
    return changed("deployment.replaced", router, before, after);
  }

  /** The live model was taken back; the one before it is live again. */
  static Entry takenBack(String router, ServedModel from, ServedModel to) {
    return changed("deployment.rolled_back", router, from, to);
  }

  static Entry changed(RolloutTerms terms, Told told, @Nullable RolloutState before) {
    RolloutState state = told.transition().state();
    return of(kind(told, before), terms.router())
        .actor(told.transition().actor())
        .outcome(outcome(state))
        .subject("certificate", told.certificate())
        .detail("live", terms.live())
        .detail("candidate", terms.candidate())
        .detail("state", state.toString())
        .detail("cause", told.transition().cause().name())
        .detail("ticks", Integer.toString(told.transition().afterTicks()))
        .detail("evidence", told.sentence());
  }

  /** A model has failed too often, and gets no requests for a while. */
  static Entry breakerOpened(
      String router, ServedModel model, Limits.BreakerTerms terms, Instant time) {
    return breaker("breaker.opened", router, model, time)
        .outcome("paused")
        .detail("failures", terms.failures() + " of its last " + terms.window())
        .detail("pause", Exactly.duration(terms.pause()));
  }

  /** A model answers again, and gets all its requests. */
  static Entry breakerClosed(String router, ServedModel model, Instant time) {
    return breaker("breaker.closed", router, model, time);
  }

  /** The time is said, as an event may be written later. */
  private static Entry breaker(String kind, String router, ServedModel model, Instant time) {
    Entry entry =
        of(kind, router).detail("model", model.toString()).detail("time", time.toString());
    return model.digest() == null ? entry : entry.subject("model", model.digest());
  }

  private static Entry changed(String kind, String router, ServedModel from, ServedModel to) {
    Entry entry =
        of(kind, router).detail("live", from.toString()).detail("candidate", to.toString());
    entry = from.digest() == null ? entry : entry.subject("live", from.digest());
    return to.digest() == null ? entry : entry.subject("candidate", to.digest());
  }

  private static Entry models(Entry entry, RolloutTerms terms) {
    RolloutTerms.Digests digests = terms.digests();
    Entry with = digests.live() == null ? entry : entry.subject("live", digests.live());
    return digests.candidate() == null ? with : with.subject("candidate", digests.candidate());
  }

  private static Entry of(String kind, String router) {
    return Entry.of(kind).about("router", router).detail("router", router);
  }

  /** Not all is well when a rollout is held or taken back; who filters by outcome must see it. */
  private static String outcome(RolloutState state) {
    if (state instanceof RolloutState.Held) {
      return "held";
    }
    return state instanceof RolloutState.RolledBack ? "rolled_back" : "ok";
  }

  private static String kind(Told told, @Nullable RolloutState before) {
    RolloutState state = told.transition().state();
    if (state instanceof RolloutState.Running) {
      boolean resumed =
          told.transition().cause() == Cause.HAND
              && before instanceof RolloutState.Paused paused
              && state.share() == paused.share();
      return resumed ? "rollout.resumed" : "rollout.stepped";
    }
    if (state instanceof RolloutState.Held) {
      return "rollout.held";
    }
    if (state instanceof RolloutState.Paused) {
      return "rollout.paused";
    }
    return state instanceof RolloutState.Promoted ? "rollout.promoted" : "rollout.rolled_back";
  }
}
