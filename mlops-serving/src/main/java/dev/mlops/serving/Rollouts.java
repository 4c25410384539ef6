package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Plural;
import dev.mlops.predictions.PredictionSink;
import dev.mlops.predictions.PredictionSource;
import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.LatencyBudget;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import dev.mlops.serving.DeploymentTable.Deployment;
import dev.mlops.serving.Guard.LabelRule;
import dev.mlops.serving.RolloutLedger.Durable;
import dev.mlops.serving.RolloutTable.Begun;
import dev.mlops.stats.Histogram;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rollouts of a router: begins one, joins one that another process has begun, and resumes one
 * that an earlier process has left.
 */
final class Rollouts<I, O> {

  /** A rollout in which this process takes part. */
  record Joined(
      Rollout rollout,
      Candidate<?, ?> candidate,
      LabelCounters labels,
      @Nullable Presence presence,
      @Nullable AdoptedLabels adopted) {

    boolean waitsForLabels() {
      return adopted != null;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);

  private final RouterSetup<I, O> setup;
  private final Workspace workspace;
  private final Deployments<I, O> deployments;
  private final LivePlan<I, O> plan;
  private final Arms<I, O> arms;
  private final PredictionIds ids;
  private final Executor executor;
  private final RouterTime time;
  private final Bookkeeping bookkeeping;

  Rollouts(
      RouterSetup<I, O> setup,
      Workspace workspace,
      Deployments<I, O> deployments,
      LivePlan<I, O> plan,
      Arms<I, O> arms,
      PredictionIds ids,
      Executor executor,
      RouterTime time,
      Bookkeeping bookkeeping) {
    this.setup = setup;
    this.workspace = workspace;
    this.deployments = deployments;
    this.plan = plan;
    this.arms = arms;
    this.ids = ids;
    this.executor = executor;
    this.time = time;
    this.bookkeeping = bookkeeping;
  }

  /** Begins a rollout, or joins the one under way if it is of the same candidate and plan. */
  Joined start(Canary canary, Candidate<I, O> candidate) {
    Arm<I, O> live = plan.get().live();
    Map<String, LabelRule> rules = rules(canary);
    RolloutTerms terms = terms(canary, live.candidate, candidate);
    Begun begun =
        workspace.database().transaction(session -> begin(session, canary, terms, live, candidate));
    return join(begun, candidate, rules, canary.pending());
  }

  private Begun begin(
      Session session,
      Canary canary,
      RolloutTerms plan,
      Arm<I, O> live,
      Candidate<I, O> candidate) {
    Deployment row = DeploymentTable.lock(session, deployments.id());
    deployments.requireLive(row, live.candidate);
    Optional<Begun> underWay = underWay(session, row);
    if (underWay.isPresent()) {
      return same(underWay.get(), plan);
    }
    RolloutTerms terms = timed(plan, live);
    warnOfItself(live.candidate, candidate);
    long id =
        RolloutTable.insert(
            session, row.id(), terms, candidate, canary.actor(), canary.hasOwnRules());
    DeploymentTable.update(session, row.with(id));
    var unused = workspace.journal().append(session, RolloutEvents.started(terms, canary.actor()));
    return RolloutTable.find(session, id).orElseThrow();
  }

  /** Who means to try the rules on two equal models is right; who forgot a version is told. */
  private void warnOfItself(Candidate<I, O> live, Candidate<I, O> candidate) {
    if (candidate.served().equals(live.served())) {
      LOG.warn(
          "router '{}': {} is the candidate and the live model, so the rollout compares it with itself",
          setup.name(),
          candidate);
    }
  }

  /** Takes the times of latency quantiles, from what the live model has answered here. */
  private RolloutTerms timed(RolloutTerms plan, Arm<I, O> live) {
    Histogram latencies = live.latencies().histogram();
    for (GuardTerms guard : plan.guards()) {
      LatencyBudget quantile = guard.quantile();
      long needed = quantile == null ? 0 : LatencyBudget.answersNeeded(quantile.quantile());
      if (latencies.count() < needed) {
        throw new IllegalStateException(
            "guard '%s' takes its times from %s of the live model %s, and router '%s' has %s, as those to its first %s are left out; start again when it has answered more, or give a time by latencyOver(...)"
                .formatted(
                    guard.name(),
                    Plural.of(needed, "answer"),
                    live.candidate,
                    setup.name(),
                    Plural.grouped(latencies.count()),
                    Plural.of(RecentLatencies.START, "request")));
      }
    }
    return plan.timedBy(latencies);
  }

  private Begun same(Begun underWay, RolloutTerms terms) {
    RolloutTerms other = underWay.terms();
    if (!terms.begunAs(other).equals(other)) {
      throw new ConflictException(
          "router '%s' has a rollout of %s under way, %s, with another plan, so another can't start; promote it or roll it back first, or start it with the same plan to join it"
              .formatted(setup.name(), other.candidate(), underWay.state()));
    }
    LOG.info(
        "router '{}' joins the rollout of {} that began at {}",
        setup.name(),
        other.candidate(),
        other.started());
    return underWay;
  }

  /**
   * Tells whether a plan is that of a rollout in which this process takes part already: as when it
   * has resumed it before its code starts it again.
   */
  boolean isSame(Canary canary, Candidate<I, O> candidate, RolloutTerms underWay) {
    return terms(canary, plan.get().live().candidate, candidate).begunAs(underWay).equals(underWay);
  }

  private static Optional<Begun> underWay(Session session, Deployment row) {
    Long id = row.rollout();
    return id == null
        ? Optional.empty()
        : RolloutTable.find(session, id).filter(begun -> !begun.isOver());
  }

  /** Takes part in the router's latest rollout, if it can be opened here. */
  Optional<Joined> resume() {
    Long id = deployments.find().map(Deployment::rollout).orElse(null);
    return id == null ? Optional.empty() : resume(id);
  }

  /** Takes part in a rollout, if its candidate and its rules are known here. */
  Optional<Joined> resume(long id) {
    Begun begun =
        workspace
            .database()
            .read(session -> RolloutTable.find(session, id))
            .orElseThrow(() -> new IllegalStateException("rollout " + id + " is gone"));
    Candidate<I, O> live = plan.get().live().candidate;
    if (begun.isOver()) {
      return begun.candidate().is(live)
          ? Optional.of(join(begun, live, Map.of(), 1))
          : Optional.empty();
    }
    Map<String, LabelRule> rules = begun.hasOwnRules() ? null : rules(begun.terms());
    Optional<Candidate<I, O>> candidate =
        rules == null ? Optional.empty() : deployments.find(begun.candidate());
    if (candidate.isEmpty()) {
      bookkeeping.notResumed(begun.terms().candidate(), begun.state());
    }
    return candidate.map(
        found -> join(begun, found, rules == null ? Map.of() : rules, Canary.DEFAULT_PENDING));
  }

  private Joined join(
      Begun begun, Candidate<I, O> candidate, Map<String, LabelRule> rules, int pending) {
    RolloutTerms terms = begun.terms();
    ServedModel served = candidate.served();
    StoredRollout ledger =
        new StoredRollout(
            workspace,
            begun,
            ids.process(),
            (session, plan, transition) -> deployments.changed(session, plan, transition, served));
    Durable durable =
        ledger
            .exchange(
                new Durable(RolloutRecord.start(terms), 0), List.of(), () -> Verdict.Labels.NONE)
            .durable();
    RolloutState state = durable.record().state();
    LabelCounters labels = new LabelCounters(terms, rules, pending, bookkeeping);
    Arm<I, O> arm = state.isOver() ? plan.get().live() : arms.of(candidate);
    Traffic<I, O> traffic =
        new Traffic<>(plan, arm, terms, labels, ledger, setup, time, bookkeeping);
    RolloutWriter writer =
        new RolloutWriter(
            setup,
            ledger,
            durable,
            executor,
            workspace.clock(),
            time::nanos,
            bookkeeping,
            traffic::labels);
    Presence presence =
        state.isOver() ? null : new Presence(workspace, setup.name(), begun.id(), ids.process());
    Rollout rollout =
        new Rollout(
            begun.actor(),
            workspace.clock(),
            traffic,
            writer,
            () -> presence == null ? "" : presence.missing());
    traffic.begin(rollout);
    return new Joined(
        rollout,
        arm.candidate,
        labels,
        presence,
        presence == null || rules.isEmpty()
            ? null
            : new AdoptedLabels(
                workspace, rollout, ledger, labels, ids, presence, durable.number() > 0));
  }

  /** The plan as it would be started now. */
  RolloutTerms terms(Canary canary, Candidate<I, O> live, Candidate<I, O> candidate) {
    Instant now = workspace.clock().instant();
    return new RolloutTerms(
        setup.name(),
        live.toString(),
        candidate.toString(),
        new RolloutTerms.Digests(live.digest().orElse(null), candidate.digest().orElse(null)),
        salt(candidate, now),
        setup.unitKey() != null && !canary.hasIndependentRequests(),
        setup.unitKey() != null,
        canary.tick(),
        canary.shares(),
        mirrored(canary),
        canary.minimumTime(),
        canary.answerWithin(),
        canary.deadline(),
        now,
        canary.guardTerms());
  }

  /** By key a part must be left for the steps after the shadow, as no key may speak twice. */
  private double mirrored(Canary canary) {
    boolean byKey = setup.unitKey() != null && !canary.hasIndependentRequests();
    if (byKey && canary.mirrored() == 100 && canary.shares().size() > 1) {
      throw new IllegalStateException(
          "with a unit key, a shadow that mirrors all keys leaves none as evidence for the steps after it; mirror less, such as .mirror(50)");
    }
    return canary.mirrored();
  }

  /** Judges what a candidate makes of requests of the past. */
  DryRun dryRun(
      Canary canary, Candidate<I, O> candidate, PredictionSink log, Instant from, Instant to) {
    Function<? super Map<String, Object>, ? extends I> inputs = setup.fromFeatures();
    if (inputs == null) {
      throw new IllegalStateException(
          "router '%s' can't make inputs of what its log has of them; give it .fromFeatures(...)"
              .formatted(setup.name()));
    }
    if (!(log instanceof PredictionSource source)) {
      throw new IllegalStateException(
          "router '%s' logs to a sink that cannot be read, so there are no requests of the past"
              .formatted(setup.name()));
    }
    Candidate<I, O> live = plan.get().live().candidate;
    ServedModel answered = live.served();
    Bookkeeping looking = new Bookkeeping(setup.name());
    Arm<I, O> arm = Arms.apart(setup, candidate, looking, time);
    try {
      return new DryRunner<>(
              setup,
              inputs,
              answered,
              arm,
              terms(canary, live, candidate),
              rules(canary),
              workspace.actor(),
              looking,
              from,
              DryRunner.hasScores(source, answered, from, to))
          .run(source, to);
    } finally {
      arm.endThreads();
    }
  }

  /** The moment is part of it, so that a second attempt of a candidate has other victims. */
  private long salt(Candidate<I, O> candidate, Instant started) {
    return Buckets.salt(
        setup.salt(), "canary", candidate.model(), candidate.version(), started.toString());
  }

  private Map<String, LabelRule> rules(Canary canary) {
    Map<String, LabelRule> rules = new HashMap<>();
    for (Guard guard : canary.guards()) {
      if (guard.isAboutLabels()) {
        rules.put(guard.name(), guard.rule(setup.wrong()));
      }
    }
    return rules;
  }

  /** The rules of a plan that was begun elsewhere; null if one of them is not known here. */
  private @Nullable Map<String, LabelRule> rules(RolloutTerms terms) {
    Map<String, LabelRule> rules = new HashMap<>();
    for (GuardTerms guard : terms.guards()) {
      if (guard.kind() == GuardTerms.Kind.LABELS) {
        LabelRule wrong = setup.wrong();
        if (wrong == null) {
          return null;
        }
        rules.put(guard.name(), wrong);
      }
    }
    return rules;
  }
}
