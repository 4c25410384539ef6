package dev.mlops.serving;

import dev.mlops.Workspace;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A rollout without models: the real routing, counting and judging, fed with drawn outcomes. */
final class SimulatedRollout {

  private final CurrentPlan<String, Double> plan;
  private final Rollout rollout;
  private final LabelCounters labels;
  private long requests;

  SimulatedRollout(Workspace workspace, int number, Consumer<Canary> options) {
    Canary canary = new Canary(unused -> null, workspace.actor());
    options.accept(canary);
    Arm<String, Double> live = new Arm<>(Candidate.of("delay", "7", key -> 0.0));
    Arm<String, Double> candidate = new Arm<>(Candidate.of("delay", "8", key -> 0.0));
    plan = new CurrentPlan<>(Plan.live(live));
    long salt = Buckets.salt("simulation", Integer.toString(number));
    Traffic<String, Double> traffic = new Traffic<>(plan, candidate, canary, salt);
    RolloutTerms terms =
        new RolloutTerms(
            "simulation",
            "delay:7",
            "delay:8",
            new RolloutTerms.Digests(null, null),
            salt,
            canary.isOncePerKey(),
            canary.tick(),
            canary.shares(),
            canary.minimumTime(),
            canary.deadline(),
            workspace.clock().instant(),
            canary.guardTerms());
    RolloutJournal journal = new RolloutJournal(workspace.journal(), task -> {}, "simulation");
    rollout = new Rollout(terms, workspace.clock(), workspace.actor(), traffic, journal);
    labels = traffic.begin(rollout);
  }

  /**
   * Sends one request whose failure is drawn with the rate of its arm; without a trial nothing is
   * drawn. Returns whether the candidate was asked.
   */
  boolean request(RandomGenerator chance, double liveRate, double candidateRate) {
    Trial<String, Double> trial = plan.get().trial();
    long sequence = requests++;
    if (trial == null) {
      return false;
    }
    long hash = trial.hash(null, sequence);
    boolean canary = trial.isCanary(hash);
    boolean bad = chance.nextDouble() < (canary ? candidateRate : liveRate);
    trial.remember(sequence, canary, bad ? 1 : 0);
    trial.count(hash, canary, bad, Duration.ofMillis(bad ? 30 : 10).toNanos());
    return canary;
  }

  LabelCounters labels() {
    return labels;
  }

  Rollout rollout() {
    return rollout;
  }

  long requests() {
    return requests;
  }
}
