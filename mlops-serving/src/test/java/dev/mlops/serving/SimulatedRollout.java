package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.rollout.RolloutTerms;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A rollout without models: the real routing, counting and judging, fed with drawn outcomes. */
final class SimulatedRollout {

  private final Throwable failure = new IllegalStateException("drawn");

  private final CurrentPlan<String, Double> plan;
  private final Rollout rollout;
  private final LabelCounters labels;
  private final PredictionIds ids = new PredictionIds();
  private long requests;
  private boolean slow;

  SimulatedRollout(Workspace workspace, int number, Consumer<Canary> options) {
    Canary canary =
        new Canary(
            unused -> null,
            unused -> null,
            (unused, from, to) -> {
              throw new UnsupportedOperationException();
            },
            workspace.actor());
    options.accept(canary);
    Bookkeeping bookkeeping = new Bookkeeping("simulation");
    Arm<String, Double> live = new Arm<>(Candidate.of("delay", 7, key -> 0.0), null, bookkeeping);
    Arm<String, Double> candidate =
        new Arm<>(Candidate.of("delay", 8, key -> 0.0), null, bookkeeping);
    plan = new CurrentPlan<>(Plan.live(live));
    long salt = Buckets.salt("simulation", Integer.toString(number));
    boolean byKey = !canary.hasIndependentRequests();
    RolloutTerms terms =
        new RolloutTerms(
            "simulation",
            "delay:7",
            "delay:8",
            new RolloutTerms.Digests(null, null),
            salt,
            byKey,
            !byKey && canary.hasIndependentRequests(),
            canary.tick(),
            canary.shares(),
            canary.mirrored(),
            canary.minimumTime(),
            canary.answerWithin(),
            canary.deadline(),
            workspace.clock().instant(),
            canary.guardTerms());
    KeptLedger ledger = new KeptLedger(terms, workspace.actor());
    RouterTime time = RouterTime.system();
    labels = new LabelCounters(terms, rules(canary), canary.pending(), bookkeeping);
    LivePlan<String, Double> changes =
        new LivePlan<>(plan, time, Duration.ofMinutes(30), "simulation", null);
    Traffic<String, Double> traffic =
        new Traffic<>(changes, candidate, terms, labels, ledger, setup(), time, bookkeeping);
    RolloutWriter writer =
        new RolloutWriter(
            setup(),
            ledger,
            ledger.durable(),
            Runnable::run,
            workspace.clock(),
            time::nanos,
            bookkeeping,
            traffic::labels);
    rollout = new Rollout(workspace.actor(), workspace.clock(), traffic, writer, () -> "");
    traffic.begin(rollout);
  }

  private static Map<String, Guard.LabelRule> rules(Canary canary) {
    Map<String, Guard.LabelRule> rules = new HashMap<>();
    canary.guards().stream()
        .filter(Guard::isAboutLabels)
        .forEach(guard -> rules.put(guard.name(), guard.rule(null)));
    return rules;
  }

  /** Settings of a router without options. */
  static RouterSetup<String, Double> setup() {
    return new RouterSetup<>(
        "simulation",
        "simulation",
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        Map.of(),
        null,
        null,
        List.of());
  }

  /** From now on a bad request is answered, and only takes its time. */
  SimulatedRollout slow() {
    slow = true;
    return this;
  }

  /**
   * Sends one request whose failure is drawn with the rate of its arm; without a trial nothing is
   * drawn. Returns whether the candidate was asked.
   */
  boolean request(RandomGenerator chance, double liveRate, double candidateRate) {
    Trial<String, Double> trial = plan.get().trial();
    if (trial == null) {
      requests++;
      return false;
    }
    boolean canary = trial.isCanary(trial.hash(null, requests));
    boolean failed = chance.nextDouble() < (canary ? candidateRate : liveRate);
    request(null, failed, failed ? 1 : 0);
    return canary;
  }

  /**
   * Sends one request of a key, or of none, that fails whoever is asked.
   *
   * @return the number under which its label is awaited, or -1
   */
  long request(@Nullable String key, boolean failed, double score) {
    Trial<String, Double> trial = plan.get().trial();
    long sequence = requests++;
    if (trial == null) {
      return PredictionIds.NONE;
    }
    long hash = trial.hash(key, sequence);
    if (!trial.units().count(hash, key != null)) {
      return PredictionIds.NONE;
    }
    boolean isKey = key != null && trial.units().areKeys();
    long unit = isKey ? hash : ids.unit(sequence);
    Witness<Double> witness =
        ArmWitness.of(trial, trial.isCanary(hash), unit, isKey, System.nanoTime());
    Attempt<Double> own =
        failed && !slow ? new Attempt<>(null, failure, false) : new Attempt<>(0.0, null, false);
    PredictionIds.Awaited awaited =
        witness.count(
            ids,
            own,
            new Output(score, true, false),
            Duration.ofMillis(failed ? 30 : 10).toNanos());
    return awaited == null ? PredictionIds.NONE : awaited.number();
  }

  LabelCounters labels() {
    return labels;
  }

  Rollout rollout() {
    return rollout;
  }

  boolean isUnderWay() {
    return plan.get().trial() != null;
  }

  long requests() {
    return requests;
  }
}
